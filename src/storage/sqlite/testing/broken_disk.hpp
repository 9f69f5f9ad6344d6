// SPDX-License-Identifier: Apache-2.0
// A SQLite VFS over the real one whose disk can be told to fail.
#pragma once
#include <sqlite3.h>

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

namespace couplet::storage::sqlite {

/// Answers what the real disk would, or a result code of SQLite. One per process, as SQLite registers it by
/// name. Thread: any.
class BrokenDisk {
 public:
  static BrokenDisk& instance() {
    static BrokenDisk disk;
    return disk;
  }
  BrokenDisk(const BrokenDisk&) = delete;
  BrokenDisk& operator=(const BrokenDisk&) = delete;

  [[nodiscard]] std::string vfs() const { return kName; }

  /// SQLITE_OK lets the call through.
  std::atomic<int> on_write{SQLITE_OK};
  std::atomic<int> on_sync{SQLITE_OK};
  std::atomic<int> on_read{SQLITE_OK};
  /// on_write holds for what would make a file longer than this.
  std::atomic<sqlite3_int64> file_limit_bytes{0};
  /// Calls that may still succeed before on_write and on_sync hold.
  std::atomic<int> grace{0};

  /// Syncs that failed since repair().
  std::atomic<int> failed_syncs{0};

  void repair() {
    on_write = on_sync = on_read = SQLITE_OK;
    file_limit_bytes = 0;
    grace = 0;
    failed_syncs = 0;
  }

 private:
  static constexpr const char* kName = "couplet-broken-disk";

  BrokenDisk() {
    real_ = *sqlite3_vfs_find(nullptr);
    vfs_ = real_;
    vfs_.zName = kName;
    vfs_.pNext = nullptr;
    vfs_.xOpen = &BrokenDisk::open;
    if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("VFS not registered");
  }

  // The real VFS has a table of methods for each way of locking; reading, writing and syncing are the same in
  // all.
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto& self = instance();
    const int code = self.real_.xOpen(&self.real_, name, file, flags, out_flags);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    const std::lock_guard lock(self.mutex_);
    self.methods_ = file->pMethods;
    file->pMethods = &self.tables_.try_emplace(file->pMethods, with_faults(*file->pMethods)).first->second;
    return code;
  }

  static sqlite3_io_methods with_faults(sqlite3_io_methods methods) {
    methods.xWrite = [](sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
      auto& self = instance();
      if (self.on_write != SQLITE_OK && offset + size > self.file_limit_bytes && !self.has_grace())
        return self.on_write.load();
      return self.methods_.load()->xWrite(file, data, size, offset);
    };
    methods.xSync = [](sqlite3_file* file, int flags) {
      auto& self = instance();
      if (self.on_sync == SQLITE_OK || self.has_grace()) return self.methods_.load()->xSync(file, flags);
      ++self.failed_syncs;
      return self.on_sync.load();
    };
    methods.xRead = [](sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
      auto& self = instance();
      if (self.on_read != SQLITE_OK) return self.on_read.load();
      return self.methods_.load()->xRead(file, out, size, offset);
    };
    return methods;
  }

  bool has_grace() { return grace > 0 && grace-- > 0; }

  sqlite3_vfs real_{};
  sqlite3_vfs vfs_{};
  std::atomic<const sqlite3_io_methods*> methods_{nullptr};
  std::mutex mutex_;
  std::map<const sqlite3_io_methods*, sqlite3_io_methods> tables_;
};

}  // namespace couplet::storage::sqlite
