// SPDX-License-Identifier: Apache-2.0
// Whose call it is, and which skill it is about, as far as the call itself tells: for faults that strike one
// account or one skill only.
#pragma once
#include <string>

#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Empty members: nobody knows.
struct CallSubject {
  std::string user;
  std::string skill_id;
};

/// From the bearer token, the path, and the form or query: user, client_id, refresh_token, code.
[[nodiscard]] CallSubject subject_of_call(const http::Request& request, const Directory& directory,
                                          const AmazonTokens& tokens);

}  // namespace couplet::emulator
