// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/endpoint_lookup.hpp"

#include "base/json.hpp"
#include "emulator/api/amazon_api_caller.hpp"
#include "emulator/state/api_hosts.hpp"

namespace couplet::emulator {

Task<http::Response> EndpointLookup::answer(const http::Request& request) {
  const auto caller = amazon_api_caller(request, tokens_, switches_);
  if (!caller) co_return to_response(caller.error());
  const AmazonUser* user = directory_.find_user(caller->user_id);
  if (!user) co_return to_response({403, "The access token is invalid", "the Amazon account is gone"});
  const std::string scheme = switches_.has({"endpoint_form", "url"}) ? "https://" : "";
  const auto named = [&](Region region) { return scheme + std::string(api_host(region, switches_)); };
  json::array endpoints;
  if (switches_.has({"endpoints", "several"}))
    for (const Region region : kRegions) endpoints.emplace_back(named(region));
  if (switches_.has({"endpoints", "region"})) endpoints.emplace_back(named(user->region));
  const json::object body{{"endpoints", std::move(endpoints)}};
  co_return http::json_response(200, json::serialize(body));
}

}  // namespace couplet::emulator
