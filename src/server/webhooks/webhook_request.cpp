// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_request.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "server/webhooks/webhook_message.hpp"

namespace couplet::server {
namespace {

constexpr milliseconds kConnect{3000};
constexpr std::size_t kLargestAnswer = 64 * 1024;  // only its status counts; more is no answer

}  // namespace

http::OutgoingRequest webhook_request(const WebhookTarget& target, const LinkNews& news, Instant now) {
  const std::string id = webhook_id(news);
  const std::int64_t timestamp = unix_seconds(now);
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = target.url;
  request.body = webhook_body(news);
  std::string signatures;
  for (const auto& signer : target.signers)
    signatures += (signatures.empty() ? "" : " ") + signer->sign(id, timestamp, request.body);
  request.headers = {{"Content-Type", "application/json"},
                     {"User-Agent", "couplet"},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(timestamp)},
                     {"webhook-signature", signatures}};
  request.deadlines = {std::min(kConnect, target.timeout), target.timeout, target.timeout};
  request.response_limit_bytes = kLargestAnswer;
  return request;
}

http::CurlClientOptions webhook_client_options(const WebhookTarget& target) {
  const auto url = boost::urls::parse_uri(target.url);
  http::CurlClientOptions options;
  options.allowed_hosts = {ascii_lower(std::string(url->host()))};
  options.allow_http = url->scheme() == "http";  // the configuration let it pass for loopback only
  options.peer_addresses = target.allow_private ? http::PeerAddresses::any : http::PeerAddresses::public_only;
  options.ca_file = target.ca_file;
  options.connections_per_host = target.connections;
  return options;
}

}  // namespace couplet::server
