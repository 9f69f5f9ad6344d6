// SPDX-License-Identifier: Apache-2.0
#include "alexa/certificate_url.hpp"

#include <algorithm>
#include <vector>

#include "base/encoding.hpp"

namespace couplet::alexa {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kFolder = "/echo.api/";

// Printable ASCII without the space. A backslash is a slash to some readers and a letter to others: refused.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
}

bool is_amazons(std::string_view authority) {
  const std::size_t colon = authority.find(':');
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? "443" : authority.substr(colon + 1);
  return ascii_lower(host) == kCertificateHost && port == "443";
}

// "/a/./b/../c" → "/a/c". Escapes were resolved before, or they would hide dots and slashes.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_with_slash = false;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    const bool is_up = segment == "..";
    ends_with_slash = is_up || segment == ".";
    if (is_up && !kept.empty()) kept.pop_back();
    if (!ends_with_slash) kept.push_back(segment);
  }
  std::string resolved;
  for (const std::string_view segment : kept) resolved.append("/").append(segment);
  if (ends_with_slash) resolved += '/';
  return resolved;
}

std::string with_escapes(std::string_view path) {
  std::string escaped;
  for (const char c : path) escaped += c == '/' ? "/" : percent_encode({&c, 1});
  return escaped;
}

}  // namespace

std::optional<std::string> normalize_certificate_url(std::string_view text) {
  if (text.size() > kCertificateUrlLimitBytes || !is_plain(text)) return std::nullopt;
  if (ascii_lower(text.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const std::size_t path_at = std::min(text.find('/'), text.size());
  const std::string_view path = text.substr(path_at);
  if (!is_amazons(text.substr(0, path_at))) return std::nullopt;
  if (path.find_first_of("?#") != std::string_view::npos) return std::nullopt;

  const auto decoded = percent_decode(path, Plus::is_plus);
  if (!decoded || !is_plain(*decoded)) return std::nullopt;
  const std::string resolved = without_dot_segments(*decoded);
  if (!resolved.starts_with(kFolder) || resolved == kFolder) return std::nullopt;
  return std::string(kScheme) + std::string(kCertificateHost) + with_escapes(resolved);
}

}  // namespace couplet::alexa
