// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/visits.hpp"

#include <utility>

namespace couplet::ride_hailer {
namespace {

constexpr std::size_t kIdLength = 43;  // base64url of 32 bytes

bool is_form(const http::Request& request) {
  const auto type = request.headers.get("Content-Type").value_or("");
  return type.substr(0, type.find(';')) == "application/x-www-form-urlencoded";
}

}  // namespace

Visits::Visits(Sessions& sessions, const Users& users, const Pages& pages, bool https)
    : sessions_(sessions),
      users_(users),
      pages_(pages),
      https_(https),
      cookie_name_(https ? "__Host-ride_session" : "ride_session") {}

Visit Visits::of(const http::Request& request) {
  const auto cookie = request.cookie(cookie_name_);
  if (!cookie || cookie->size() != kIdLength) return {sessions_.visitor_id(), true, nullptr};
  Visit visit{SessionId{std::string(*cookie)}, false, nullptr};
  if (const auto user_id = sessions_.user_id(visit.id)) visit.user = users_.find_by_id(*user_id);
  return visit;
}

Result<FormParameters, http::Response> Visits::form(const Visit& visit, const http::Request& request) const {
  const auto refuse = [this] {
    return std::unexpected(pages_.message(403, "This page was too old",
                                          "We did nothing, to be safe. Please go back and try once more."));
  };
  if (!is_form(request)) return refuse();
  auto form = FormParameters::parse(request.body);
  if (!form) return refuse();
  const auto token = form->get("csrf_token");
  if (!token || !sessions_.csrf_matches(visit.id, *token)) return refuse();
  return std::move(*form);
}

PageOwner Visits::owner(const Visit& visit) {
  return {*visit.user, sessions_.csrf_token(visit.id), sessions_.take_notice(visit.id)};
}

void Visits::set_cookie(http::Response& response, const SessionId& id) const {
  std::string cookie = cookie_name_ + "=" + std::string(id.reveal()) + "; Path=/; HttpOnly; SameSite=Lax";
  if (https_) cookie += "; Secure";
  response.header("Set-Cookie", std::move(cookie));
}

void Visits::clear_cookie(http::Response& response) const {
  response.header("Set-Cookie",
                  cookie_name_ + "=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" + (https_ ? "; Secure" : ""));
}

}  // namespace couplet::ride_hailer
