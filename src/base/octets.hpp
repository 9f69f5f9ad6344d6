// SPDX-License-Identifier: Apache-2.0
// Fixed-width integers and length-prefixed texts, big-endian: the inside of what KeyRing seals. The box
// around it says whether it is ours, so a reader that runs out of bytes has met a version that is not its
// own.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"

namespace couplet {

class OctetWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void u64(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> shift & 0xff));
  }
  void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  /// Units: at most 65,535 bytes
  void text(std::string_view text) {
    u8(static_cast<std::uint8_t>(text.size() >> 8));
    u8(static_cast<std::uint8_t>(text.size() & 0xff));
    raw(as_byte_view(text));
  }
  void instant(Instant instant) { u64(static_cast<std::uint64_t>(instant.time_since_epoch().count())); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

/// Reads in the order of writing. Past the end it answers zeros and empty texts, and is not complete().
class OctetReader {
 public:
  explicit OctetReader(ByteView bytes) : rest_(bytes) {}
  ByteView raw(std::size_t count) {
    if (count > rest_.size()) return fail();
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::uint8_t u8() {
    const ByteView one = raw(1);
    return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one[0]);
  }
  std::uint64_t u64() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | u8();
    return value;
  }
  std::string text() {
    const std::size_t high = u8();
    return std::string(as_text(raw(high << 8 | u8())));
  }
  Instant instant() { return Instant{milliseconds{static_cast<std::int64_t>(u64())}}; }
  /// Everything was there, and nothing is left.
  [[nodiscard]] bool complete() const { return good_ && rest_.empty(); }

 private:
  ByteView fail() {
    good_ = false;
    rest_ = {};
    return {};
  }
  ByteView rest_;
  bool good_ = true;
};

}  // namespace couplet
