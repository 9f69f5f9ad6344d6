// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/presence.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace couplet::storage::sqlite {

Presence::Presence(const std::string& database_path)
    : descriptor_(
          ::open((database_path + "-nodes").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)),
      began_alone_(descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) {
  // Waits only for somebody else who is between these two lines.
  if (descriptor_ >= 0) ::flock(descriptor_, LOCK_SH);
}

Presence::~Presence() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace couplet::storage::sqlite
