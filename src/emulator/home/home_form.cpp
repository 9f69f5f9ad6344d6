// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/home_form.hpp"

#include <charconv>

namespace couplet::emulator {

std::string text_of(const FormParameters& form, std::string_view name) {
  return std::string(form.get(name).value_or(""));
}

std::optional<std::int64_t> number_of(const FormParameters& form, std::string_view name) {
  const std::string_view text = form.get(name).value_or("");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

http::Response back(const FormParameters& form, std::string_view place) {
  FormWriter query;
  query.add("user", text_of(form, "user"));
  const std::string fragment = place.empty() ? "" : "#" + std::string(place);
  return http::redirect(303, "/_emulator?" + query.text() + fragment);
}

}  // namespace couplet::emulator
