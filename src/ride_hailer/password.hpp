// SPDX-License-Identifier: Apache-2.0
// Passwords of the demo users, kept as scrypt hashes. The one file of this folder that knows OpenSSL is
// password.cpp.
#pragma once
#include <array>
#include <cstddef>

#include "base/random.hpp"
#include "base/secret.hpp"

namespace couplet::ride_hailer {

using Password = Secret<struct PasswordTag>;

/// scrypt with a salt of its own (RFC 7914). Takes tens of milliseconds and 32 MiB: not for an I/O thread.
class PasswordHash {
 public:
  static PasswordHash of(const Password& password, Random& random);
  [[nodiscard]] bool matches(const Password& password) const;

 private:
  using Salt = std::array<std::byte, 16>;
  using Key = std::array<std::byte, 32>;
  static Key stretch(const Password& password, const Salt& salt);

  Salt salt_{};
  Key key_{};
};

}  // namespace couplet::ride_hailer
