// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/random_text.hpp"

#include <string_view>

#include "base/encoding.hpp"

namespace couplet::emulator {

namespace {

std::string random_of(std::string_view alphabet, Random& random, std::size_t length) {
  // Bytes beyond the last whole multiple are dropped: each character is as likely as the next.
  const std::size_t limit = 256 - 256 % alphabet.size();
  std::string text;
  while (text.size() < length) {
    for (const std::byte byte : random.bytes<32>()) {
      const auto value = std::to_integer<std::size_t>(byte);
      if (value < limit && text.size() < length) text += alphabet[value % alphabet.size()];
    }
  }
  return text;
}

}  // namespace

std::string random_capitals_and_digits(Random& random, std::size_t length) {
  return random_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", random, length);
}

std::string random_letters_and_digits(Random& random, std::size_t length) {
  return random_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", random, length);
}

std::string random_uuid(Random& random) {
  auto bytes = random.bytes<16>();
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  std::string text = to_hex(bytes);
  for (const std::size_t dash : {20u, 16u, 12u, 8u}) text.insert(dash, "-");
  return text;
}

}  // namespace couplet::emulator
