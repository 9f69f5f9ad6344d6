// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/webhook_routes.hpp"

#include "base/json.hpp"
#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

// For the user's eyes; empty for what is none of theirs.
std::string words_for(std::string_view type, const json::object& data) {
  if (type == "link.linked")
    return find_string(data, "origin") == "alexa" ? "Linked in the Alexa app" : "Linked from Ride Hailer";
  if (type == "link.failed")
    return find_string(data, "code") == "access_denied" ? "Linking was cancelled" : "Linking did not work";
  if (type != "link.unlinked") return "";  // of a newer Couplet
  const auto reason = find_string(data, "reason");
  if (reason == "user") return "Unlinked from Ride Hailer";
  if (reason == "skill_disabled") return "Unlinked in the Alexa app";
  return reason == "linked_as_other" ? "Alexa was linked with another account" : "Unlinked";
}

}  // namespace

WebhookRoutes::WebhookRoutes(const CallSecret& secret, AlexaNews& news, TokenCheck& tokens,
                             const Users& users, const Clock& clock)
    : webhooks_(WebhookCheck::with(secret)), news_(news), tokens_(tokens), users_(users), clock_(clock) {}

void WebhookRoutes::add_to(http::Router& router) {
  router.add("POST", "/couplet/webhooks",
             [this](const http::Request& request) -> Task<http::Response> { co_return take(request); });
}

// First the signature, over the body as it came. What is not understood is taken all the same: asking for it
// again would not help.
http::Response WebhookRoutes::take(const http::Request& request) {
  const auto id = webhooks_ ? webhooks_->genuine_id(request, clock_.now()) : std::nullopt;
  if (!id) return http::text_response(401, "the signature is not good\n");
  const auto body = parse_json_object(request.body);
  const json::value* const data = body ? body->if_contains("data") : nullptr;
  if (!data || !data->is_object()) return http::text_response(400, "not a webhook\n");
  const std::string type(find_string(*body, "type").value_or(""));
  const std::string user(find_string(data->get_object(), "user").value_or(""));
  const auto at = from_iso8601(find_string(*body, "timestamp").value_or(""));
  const std::string words = words_for(type, data->get_object());
  if (words.empty() || !at || !users_.find_by_id(user)) return http::text_response(204, "");
  if (!news_.keep(*id, user, {*at, words})) return http::text_response(204, "");
  if (type == "link.unlinked") tokens_.forget(user);  // the next request asks anew
  log::info("webhook.taken", {{"webhook_id", *id}, {"type", type}, {"user", user}});
  return http::text_response(204, "");
}

}  // namespace couplet::ride_hailer
