// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_external.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/config/config_urls.hpp"

namespace couplet::server {
namespace {

void check_needless(ReadSettings& read, const std::string& at, const SkillSettings& from) {
  if (!from.login_url.empty())
    read.warning(at + ".login_url",
                 "is not used: links from the Alexa app go to your own authorization server",
                 "remove the line");
  const auto& clients = read.settings.clients;
  if (std::ranges::find(clients, from.client_id, &ClientSettings::client_id) != clients.end())
    read.fault(at + ".client_id",
               "\"" + from.client_id + "\" is a client of Couplet's own authorization server",
               "remove its [[clients]] table, or the line authorization = \"external\"");
}

}  // namespace

void check_external(ReadSettings& read, const std::string& at, const SkillSettings& from,
                    const SecretReader& secret, Skill& skill) {
  const auto given = [&](const char* key) { return read.lines.contains(at + "." + key); };
  if (from.authorization != "external") {
    if (from.authorization != "couplet")
      read.fault(at + ".authorization",
                 "must be \"couplet\" or \"external\"; it is \"" + from.authorization + "\"",
                 "remove the line for Couplet's own authorization server");
    for (const char* key :
         {"external_code_url", "external_code_secret", "external_allow_private", "external_timeout"})
      if (given(key))
        read.warning(at + "." + key, "is not used without authorization = \"external\"", "remove the line");
    return;
  }
  check_needless(read, at, from);
  ExternalAuthorization external{from.external_code_url, nullptr, from.external_allow_private,
                                 from.external_timeout};
  if (!given("external_code_url"))
    read.fault(at + ".external_code_url", "is missing", "name the URL of yours that gives Couplet a code");
  else if (const std::string problem = outgoing_url_problem(
               from.external_code_url, from.external_allow_private ? Inside::allowed : Inside::forbidden,
               "external_allow_private");
           !problem.empty())
    read.fault(at + ".external_code_url", "\"" + from.external_code_url + "\" " + problem,
               "name the URL of yours that gives Couplet a code");
  if (!given("external_code_secret")) {
    read.fault(at + ".external_code_secret", "is missing", "`couplet keys webhook-secret` makes one");
  } else if (const auto text = secret(at + ".external_code_secret", from.external_code_secret)) {
    auto signer = WebhookSigner::from_secret(WebhookSecret(std::string(text->reveal())));
    if (signer)
      external.signer = std::make_shared<const WebhookSigner>(std::move(*signer));
    else
      read.fault(at + ".external_code_secret", "is not \"whsec_\" and the base64 of 24 to 64 bytes",
                 "`couplet keys webhook-secret` makes one");
  }
  skill.external = std::move(external);
}

std::string describe_external(const Skill& skill) {
  if (!skill.external) return "";
  return fmt::format(
      "skill {}: external authorization server\n"
      "    codes come from {}, asked for with a signed POST, {} ms a try{}\n"
      "    in the developer console: your own authorization and token URLs, client id and secret\n"
      "    not needed here: a [[clients]] table for Alexa, login_url; /oauth/* is not asked about this "
      "skill\n"
      "    yours to do: refresh and revocation, links that start in the Alexa app, and how long they last\n",
      skill.name.text(), skill.external->code_url, skill.external->timeout.count(),
      skill.external->allow_private ? "; private addresses are allowed" : "");
}

}  // namespace couplet::server
