// SPDX-License-Identifier: Apache-2.0
// A webhook as it goes over the wire: Standard Webhooks, signed with each of the target's secrets.
#pragma once
#include "http/client.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// Spec:    Standard Webhooks 1.0.0, "Webhook headers" and "Signature scheme"; WH-08
/// Effects: none; while a secret is replaced there are two signatures, and either secret verifies
[[nodiscard]] http::OutgoingRequest webhook_request(const WebhookTarget& target, const LinkNews& news,
                                                    Instant now);

/// Knows the target's host and nothing else; no redirect is followed, and no address inside is called unless
/// the target may be there (WH-08).
[[nodiscard]] http::CurlClientOptions webhook_client_options(const WebhookTarget& target);

}  // namespace couplet::server
