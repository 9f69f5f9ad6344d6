// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/password.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "base/crypto.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::uint64_t kCost = 1 << 15;  // N; with r = 8 it fills 32 MiB
constexpr std::uint64_t kBlockSize = 8;
constexpr std::uint64_t kParallel = 1;
constexpr std::uint64_t kMemoryLimitBytes = 64 << 20;

}  // namespace

PasswordHash PasswordHash::of(const Password& password, Random& random) {
  PasswordHash hash;
  random.fill(hash.salt_);
  hash.key_ = stretch(password, hash.salt_);
  return hash;
}

bool PasswordHash::matches(const Password& password) const {
  return constant_time_equal(stretch(password, salt_), key_);
}

PasswordHash::Key PasswordHash::stretch(const Password& password, const Salt& salt) {
  Key key;
  const std::string_view text = password.reveal();
  const int done = EVP_PBE_scrypt(
      text.data(), text.size(), reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), kCost,
      kBlockSize, kParallel, kMemoryLimitBytes, reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (done != 1) throw std::runtime_error("OpenSSL cannot compute scrypt");
  return key;
}

}  // namespace couplet::ride_hailer
