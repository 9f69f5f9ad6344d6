// SPDX-License-Identifier: Apache-2.0
#include "server/links/returned_link.hpp"

#include "base/log.hpp"
#include "domain/reference_code.hpp"

namespace couplet::server {

using alexa::find_link_error;
using alexa::LinkStep;

void log_refusal(const http::Request& request, const Skill& skill, const alexa::LinkErrorRow& row,
                 const alexa::StartedLink* started) {
  log::write(row.message == alexa::TextKey::none ? log::Level::info : log::Level::warn, "link.refused",
             {{"request_id", request.request_id},
              {"skill", skill.name.text()},
              {"step", enum_text(alexa::kLinkSteps, row.step)},
              {"code", row.code},
              {"trace_id", started ? started->attempt_id.text() : ""},
              {"reference", started ? ReferenceCode::of(started->attempt_id).text() : ""},
              {"user", started ? started->user.text() : ""},
              {"cause", row.cause}});
}

Returned read_returned(const ReturnedParameters& parameters, const Skill& skill, const KeyRing& keys,
                       Instant now) {
  const auto refuse = [](std::string_view code) {
    return ReturnedError{&find_link_error(LinkStep::authorization, code), std::nullopt};
  };
  if (!parameters.state || parameters.code.has_value() == parameters.error.has_value())
    return refuse("invalid_state");
  if (parameters.code && parameters.code->size() > kAmazonCodeLimitBytes) return refuse("invalid_state");

  auto started = alexa::open_state(alexa::OAuthState(std::string(*parameters.state)), skill, keys, now);
  if (!started)
    return refuse(started.error() == alexa::StateError::expired ? "expired_state" : "invalid_state");
  if (parameters.code)
    return ReturnedCode{std::move(*started), alexa::AmazonCode(std::string(*parameters.code))};

  // The description is Amazon's text: for the log, never for the page (LK-12).
  log::info("link.refused_by_amazon",
            {{"trace_id", started->attempt_id.text()},
             {"error", parameters.error->substr(0, 64)},
             {"error_description", parameters.error_description.value_or("").substr(0, 256)}});
  return ReturnedError{&find_link_error(LinkStep::authorization, *parameters.error), std::move(*started)};
}

}  // namespace couplet::server
