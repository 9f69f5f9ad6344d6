// SPDX-License-Identifier: Apache-2.0
// Links that start in the Alexa app: the URL that Alexa opens, and
// https://layla.amazon.com/api/skill/link/{vendorId}, where the provider's answer comes back.
#pragma once
#include <string>

#include "base/task.hpp"
#include "emulator/alexa/account_linker.hpp"
#include "emulator/state/alexa_links.hpp"
#include "emulator/state/directory.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Who wants what, as a page or a script says it. Empty members: not said.
struct AlexaLinkWish {
  std::string user_id;
  std::string skill_id;
  std::string platform;   // "web", "iOS", "Android"; web when it is not said
  std::string stage;      // what the user may enable when it is not said
  std::string return_to;  // "amazon", "browser"; amazon when it is not said
  std::string browser_host;
};

struct StartedAlexaLink {
  std::string url;
  AlexaLink link;
};

class AlexaLinkEndpoint {
 public:
  AlexaLinkEndpoint(const Directory& directory, AlexaLinks& links, AccountLinker& linker)
      : directory_(directory), links_(links), linker_(linker) {}

  /// Errors: a sentence for whoever wished
  Result<StartedAlexaLink, std::string> start(const AlexaLinkWish& wish);
  /// Spec:    RFC 6749 4.1.2, 4.1.2.1; the reference's sections 2.1 and 3.3
  /// Errors:  a page with the one text that Alexa has for everything; the note says what was wrong
  /// Effects: posts the code to the provider's token URL, with code_verifier where there was a challenge, and
  /// links
  Task<http::Response> take_answer(const http::Request& request);

 private:
  const Directory& directory_;
  AlexaLinks& links_;
  AccountLinker& linker_;
};

}  // namespace couplet::emulator
