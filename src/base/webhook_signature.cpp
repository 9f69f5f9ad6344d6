// SPDX-License-Identifier: Apache-2.0
#include "base/webhook_signature.hpp"

#include "base/encoding.hpp"

namespace couplet {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kShortestKey = 24, kLongestKey = 64;

}  // namespace

std::optional<WebhookSigner> WebhookSigner::from_secret(const WebhookSecret& secret) {
  const std::string_view text = secret.reveal();
  if (!text.starts_with(kPrefix)) return std::nullopt;
  const auto key = from_base64(text.substr(kPrefix.size()));
  if (!key || key->size() < kShortestKey || key->size() > kLongestKey) return std::nullopt;
  return WebhookSigner(*key);
}

std::string WebhookSigner::sign(std::string_view id, std::int64_t timestamp, std::string_view body) const {
  std::string content(id);
  content.append(".").append(std::to_string(timestamp)).append(".").append(body);
  return "v1," + to_base64(key_(content));
}

}  // namespace couplet
