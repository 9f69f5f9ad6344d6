// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/masking.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/json.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kFieldLimit = 40;
constexpr std::size_t kValueLimit = 200;
constexpr std::size_t kShownOfSecret = 4;

// Compared in lower case without '_' and '-', so that accessToken and access_token are one name.
constexpr std::array<std::string_view, 14> kSecretNames{
    "code",  "authcode",     "clientsecret",    "accesstoken",    "refreshtoken", "codeverifier", "state",
    "token", "consenttoken", "xamzaccesstoken", "apiaccesstoken", "formtoken",    "password",     "idtoken"};

bool is_secret_name(std::string_view name) {
  std::string plain = ascii_lower(name);
  std::erase_if(plain, [](char c) { return c == '_' || c == '-'; });
  return std::ranges::find(kSecretNames, plain) != kSecretNames.end();
}

/// Cuts at a character boundary of UTF-8.
std::string_view front(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string shown_value(std::string_view name, std::string_view value) {
  if (is_secret_name(name)) return masked(value);
  if (!is_utf8(value)) return "(" + std::to_string(value.size()) + " bytes)";
  return value.size() > kValueLimit ? std::string(front(value, kValueLimit)) + "…" : std::string(value);
}

void flatten(ShownFields& fields, const std::string& path, std::string_view name, const json::value& value) {
  if (fields.size() >= kFieldLimit) return;
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      flatten(fields, path.empty() ? std::string(member.key()) : path + "." + std::string(member.key()),
              member.key(), member.value());
    return;
  }
  if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      flatten(fields, path + "[" + std::to_string(i) + "]", name, (*array)[i]);
    return;
  }
  const auto* text = value.if_string();
  fields.emplace_back(path, shown_value(name, text ? std::string(*text) : json::serialize(value)));
}

}  // namespace

std::string masked(std::string_view secret) {
  if (secret.empty()) return "";
  // A short secret would be given away by its beginning.
  if (secret.size() <= kShownOfSecret * 2 || !is_utf8(secret)) return "…";
  return std::string(front(secret, kShownOfSecret)) + "…";
}

std::string masked_authorization(std::string_view header_value) {
  const std::size_t space = header_value.find(' ');
  if (space == std::string_view::npos) return masked(header_value);
  return shown_value("", header_value.substr(0, space)) + " " + masked(header_value.substr(space + 1));
}

ShownFields shown_form(std::string_view text) {
  const auto form = FormParameters::parse(text);
  if (!form) return {{"(unreadable)", std::to_string(text.size()) + " bytes"}};
  ShownFields fields;
  for (const auto& [name, value] : form->all())
    if (fields.size() < kFieldLimit) fields.emplace_back(shown_value("", name), shown_value(name, value));
  return fields;
}

ShownFields shown_json(std::string_view text) {
  const auto value = parse_json(text);
  if (!value) return {{"(unreadable)", std::to_string(text.size()) + " bytes"}};
  ShownFields fields;
  flatten(fields, "", "", *value);
  return fields;
}

ShownFields shown_body(std::string_view content_type, std::string_view body) {
  if (body.empty()) return {};
  const std::string type = ascii_lower(content_type.substr(0, content_type.find(';')));
  if (type.starts_with("application/x-www-form-urlencoded")) return shown_form(body);
  if (type.starts_with("application/json") || type.starts_with("application/problem+json"))
    return shown_json(body);
  return {{"(body)", std::to_string(body.size()) + " bytes"}};
}

}  // namespace couplet::emulator
