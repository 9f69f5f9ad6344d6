// SPDX-License-Identifier: Apache-2.0
// How a finished attempt is answered.
#pragma once
#include "alexa/error_table.hpp"
#include "http/message.hpp"
#include "server/links/link_engine.hpp"

namespace couplet::server {

/// The row that explains a result that is not `linked`; null when it is.
[[nodiscard]] const alexa::LinkErrorRow* failure_row(const Result<LinkAttempt, FinishError>& result);

/// 200 { status:"LINKED", … } or the row's problem.
[[nodiscard]] http::Response link_outcome(const Result<LinkAttempt, FinishError>& result,
                                          AttemptId attempt_id, const alexa::Reader& reader);

}  // namespace couplet::server
