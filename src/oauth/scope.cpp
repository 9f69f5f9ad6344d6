// SPDX-License-Identifier: Apache-2.0
#include "oauth/scope.hpp"

#include <ranges>

namespace couplet::oauth {
namespace {

auto tokens(std::string_view scope) {
  return scope | std::views::split(' ') |
         std::views::transform([](auto&& part) { return std::string_view(part.begin(), part.end()); });
}

bool is_scope_character(char c) { return c >= 0x21 && c <= 0x7e && c != '"' && c != '\\'; }

bool is_scope_token(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, is_scope_character);
}

bool contains(std::string_view scope, std::string_view wanted) {
  return std::ranges::any_of(tokens(scope), [&](std::string_view token) { return token == wanted; });
}

}  // namespace

bool is_scope(std::string_view text) {
  return !text.empty() && !text.ends_with(' ') && std::ranges::all_of(tokens(text), is_scope_token);
}

Result<std::string> narrow_scope(std::string_view granted, std::string_view requested) {
  if (!is_scope(requested)) return fail(OAuthErrorCode::invalid_scope, "scope_malformed");
  std::string narrowed;
  for (const std::string_view token : tokens(requested)) {
    if (!contains(granted, token)) return fail(OAuthErrorCode::invalid_scope, "scope_not_granted");
    if (contains(narrowed, token)) continue;
    if (!narrowed.empty()) narrowed += ' ';
    narrowed += token;
  }
  return narrowed;
}

}  // namespace couplet::oauth
