// SPDX-License-Identifier: Apache-2.0
// The files that the style rules read.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace couplet::style {

struct SourceFile {
  std::string path;  // "src/base/clock.cpp"
  std::string text;
};

/// Every .cpp and .hpp file below src, sorted by path.
[[nodiscard]] std::vector<SourceFile> read_source_tree(const std::string& root);
/// Each folder below src that is a CMake target, sorted.
[[nodiscard]] std::vector<std::string> target_folders(const std::string& root);

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
/// The same text with comments and the contents of string and character literals blanked out, line for line.
[[nodiscard]] std::string code_only(std::string_view text);

}  // namespace couplet::style
