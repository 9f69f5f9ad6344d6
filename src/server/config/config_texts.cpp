// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_texts.hpp"

#include "alexa/texts.hpp"

namespace couplet::server {

void check_texts(ReadSettings& read, const std::string& at, const SkillSettings& from, Skill& skill) {
  for (const auto& [name, text] : from.messages) {
    const std::string setting = at + ".messages." + name;
    if (const std::string problem = alexa::message_name_problem(name); !problem.empty())
      read.fault(setting, problem, "docs/errors.md lists what can be replaced");
    else if (text.empty())
      read.fault(setting, "is empty", "leave it out for the built-in text");
    else
      skill.messages.emplace(name, text);
  }
  if (!alexa::is_locale(from.default_locale))
    read.fault(at + ".default_locale", "is no language tag: \"" + from.default_locale + "\"",
               "as in \"de\" or \"de-AT\"");
  else
    skill.language = alexa::reader_of(skill, from.default_locale, std::nullopt).language();
}

}  // namespace couplet::server
