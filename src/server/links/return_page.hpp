// SPDX-License-Identifier: Apache-2.0
// /link/return/{skill}: where Amazon sends the browser back to. The main road on phones, where the app often
// does not open by itself; works without JavaScript and is never a 404.
#pragma once
#include "base/form.hpp"
#include "http/message.hpp"
#include "server/common/metrics.hpp"
#include "server/links/link_engine.hpp"
#include "server/links/returned_link.hpp"

namespace couplet::server {

/// GET links nothing; it stores that a link ended at Amazon, where this browser started it. A browser link
/// goes on when this browser holds the launch cookie that oauth_state names: the page then sends a
/// same-origin POST, which finishes. A link of return mode `page` asks for the number that the app shows, and
/// finishes with the POST that brings it. Anything else is told to go back to the app (LK-13..15).
class ReturnPage {
 public:
  ReturnPage(const Config& config, LinkEngine& engine, storage::ConfirmationStore& confirmations,
             const Clock& clock, Metrics& metrics);
  Task<http::Response> handle_get(const http::Request& request);
  Task<http::Response> handle_post(const http::Request& request);

 private:
  Task<std::optional<http::Response>> refuse_unconfirmed(const http::Request& request, const Skill& skill,
                                                         const alexa::StartedLink& started,
                                                         const FormParameters& form);
  http::Response explain(const http::Request& request, const Skill& skill, const ReturnedError& error);
  static http::Response unknown_skill(const http::Request& request);

  const Config& config_;
  LinkEngine& engine_;
  storage::ConfirmationStore& confirmations_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace couplet::server
