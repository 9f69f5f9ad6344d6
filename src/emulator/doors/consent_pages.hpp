// SPDX-License-Identifier: Apache-2.0
// How the front doors look: sign-in, consent, and the way back by the app. No decisions.
#pragma once
#include <string>
#include <string_view>

#include "emulator/doors/authorization_request.hpp"
#include "emulator/state/model.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

[[nodiscard]] std::string_view path_of(Front front);

/// "R" for "Ride Hailer": the first character, whatever its length in UTF-8.
[[nodiscard]] std::string initial_of(std::string_view name);
/// "anna@example.org · EU · owner"
[[nodiscard]] std::string detail_of(const AmazonUser& user);

/// What every page of a request shows.
struct ConsentView {
  const AuthorizationRequest& request;
  const Directory& directory;
  std::string form_token;
};
/// `user` is signed in (LWA), or proposed (Alexa app); null: the first of the list is proposed.
[[nodiscard]] http::Response consent_page(const ConsentView& view, const AmazonUser* user);
/// `problem` is a sentence about the new account that could not be made.
[[nodiscard]] http::Response sign_in_page(const ConsentView& view, std::string_view problem = "");
/// Where a tap opens `url`, instead of a redirect that the web view follows.
[[nodiscard]] http::Response open_app_page(Front front, std::string_view url);

}  // namespace couplet::emulator
