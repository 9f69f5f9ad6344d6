// SPDX-License-Identifier: Apache-2.0
#include "http/forwarded.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

namespace couplet::http {
namespace {

bool is_address(std::string_view text) {
  boost::system::error_code error;
  boost::asio::ip::make_address(text, error);
  return !error;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes the last element of a comma-separated list away from it.
std::string_view pop_back(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return trimmed(last);
}

}  // namespace

std::string_view client_address(std::string_view peer, const HeaderView& headers,
                                const std::vector<std::string>& trusted_proxies) {
  const auto trusted = [&](std::string_view address) {
    return std::ranges::find(trusted_proxies, address) != trusted_proxies.end();
  };
  if (!trusted(peer)) return peer;
  std::string_view client = peer;
  // Each proxy appends what it saw, so the list is read from its end, and no further than the first stranger:
  // everything before that, the stranger may have invented.
  for (auto field = headers.all().rbegin(); field != headers.all().rend(); ++field) {
    if (!boost::beast::iequals(field->first, "x-forwarded-for")) continue;
    for (std::string_view list = field->second; !list.empty();) {
      const std::string_view address = pop_back(list);
      if (!is_address(address)) return client;
      client = address;
      if (!trusted(client)) return client;
    }
  }
  return client;
}

}  // namespace couplet::http
