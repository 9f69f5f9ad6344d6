// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "domain/ids.hpp"

namespace couplet::storage::sqlite {

/// The smallest id that could have been made at `instant`: every older one sorts before it.
template <class Id>
[[nodiscard]] Id made_before(Instant instant) {
  struct Zeros final : Random {
    void fill(std::span<std::byte> out) override { std::ranges::fill(out, std::byte{0}); }
  } zeros;
  return Id::make(std::max(instant, Instant{}), zeros);
}

}  // namespace couplet::storage::sqlite
