// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_message.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "domain/reference_code.hpp"

namespace couplet::server {
namespace {

json::object data_of(const LinkNews& news) {
  json::object data{{"skill", news.skill.text()}, {"user", news.user.text()}};
  if (news.type == LinkNewsType::failed) {
    data["step"] = news.failed_step;
    data["code"] = news.failed_code;
  } else {
    data["origin"] = news.origin ? json::value(enum_text(kGrantOrigins, *news.origin)) : json::value(nullptr);
  }
  if (news.reason) data["reason"] = enum_text(kUnlinkReasons, *news.reason);
  if (news.type == LinkNewsType::failed && news.attempt_id)
    data["reference"] = ReferenceCode::of(*news.attempt_id).text();
  data["trace_id"] = news.attempt_id ? json::value(news.attempt_id->text()) : json::value(nullptr);
  return data;
}

}  // namespace

std::string webhook_id(const LinkNews& news) {
  return fmt::format("evt_{}_{}", news.at.time_since_epoch().count(), news.sequence);
}

std::string webhook_body(const LinkNews& news) {
  return json::serialize(json::object{{"type", enum_text(kLinkNewsTypes, news.type)},
                                      {"timestamp", to_iso8601(news.at)},
                                      {"data", data_of(news)}});
}

}  // namespace couplet::server
