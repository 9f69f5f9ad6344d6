// SPDX-License-Identifier: Apache-2.0
#include "disk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "base/clock.hpp"

namespace couplet::bench {
namespace {

constexpr std::size_t kBlock = 4096;
constexpr std::size_t kBlocks = 2048;
constexpr milliseconds kDuration{400};

template <class Position>
double syncs_per_second(int file, Position position) {
  const SystemClock clock;
  const std::array<char, kBlock> block{};
  const auto began = clock.monotonic();
  std::size_t count = 0;
  for (; clock.monotonic() - began < kDuration; ++count)
    if (::pwrite(file, block.data(), kBlock, position(count)) != static_cast<ssize_t>(kBlock) ||
        ::fdatasync(file) != 0)
      throw std::runtime_error("the disk does not take the benchmark's file");
  return static_cast<double>(count) / std::chrono::duration<double>(clock.monotonic() - began).count();
}

}  // namespace

DiskSpeed measure_disk(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "fdatasync";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("cannot write into " + folder.string());
  DiskSpeed speed;
  speed.growing_per_second =
      syncs_per_second(file, [](std::size_t n) { return static_cast<off_t>(n * kBlock); });
  const std::array<char, kBlock> block{};
  for (std::size_t i = 0; i < kBlocks; ++i)
    if (::pwrite(file, block.data(), kBlock, static_cast<off_t>(i * kBlock)) < 0)
      throw std::runtime_error("disk full");
  ::fsync(file);
  speed.preallocated_per_second =
      syncs_per_second(file, [](std::size_t n) { return static_cast<off_t>(n % kBlocks * kBlock); });
  ::close(file);
  std::filesystem::remove(path);
  return speed;
}

}  // namespace couplet::bench
