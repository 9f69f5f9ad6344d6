// SPDX-License-Identifier: Apache-2.0
#include "emulator/endpoint_lookup.hpp"

#include "base/json.hpp"
#include "emulator/amazon_api_caller.hpp"

namespace couplet::emulator {

Task<http::Response> EndpointLookup::answer(const http::Request& request) {
  const auto caller = amazon_api_caller(request, tokens_);
  if (!caller) co_return to_response(caller.error());
  const AmazonUser* user = directory_.find_user(caller->user_id);
  if (!user) co_return to_response({403, "The access token is invalid", "the Amazon account is gone"});
  json::array endpoints;
  if (switches_.endpoints == EndpointAnswer::several)
    for (const Region region : {Region::na, Region::eu, Region::fe}) endpoints.emplace_back(api_host(region));
  if (switches_.endpoints == EndpointAnswer::region) endpoints.emplace_back(api_host(user->region));
  const json::object body{{"endpoints", std::move(endpoints)}};
  co_return http::json_response(200, json::serialize(body));
}

}  // namespace couplet::emulator
