// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_answer.hpp"

#include "oauth/json_text.hpp"

namespace couplet::oauth {

std::string token_answer_json(const IssuedAccessToken& issued, const RefreshToken& refresh_token,
                              std::optional<std::string_view> scope) {
  std::string json;
  json.reserve(issued.access_token.reveal().size() + refresh_token.reveal().size() + 128);
  json += R"({"access_token":)";
  append_json_string(json, issued.access_token.reveal());
  json += R"(,"token_type":"Bearer","expires_in":)";
  json += std::to_string(issued.expires_in.count());
  json += R"(,"refresh_token":)";
  append_json_string(json, refresh_token.reveal());
  if (scope) {
    json += R"(,"scope":)";
    append_json_string(json, *scope);
  }
  json += '}';
  return json;
}

}  // namespace couplet::oauth
