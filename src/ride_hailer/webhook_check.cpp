// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/webhook_check.hpp"

#include <charconv>

#include "base/encoding.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr seconds kTolerance{300};

bool is_recent(std::string_view timestamp, Instant now) {
  std::int64_t sent = 0;
  const char* const end = timestamp.data() + timestamp.size();
  const auto [stop, error] = std::from_chars(timestamp.data(), end, sent);
  if (error != std::errc{} || stop != end) return false;
  const std::int64_t age = unix_seconds(now) - sent;
  return age <= kTolerance.count() && age >= -kTolerance.count();
}

}  // namespace

std::optional<WebhookCheck> WebhookCheck::with(const CallSecret& secret) {
  const std::string_view text = secret.reveal();
  if (!text.starts_with(kPrefix)) return std::nullopt;
  const auto key = from_base64(text.substr(kPrefix.size()));
  if (!key || key->size() < 24) return std::nullopt;
  return WebhookCheck(*key);
}

// While a secret is being replaced there are several signatures, and one that fits is enough.
std::optional<std::string> WebhookCheck::genuine_id(const http::Request& request, Instant now) const {
  const auto id = request.headers.get("webhook-id");
  const auto timestamp = request.headers.get("webhook-timestamp");
  const auto signatures = request.headers.get("webhook-signature");
  if (!id || !timestamp || !signatures || !is_recent(*timestamp, now)) return std::nullopt;
  std::string content(*id);
  content.append(".").append(*timestamp).append(".").append(request.body);
  const std::string wanted = "v1," + to_base64(key_(content));
  for (std::string_view rest = *signatures; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(' '));
    if (constant_time_equal(as_byte_view(one), as_byte_view(wanted))) return std::string(*id);
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace couplet::ride_hailer
