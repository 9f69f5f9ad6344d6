// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_amazon.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace couplet::server {

void set_amazon(ReadSettings& read, const std::string& base_dir, Config& config) {
  std::string& ca_file = read.settings.amazon.ca_file;
  ca_file = resolve_path(base_dir, ca_file);
  const AmazonSettings& from = read.settings.amazon;
  config.amazon_pages = {from.alexa_app_base, from.lwa_base};
  config.amazon_hosts = {from.token_url, from.api_hosts};
  config.amazon_deadlines.token = {from.connect_timeout, from.token_timeout, from.token_timeout};
  config.amazon_deadlines.enablement = {from.connect_timeout, from.enablement_timeout,
                                        from.enablement_timeout};
  const auto token_url = boost::urls::parse_uri(from.token_url);
  if (!token_url || token_url->scheme() != "https")
    read.fault("amazon.token_url", "must be https; it is \"" + from.token_url + "\"",
               "remove the line for the real Amazon");
  if (from.api_hosts.empty())
    read.fault("amazon.api_hosts", "is empty", "remove the line for Amazon's three regions");
  if (!from.connect_to.empty() && from.ca_file.empty())
    read.fault("amazon.ca_file", "connect_to needs the stand-in's certificate authority",
               "couplet-emulator writes its own to ca.pem");
}

}  // namespace couplet::server
