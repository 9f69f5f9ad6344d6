// SPDX-License-Identifier: Apache-2.0
// What an answer means, and when to try again: data and pure functions.
#pragma once
#include <array>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "domain/link_news.hpp"
#include "http/client.hpp"

namespace couplet::server {

/// The pause after the first failed try, after the second, …; the last one repeats until the delivery is
/// given up. Short at first, because most outages are; long at last, to spare a target that is down.
inline constexpr std::array kRetryPauses = {
    seconds{5},    seconds{30},       seconds{120},      seconds{600},      seconds{1800},
    seconds{3600}, seconds{2 * 3600}, seconds{4 * 3600}, seconds{8 * 3600}, seconds{12 * 3600}};
inline constexpr seconds kLongestRetryAfter{24 * 3600};

struct WebhookAnswer {
  enum class Kind {
    taken,   // 2xx
    gone,    // 410: the target wants no more
    failed,  // everything else, a redirect and no answer included
  };
  Kind kind = Kind::failed;
  std::uint32_t status = 0;            // 0: no answer
  std::string problem;                 // "status", or how the call failed: "timeout", "tls", …
  std::optional<seconds> retry_after;  // with 429 and 503, at most kLongestRetryAfter
};

/// Spec:    Standard Webhooks 1.0.0, "Operational considerations"; RFC 9110 10.2.3
[[nodiscard]] WebhookAnswer read_webhook_answer(
    const Result<http::IncomingResponse, http::TransportError>& answer, Instant now);

/// When to try again; absent when the delivery is to be given up: it has waited for `give_up_after`. Each
/// pause is stretched at random by up to a quarter, so that many do not come back together, and the last one
/// shortened so that there is a try when the time is over.
[[nodiscard]] std::optional<Instant> next_webhook_try(const WebhookDelivery& delivery,
                                                      const WebhookAnswer& answer, seconds give_up_after,
                                                      Instant now, Random& random);

}  // namespace couplet::server
