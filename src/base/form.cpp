// SPDX-License-Identifier: Apache-2.0
#include "base/form.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace couplet {

Result<FormParameters, FormError> FormParameters::parse(std::string_view text) {
  FormParameters form;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), Plus::is_space);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), Plus::is_space);
    if (!name || !value) return std::unexpected(FormError::bad_escape);
    if (form.parameters_.size() == kMaxFormParameters) return std::unexpected(FormError::too_many);
    const bool repeated = std::ranges::any_of(form.parameters_, [&](const auto& known) { return known.first == *name; });
    if (repeated) return std::unexpected(FormError::repeated_parameter);
    form.parameters_.emplace_back(std::move(*name), std::move(*value));
  }
  return form;
}

std::optional<std::string_view> FormParameters::get(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, [](const auto& pair) { return std::string_view(pair.first); });
  if (found == parameters_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

FormWriter& FormWriter::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += '&';
  text_ += percent_encode(name);
  text_ += '=';
  text_ += percent_encode(value);
  return *this;
}

std::string with_query(std::string_view uri, std::string_view query) {
  std::string out(uri);
  out += uri.contains('?') ? (uri.ends_with('?') || uri.ends_with('&') ? "" : "&") : "?";
  out += query;
  return out;
}

}  // namespace couplet
