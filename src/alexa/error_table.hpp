// SPDX-License-Identifier: Apache-2.0
// Every way a link can fail, one row each: what it is called, what the user is told, what the operator should
// do. API, pages, trace and docs all read this table. Source: the guide's three error tables
// (alexa-protocol 1.4, 1.5, 1.7) and what Amazon does beyond them.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "alexa/texts.hpp"
#include "domain/enum_text.hpp"

namespace couplet::alexa {

/// Where in the guide's flow it went wrong; the `step` of a problem body.
enum class LinkStep {
  authorization,  // consent at Amazon, and our own checks of what came back
  token,          // Amazon's code for Amazon's tokens
  enablement,     // enabling the skill, unlinking, asking for the status
};
inline constexpr EnumTable<LinkStep, 3> kLinkSteps{{{LinkStep::authorization, "authorization"},
                                                    {LinkStep::token, "token"},
                                                    {LinkStep::enablement, "enablement"}}};

enum class Retry { no, with_new_attempt };
enum class Alert { no, operator_must_act };

struct LinkErrorRow {
  LinkStep step;
  std::string_view code;    // the `code` of a problem body
  int http_status;          // what our API answers
  TextKey message;          // what the user is told
  Retry retry;              // `retryable` of a problem body
  Alert alert;              // raises the alert metric (LW-05)
  std::string_view cause;   // for operators
  std::string_view advice;  // for operators
};

[[nodiscard]] std::span<const LinkErrorRow> link_error_rows();

/// The row, or the step's general row when the code is not in the table: a new code of Amazon's is still
/// explained (LK-11).
[[nodiscard]] const LinkErrorRow& find_link_error(LinkStep step, std::string_view code);

/// The row's code for an HTTP status of the enablement API: 400 → "bad_request", 503 → "unavailable", …
[[nodiscard]] std::string_view enablement_error_code(int http_status);

/// What to show the user, in their language, and in the skill's words where it has its own; empty means: show
/// nothing.
[[nodiscard]] std::string user_message(const LinkErrorRow& row, const Reader& reader);

/// docs/errors.md, from the rows.
[[nodiscard]] std::string describe_link_errors();

}  // namespace couplet::alexa
