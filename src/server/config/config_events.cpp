// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_events.hpp"

#include "server/config/config_urls.hpp"

namespace couplet::server {
void check_event_settings(ReadSettings& read, const std::string& at, const SkillSettings& from,
                          const SecretReader& secret, Skill& skill) {
  skill.forward_to = from.forward_to;
  if (const std::string problem = from.forward_to.empty() ? "" : redirect_uri_problem(from.forward_to);
      !problem.empty())
    read.fault(at + ".forward_to", "\"" + from.forward_to + "\" " + problem,
               "name your skill's own service, or remove the line");

  skill.messaging_client_id = skill.alexa_client_id;
  skill.messaging_client_secret = skill.alexa_client_secret;
  if (from.messaging_client_id.empty() != from.messaging_client_secret.empty())
    read.fault(at + ".messaging_client_id", "and messaging_client_secret belong together",
               "give both, or neither where alexa_client_id is the pair");
  if (from.messaging_client_id.empty() || from.messaging_client_secret.empty()) return;
  skill.messaging_client_id = from.messaging_client_id;
  if (const auto text = secret(at + ".messaging_client_secret", from.messaging_client_secret))
    skill.messaging_client_secret = AlexaClientSecret(std::string(text->reveal()));
}

}  // namespace couplet::server
