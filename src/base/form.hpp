// SPDX-License-Identifier: Apache-2.0
// application/x-www-form-urlencoded, read as OAuth wants it: a repeated parameter is an error, an empty one is absent.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace couplet {

enum class FormError {
  bad_escape,          // %zz, %4
  repeated_parameter,  // RFC 6749 3.1, 3.2
  too_many,            // more than kMaxFormParameters
};

inline constexpr std::size_t kMaxFormParameters = 64;

class FormParameters {
 public:
  /// Query strings and form bodies alike; '+' is a space.
  /// Errors: FormError; unknown parameters are kept and ignored by whoever does not ask for them (TK-06)
  static Result<FormParameters, FormError> parse(std::string_view text);

  /// The value, or absent when it was not sent or is empty (TK-07).
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// Writes a form body or query string; values are percent-encoded.
class FormWriter {
 public:
  FormWriter& add(std::string_view name, std::string_view value);
  [[nodiscard]] std::string text() && { return std::move(text_); }
  [[nodiscard]] const std::string& text() const& { return text_; }

 private:
  std::string text_;
};

/// Appends `query` to a URI that may already have one (RU-06).
[[nodiscard]] std::string with_query(std::string_view uri, std::string_view query);

}  // namespace couplet
