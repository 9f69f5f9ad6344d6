// SPDX-License-Identifier: Apache-2.0
// GET api.amazonalexa.com/v1/alexaApiEndpoint: which API host serves this user.
#pragma once
#include "base/task.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/switches/switches.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

class EndpointLookup {
 public:
  EndpointLookup(const Directory& directory, const AmazonTokens& tokens, const Switches& switches)
      : directory_(directory), tokens_(tokens), switches_(switches) {}
  Task<http::Response> answer(const http::Request& request);

 private:
  const Directory& directory_;
  const AmazonTokens& tokens_;
  const Switches& switches_;
};

}  // namespace couplet::emulator
