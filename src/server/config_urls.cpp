// SPDX-License-Identifier: Apache-2.0
#include "server/config_urls.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace couplet::server {

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

}  // namespace couplet::server
