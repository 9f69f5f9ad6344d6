// SPDX-License-Identifier: Apache-2.0
// The pages where a person allows linking, behind two doors: the Alexa app, whose account is the phone's, and
// Login with Amazon, where one signs in first. GET shows, POST decides.
#pragma once
#include <string>

#include "base/form.hpp"
#include "base/task.hpp"
#include "emulator/doors/pending_consents.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

class ConsentEndpoint {
 public:
  ConsentEndpoint(Front front, Directory& directory, const Switches& switches, PendingConsents& pending,
                  AmazonTokens& tokens)
      : front_(front), directory_(directory), switches_(switches), pending_(pending), tokens_(tokens) {}

  /// Errors: 400 as a page where the client or redirect_uri is in doubt; the other rows as a redirect
  Task<http::Response> show(const http::Request& request);
  /// Shape:   form: form_token; decision = allow (user) | cancel | error (error) | sign_in (user) | another |
  /// create
  ///          (name, email, region, tester); return = web_view | app says how allow, cancel and error come
  ///          back
  /// Effects: allow issues a code; the chosen account is remembered in a cookie; create makes an account
  Task<http::Response> decide(const http::Request& request);

 private:
  /// Each page gets a form token of its own.
  [[nodiscard]] http::Response consent(AuthorizationRequest request, const AmazonUser* user);
  [[nodiscard]] http::Response sign_in(AuthorizationRequest request, std::string_view problem = "");
  [[nodiscard]] const AmazonUser* signed_in(const http::Request& request) const;
  [[nodiscard]] http::Response decide_who(AuthorizationRequest request, const FormParameters& form,
                                          std::string_view decision);
  [[nodiscard]] http::Response create_account(AuthorizationRequest request, const FormParameters& form);
  [[nodiscard]] http::Response allow(const AuthorizationRequest& request, const FormParameters& form);
  /// A redirect, or the page with the link that opens the app.
  [[nodiscard]] http::Response back_to(std::string url, const FormParameters& form) const;

  Front front_;
  Directory& directory_;
  const Switches& switches_;
  PendingConsents& pending_;
  AmazonTokens& tokens_;
};

}  // namespace couplet::emulator
