// SPDX-License-Identifier: Apache-2.0
// Which processes have a database open: each holds a shared lock on a file beside it, and the kernel lets go
// of it when the process dies, however it dies.
#pragma once
#include <string>

namespace couplet::storage::sqlite {

/// This process among those that have the database open, until it is destroyed. Not a lock on the database
/// file itself: closing a descriptor of that file would end SQLite's own locks.
class Presence {
 public:
  explicit Presence(const std::string& database_path);
  ~Presence();
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  /// Nobody else had it open at that moment; false where the file system cannot say.
  [[nodiscard]] bool began_alone() const { return began_alone_; }

 private:
  int descriptor_;
  bool began_alone_;
};

}  // namespace couplet::storage::sqlite
