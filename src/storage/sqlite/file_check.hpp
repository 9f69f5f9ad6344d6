// SPDX-License-Identifier: Apache-2.0
// What can be told about a database file without letting SQLite touch it.
#pragma once
#include <string>

namespace couplet::storage::sqlite {

/// Creates an empty file with mode 0600 when there is none; otherwise throws Refusal unless it is private to
/// its owner (SE-06), is a SQLite file of ours, and is as long as its header says.
void create_or_check_file(const std::string& path);

}  // namespace couplet::storage::sqlite
