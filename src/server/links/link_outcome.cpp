// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_outcome.hpp"

#include "base/json.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {

using alexa::find_link_error;
using alexa::LinkStep;

const alexa::LinkErrorRow* failure_row(const Result<LinkAttempt, FinishError>& result) {
  if (result && result->status == AttemptStatus::linked) return nullptr;
  if (result)
    return &find_link_error(
        enum_from_text(alexa::kLinkSteps, result->failed_step).value_or(LinkStep::enablement),
        result->failed_code);
  switch (result.error()) {
    case FinishError::spent_state: return &find_link_error(LinkStep::authorization, "spent_state");
    case FinishError::in_progress:
    case FinishError::store_unavailable: break;
  }
  return &find_link_error(LinkStep::enablement, "in_progress");
}

http::Response link_outcome(const Result<LinkAttempt, FinishError>& result, AttemptId attempt_id,
                            const alexa::Reader& reader) {
  if (!result && result.error() == FinishError::store_unavailable) return store_unavailable(reader);
  if (const alexa::LinkErrorRow* row = failure_row(result)) return link_problem(*row, reader, attempt_id);
  return http::json_response(200, json::serialize(json::object{{"status", "LINKED"},
                                                               {"skill", result->skill.text()},
                                                               {"user", result->user.text()},
                                                               {"linked_at", to_iso8601(result->updated_at)},
                                                               {"trace_id", attempt_id.text()}}))
      .header("Cache-Control", "no-store");
}

}  // namespace couplet::server
