// SPDX-License-Identifier: Apache-2.0
// GET /link/launch/{ticket}: marks this browser as the one that started, then goes on to Login with Amazon.
#pragma once
#include "base/task.hpp"
#include "http/message.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// The cookie that proves at the return that this browser was sent by the launch link; one per attempt, so
/// that two tabs do not disturb each other.
[[nodiscard]] std::string launch_cookie_name(const Digest& browser_binding);

/// A launch link that another site, a mail or a chat leads to must not mark the victim's browser: with the
/// mark, the victim's Alexa would be linked to the sender's account. So the browser says where it comes from
/// (Sec-Fetch-Site):
///   same-origin, same-site   → 302 to Login with Amazon
///   none, or a browser that does not say → a page that asks first; its button goes on
///   cross-site               → refused
/// Errors:  400 page for a ticket that is not ours or too old
class LaunchPage {
 public:
  LaunchPage(const Config& config, const Clock& clock) : config_(config), clock_(clock) {}
  Task<http::Response> handle_get(const http::Request& request);
  Task<http::Response> handle_post(const http::Request& request);

 private:
  const Config& config_;
  const Clock& clock_;
};

}  // namespace couplet::server
