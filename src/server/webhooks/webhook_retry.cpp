// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_retry.hpp"

#include <time.h>

#include <algorithm>
#include <charconv>

namespace couplet::server {
namespace {

std::optional<seconds> whole_seconds(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 0) return std::nullopt;
  return seconds{count};
}

// IMF-fixdate of RFC 9110 5.6.7.
std::optional<seconds> until_date(const std::string& text, Instant now) {
  std::tm parts{};
  const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (!end || *end != '\0') return std::nullopt;
  return seconds{::timegm(&parts) - unix_seconds(now)};
}

std::optional<seconds> retry_after(const http::IncomingResponse& response, Instant now) {
  if (response.status != 429 && response.status != 503) return std::nullopt;
  const std::string text(response.header("retry-after"));
  if (text.empty()) return std::nullopt;
  auto wait = whole_seconds(text);
  if (!wait) wait = until_date(text, now);
  if (!wait) return std::nullopt;
  return std::clamp(*wait, seconds{0}, kLongestRetryAfter);
}

}  // namespace

WebhookAnswer read_webhook_answer(const Result<http::IncomingResponse, http::TransportError>& answer,
                                  Instant now) {
  using Kind = WebhookAnswer::Kind;
  if (!answer)
    return {Kind::failed, 0, std::string(http::transport_error_text(answer.error().kind)), std::nullopt};
  const auto status = static_cast<std::uint32_t>(answer->status);
  if (status >= 200 && status < 300) return {Kind::taken, status, "", std::nullopt};
  if (status == 410) return {Kind::gone, status, "gone", std::nullopt};
  return {Kind::failed, status, "status", retry_after(*answer, now)};
}

std::optional<Instant> next_webhook_try(const WebhookDelivery& delivery, const WebhookAnswer& answer,
                                        seconds give_up_after, Instant now, Random& random) {
  const Instant last_try_at = delivery.waiting_since + give_up_after;
  if (now >= last_try_at) return std::nullopt;
  const std::size_t failed_before = std::min<std::size_t>(delivery.tries, kRetryPauses.size() - 1);
  milliseconds pause = kRetryPauses[failed_before];
  pause += pause * std::to_integer<int>(random.bytes<1>()[0]) / 1024;
  if (answer.retry_after) pause = std::max<milliseconds>(pause, *answer.retry_after);
  return std::min(now + pause, last_try_at);
}

}  // namespace couplet::server
