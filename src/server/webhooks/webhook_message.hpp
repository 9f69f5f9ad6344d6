// SPDX-License-Identifier: Apache-2.0
// News of a link as the body and the id of a webhook; docs/webhooks.md has it from the other side.
#pragma once
#include <string>

#include "domain/link_news.hpp"

namespace couplet::server {

/// The same for every try and every target: what a receiver knows a repetition by. Made of the time, too, so
/// that a database restored from a backup does not give an id to other news.
/// Shape:   "evt_MILLISECONDS_SEQUENCE"
[[nodiscard]] std::string webhook_id(const LinkNews& news);

/// The same bytes for every try: nothing in it depends on when it is sent. Never a secret.
/// Shape:   {type, timestamp, data:{skill, user, trace_id|null, …}}; `origin`|null with a link that is or was
///          there, `reason` with link.unlinked, `step`, `code` and `reference` with link.failed
[[nodiscard]] std::string webhook_body(const LinkNews& news);

}  // namespace couplet::server
