// SPDX-License-Identifier: Apache-2.0
// POST api.amazon.com/auth/o2/token: an Amazon code or an Amazon refresh token for a token pair.
#pragma once
#include "base/form.hpp"
#include "base/task.hpp"
#include "emulator/api/lwa_error.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/switches/switches.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Errors: lwa_error.hpp
/// Effects: a code that an authenticated client brings is spent, whatever is wrong with the rest (unless the
/// switch
///          failed_exchange says otherwise)
/// Thread:  the emulator's
class LwaTokenEndpoint {
 public:
  LwaTokenEndpoint(const Directory& directory, AmazonTokens& tokens, const Switches& switches)
      : directory_(directory), tokens_(tokens), switches_(switches) {}

  Task<http::Response> answer(const http::Request& request);

 private:
  [[nodiscard]] http::Response decide(const http::Request& request);
  [[nodiscard]] http::Response exchange_code(const http::Request& request, const FormParameters& form,
                                             const Skill& client);
  [[nodiscard]] http::Response refresh(const http::Request& request, const FormParameters& form,
                                       const Skill& client);
  [[nodiscard]] http::Response token_pair(const AmazonGrant& grant,
                                          const std::optional<std::string>& same_refresh_token = {});
  [[nodiscard]] http::Response refuse(const http::Request& request, LwaError error, std::string_view note,
                                      std::string_view parameter = "") const;
  [[nodiscard]] http::Response refuse_content_type(const http::Request& request) const;

  const Directory& directory_;
  AmazonTokens& tokens_;
  const Switches& switches_;
};

}  // namespace couplet::emulator
