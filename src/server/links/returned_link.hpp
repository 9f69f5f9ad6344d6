// SPDX-License-Identifier: Apache-2.0
// What came back from Amazon's consent, as the finish call and the return page both read it.
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "alexa/amazon_tokens.hpp"
#include "alexa/error_table.hpp"
#include "alexa/oauth_state.hpp"
#include "http/message.hpp"

namespace couplet::server {

inline constexpr std::size_t kAmazonCodeLimitBytes = 512;

/// The user said yes: finish with this code.
struct ReturnedCode {
  alexa::StartedLink started;
  alexa::AmazonCode code;
};
/// It ended at Amazon, or never was a good answer. `trace_id` is known when oauth_state was good.
struct ReturnedError {
  const alexa::LinkErrorRow* row;
  std::optional<alexa::StartedLink> started;
};
using Returned = std::variant<ReturnedCode, ReturnedError>;

struct ReturnedParameters {
  std::optional<std::string_view> code, error, error_description, state;
};

/// What was refused before it became an attempt, or ended at Amazon, for whoever looks for it in the log. The
/// user's own "no" is no fault.
void log_refusal(const http::Request& request, const Skill& skill, const alexa::LinkErrorRow& row,
                 const alexa::StartedLink* started);

/// An error is looked at first, and also needs a good oauth_state (LK-09); code and error together are
/// refused (LK-10). Nothing is asked or written.
[[nodiscard]] Returned read_returned(const ReturnedParameters& parameters, const Skill& skill,
                                     const KeyRing& keys, Instant now);

}  // namespace couplet::server
