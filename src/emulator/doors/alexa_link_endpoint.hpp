// SPDX-License-Identifier: Apache-2.0
// Links that start in the Alexa app: the URL that Alexa opens, and where the provider's answer comes back:
// https://layla.amazon.com/api/skill/link/{vendorId}, or account-linking-status.html for the implicit grant.
#pragma once
#include <string>

#include "base/form.hpp"
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
  AlexaLinkEndpoint(const Directory& directory, AlexaLinks& links, AccountLinker& linker,
                    Enablements& enablements, const Switches& switches, const Clock& clock)
      : directory_(directory),
        links_(links),
        linker_(linker),
        enablements_(enablements),
        switches_(switches),
        clock_(clock) {}

  /// Errors: a sentence for whoever wished
  Result<StartedAlexaLink, std::string> start(const AlexaLinkWish& wish);
  /// Spec:    RFC 6749 4.1.2, 4.1.2.1; the reference's sections 2.1 and 3.3
  /// Errors:  a page with the one text that Alexa has for everything; the note says what was wrong
  /// Effects: posts the code to the provider's token URL, with code_verifier where there was a challenge, and
  /// links
  Task<http::Response> take_answer(const http::Request& request);
  /// The page whose script posts what stands behind the '#'.
  Task<http::Response> show_token_answer(const http::Request& request) const;
  Task<http::Response> show_token_script(const http::Request& request) const;
  /// Spec:    RFC 6749 4.2.2, 4.2.2.1; the reference's sections 2.2 and 3.3
  /// Shape:   form: state, access_token, token_type, expires_in?, source?, or error
  /// Errors, Effects: as above; nothing is posted anywhere, the token came with the answer
  Task<http::Response> take_token(const http::Request& request);

 private:
  struct Answered {
    AlexaLink link;
    Skill skill;
    bool by_app = false;  // source=app
  };
  /// The link that an answer belongs to, which is over with it; or the page that says no.
  Result<Answered, http::Response> link_of(const http::Request& request,
                                           const Result<FormParameters, FormError>& answer,
                                           std::string_view vendor_id, LinkingType type);

  const Directory& directory_;
  AlexaLinks& links_;
  AccountLinker& linker_;
  Enablements& enablements_;
  const Switches& switches_;
  const Clock& clock_;
};

}  // namespace couplet::emulator
