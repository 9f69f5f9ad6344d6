// SPDX-License-Identifier: Apache-2.0
// The rules of style that a machine can check. Each takes one file and answers with one sentence a breach.
#pragma once
#include <string>
#include <vector>

#include "source_tree.hpp"

namespace couplet::style {

using Breaches = std::vector<std::string>;  // "src/x/y.cpp:12: …"

/// Which folder may include which, and which libraries the protocol folders may not see.
[[nodiscard]] Breaches check_includes(const SourceFile& file);
/// Time, randomness, the environment and standard output come through parameters.
[[nodiscard]] Breaches check_calls(const SourceFile& file);
/// Words that stand for unfinished work, anywhere in the file.
[[nodiscard]] Breaches check_unfinished_words(const SourceFile& file);
[[nodiscard]] Breaches check_licence_line(const SourceFile& file);
[[nodiscard]] Breaches check_file_length(const SourceFile& file);
[[nodiscard]] Breaches check_function_length(const SourceFile& file);

}  // namespace couplet::style
