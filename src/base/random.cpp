// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace couplet {
namespace {

struct Block {
  std::array<std::byte, 4096> bytes;
  std::size_t used = 4096;
};

void refill(Block& block) {
  // getentropy gives at most 256 bytes a call and fails only where there is no generator at all.
  for (std::size_t at = 0; at < block.bytes.size(); at += 256)
    if (getentropy(block.bytes.data() + at, 256) != 0) std::abort();
  block.used = 0;
}

}  // namespace

void SystemRandom::fill(std::span<std::byte> out) {
  thread_local Block block;
  while (!out.empty()) {
    if (block.used == block.bytes.size()) refill(block);
    const std::size_t count = std::min(out.size(), block.bytes.size() - block.used);
    std::byte* const from = block.bytes.data() + block.used;
    std::copy_n(from, count, out.data());
    explicit_bzero(from, count);  // what was handed out is not left behind
    block.used += count;
    out = out.subspan(count);
  }
}

void SeededRandom::fill(std::span<std::byte> out) {
  for (std::byte& b : out) b = static_cast<std::byte>(engine_() & 0xff);
}

}  // namespace couplet
