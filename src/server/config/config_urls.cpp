// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_urls.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>

#include "http/public_address.hpp"

namespace couplet::server {
namespace {

std::optional<boost::asio::ip::address> literal_address(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return error ? std::nullopt : std::optional(address);
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]" || host == "::1";
}

std::string redirect_uri_problem(const std::string& uri) {
  const auto url = boost::urls::parse_uri(uri);
  if (!url) return "is not an absolute URI";
  if (url->has_fragment()) return "must not have a fragment";
  if (url->has_userinfo()) return "must not have a user name";
  if (url->scheme() == "https" && !url->host().empty()) return "";
  if (url->scheme() == "http" && is_loopback(url->host())) return "";
  return "must be https (http only on a loopback address)";
}

std::string outgoing_url_problem(const std::string& text, Inside inside, std::string_view permission) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->host().empty()) return "is not an absolute URL";
  if (url->has_fragment() || url->has_userinfo()) return "must have neither user name nor fragment";
  const auto address = literal_address(url->encoded_host());
  const bool loopback = url->encoded_host() == "localhost" || (address && address->is_loopback());
  const bool leads_inside = loopback || (address && !http::is_public_address(*address));
  if (leads_inside && inside == Inside::forbidden)
    return "leads to a loopback or private address, and " + std::string(permission) + " is not set";
  if (url->scheme() == "https" || (url->scheme() == "http" && loopback)) return "";
  return "must be https (http only on a loopback address)";
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace couplet::server
