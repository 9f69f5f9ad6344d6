// SPDX-License-Identifier: Apache-2.0
// Text that must not be printed, logged, serialised or compared by accident: tokens, codes, passwords, oauth_state.
// Two kinds of secret are two types and never convert into each other.
#pragma once
#include <string.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace couplet {

template <class Tag>
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
    return *this;
  }
  ~Secret() { wipe(); }

  /// The only way to the text. Do not store the view beyond the secret's life.
  [[nodiscard]] std::string_view reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  /// Takes the same time wherever two texts of one length differ.
  friend bool constant_time_equal(const Secret& a, const Secret& b) {
    if (a.text_.size() != b.text_.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.text_.size(); ++i)
      difference = static_cast<unsigned char>(difference | (a.text_[i] ^ b.text_[i]));
    return difference == 0;
  }

  friend bool operator==(const Secret&, const Secret&) = delete;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void wipe() {
    if (!text_.empty()) explicit_bzero(text_.data(), text_.size());
    text_.clear();
  }

  std::string text_;
};

}  // namespace couplet
