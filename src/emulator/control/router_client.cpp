// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/router_client.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/encoding.hpp"

namespace couplet::emulator {

Task<Result<http::IncomingResponse, http::TransportError>> RouterClient::send(http::OutgoingRequest request) {
  if (!request.url.starts_with(url_ + "/")) co_return co_await others_.send(std::move(request));
  const std::string target = request.url.substr(url_.size());
  const std::string path = target.substr(0, target.find('?'));
  const std::string query = target.substr(std::min(path.size() + 1, target.size()));
  http::HeaderView::Pairs pairs{{"Host", "localhost"}};
  for (const auto& [name, value] : request.headers) pairs.emplace_back(name, value);
  http::Request incoming{.method = request.method,
                         .path = path,
                         .query = query,
                         .headers = http::HeaderView(pairs),
                         .body = request.body,
                         .peer_address = "127.0.0.1",
                         .request_id = "scenario",
                         .tls = false,
                         .path_parameters = {}};
  const http::Response response = co_await router_.dispatch(incoming);
  if (response.status == http::kNoAnswer)
    co_return std::unexpected(
        http::TransportError{http::TransportError::Kind::reset, true, milliseconds{0}, "no answer"});
  http::IncomingResponse answer{response.status, {}, response.body, milliseconds{0}};
  for (const auto& [name, value] : response.headers) answer.headers.emplace_back(ascii_lower(name), value);
  co_return answer;
}

}  // namespace couplet::emulator
