// SPDX-License-Identifier: Apache-2.0
// Expected failure as a value. Each library names its own error type: oauth::Result<T>, storage::Result<T>, …
#pragma once
#include <expected>
#include <utility>

namespace couplet {

/// std::expected that the compiler refuses to see dropped, also behind co_await.
template <class T, class E>
class [[nodiscard]] Result : public std::expected<T, E> {
 public:
  using std::expected<T, E>::expected;
};

template <class E>
class [[nodiscard]] Result<void, E> : public std::expected<void, E> {
 public:
  using std::expected<void, E>::expected;
};

}  // namespace couplet
