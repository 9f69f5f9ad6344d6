// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_server.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

#include "server/config/config_urls.hpp"

namespace couplet::server {

void check_server(ReadSettings& read, const std::string& base_dir) {
  ServerSettings& server = read.settings.server;
  const std::string& public_url = server.public_url;
  const auto url = boost::urls::parse_uri(public_url);
  const bool loopback_http = url && url->scheme() == "http" && is_loopback(url->host());
  if (!public_url.empty() && (!url || !(url->scheme() == "https" || loopback_http) || url->has_query() ||
                              url->has_fragment() || public_url.ends_with('/')))
    read.fault("server.public_url",
               "must be https://HOST without path end '/', query or fragment; it is \"" + public_url + "\"",
               "plain http is for a loopback address only");
  if (server.tls_certificate_file.empty() != server.tls_private_key_file.empty())
    read.fault("server.tls_certificate_file", "certificate and private key go together",
               "set both or neither");
  if (server.tls_certificate_file.empty() && !is_loopback(server.listen.host))
    read.warning("server.listen", "serves plain HTTP on " + server.listen.host,
                 "set tls_certificate_file, or put a TLS proxy in front");
  if (url && url->scheme() == "https" && server.tls_certificate_file.empty() &&
      server.trusted_proxies.empty())
    read.warning("server.trusted_proxies",
                 "is empty, and TLS ends at something in front: everybody has its address, so limits cannot "
                 "tell callers apart and logs do not name them",
                 "name the proxy's address as this server sees it, e.g. \"127.0.0.1\"");
  for (const std::string& proxy : server.trusted_proxies)
    if (proxy.contains('*') || proxy == "0.0.0.0/0" || proxy == "::/0")
      read.fault("server.trusted_proxies", "trusts everybody: \"" + proxy + "\"",
                 "name each proxy's address (TL-09)");
  server.tls_certificate_file = resolve_path(base_dir, server.tls_certificate_file);
  server.tls_private_key_file = resolve_path(base_dir, server.tls_private_key_file);
}

void check_storage(ReadSettings& read, const std::string& base_dir) {
  StorageSettings& storage = read.settings.storage;
  if (storage.engine != "sqlite")
    read.fault("storage.engine", "must be \"sqlite\"; it is \"" + storage.engine + "\"",
               "remove the line for the default");
  storage.path = resolve_path(base_dir, storage.path);
}

void check_log(ReadSettings& read) {
  const std::string& level = read.settings.log.level;
  static constexpr std::array kLevels = {"debug", "info", "warn", "error", "off"};
  if (std::ranges::find(kLevels, level) == kLevels.end())
    read.fault("log.level", "must be debug, info, warn, error or off; it is \"" + level + "\"",
               "\"info\" is the default");
}

}  // namespace couplet::server
