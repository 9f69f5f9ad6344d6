// SPDX-License-Identifier: Apache-2.0
// The page where a person allows linking, behind its two doors: GET shows it, POST decides.
#pragma once
#include <string>

#include "base/form.hpp"
#include "base/task.hpp"
#include "emulator/amazon_tokens.hpp"
#include "emulator/directory.hpp"
#include "emulator/pending_consents.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

[[nodiscard]] std::string_view path_of(Front front);

class ConsentEndpoint {
 public:
  ConsentEndpoint(Front front, const Directory& directory, const Switches& switches, PendingConsents& pending,
                  AmazonTokens& tokens)
      : front_(front), directory_(directory), switches_(switches), pending_(pending), tokens_(tokens) {}

  /// Errors: 400 as a page where the client or redirect_uri is in doubt; the other rows as a redirect
  Task<http::Response> show(const http::Request& request);
  /// Shape:   form: form_token, user, decision = allow | cancel | error, error
  /// Effects: allow issues a code; the chosen account is remembered in a cookie
  Task<http::Response> decide(const http::Request& request);

 private:
  [[nodiscard]] http::Response page(const AuthorizationRequest& request, std::string_view remembered_user);
  [[nodiscard]] http::Response allow(const AuthorizationRequest& request, std::string_view user_id);

  Front front_;
  const Directory& directory_;
  const Switches& switches_;
  PendingConsents& pending_;
  AmazonTokens& tokens_;
};

}  // namespace couplet::emulator
