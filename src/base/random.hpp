// SPDX-License-Identifier: Apache-2.0
// Randomness as a parameter: nothing outside src/base asks the machine for random bytes.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

namespace couplet {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  template <std::size_t N>
  [[nodiscard]] std::array<std::byte, N> bytes() {
    std::array<std::byte, N> out;
    fill(out);
    return out;
  }
};

/// The kernel's generator, drawn in blocks of 4 KiB per thread. Stops the process if the kernel has none.
/// Thread: any. Not across fork().
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

/// Repeats the same sequence for the same seed; for tests and simulation only. Thread: one.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace couplet
