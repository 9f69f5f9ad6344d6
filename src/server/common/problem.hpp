// SPDX-License-Identifier: Apache-2.0
// RFC 9457 problem bodies of the linking API:
//   { type, title, status, detail, code, step, user_message, retryable, trace_id, reference }
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "alexa/error_table.hpp"
#include "alexa/linking_urls.hpp"
#include "domain/ids.hpp"
#include "http/message.hpp"

namespace couplet::server {

/// A link that failed, by its row, told to this reader. `user_message` is null where the row says so
/// (access_denied).
[[nodiscard]] http::Response link_problem(const alexa::LinkErrorRow& row, const alexa::Reader& reader,
                                          std::optional<AttemptId> trace_id,
                                          const std::optional<alexa::ManageUrls>& manage_urls = std::nullopt);

/// A request that never became a link attempt: `step` is null.
struct RequestProblem {
  int status;
  std::string_view code;
  std::string detail;  // for the engineer who reads it; never a secret
  bool retryable = false;
  std::string user_message{};  // empty: that there is a problem, in English
};
[[nodiscard]] http::Response request_problem(const RequestProblem& problem);

/// The store cannot answer: 503 with Retry-After.
[[nodiscard]] http::Response store_unavailable();
[[nodiscard]] http::Response store_unavailable(const alexa::Reader& reader);

}  // namespace couplet::server
