// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "alexa/hop_table.hpp"

namespace couplet::alexa {

namespace {

// Every text of the table has a name; `none` shows nothing.
std::string_view name_of(TextKey key) {
  const auto row = std::ranges::find(texts(), key, &Text::key);
  return row == texts().end() ? "" : row->name;
}

std::string describe_step(LinkStep step, std::string_view name) {
  std::string out = fmt::format(
      "\n## step `{}`\n\n| code | status | text | retryable | cause | what to do "
      "|\n|---|---|---|---|---|---|\n",
      name);
  for (const LinkErrorRow& row : link_error_rows()) {
    if (row.step != step) continue;
    const std::string_view shown = name_of(row.message);
    out += fmt::format("| `{}` | {} | {} | {} | {} | {}{} |\n", row.code, row.http_status,
                       shown.empty() ? "" : fmt::format("`{}`", shown),
                       row.retry == Retry::with_new_attempt ? "yes" : "no", row.cause,
                       row.alert == Alert::operator_must_act ? "**alert:** " : "", row.advice);
  }
  return out;
}

std::string describe_token_refusals() {
  std::string out =
      "\n## Alexa's call to the token endpoint\n\n"
      "What lies behind most `bad_request` and `server_error` of the enablement: while Amazon is asked, "
      "Alexa calls `/oauth/token`, and Amazon\n"
      "says nothing of how that went. The trace does, as the hop `token_endpoint`, with one of these causes "
      "behind the OAuth error:\n\n"
      "| cause | what it means | what to do |\n|---|---|---|\n";
  for (const TokenRefusalRow& row : token_refusal_rows())
    out += fmt::format("| `{}` | {} | {} |\n", row.cause, row.meaning, row.advice);
  return out;
}

std::string describe_texts() {
  std::string out =
      "\n## The texts\n\n"
      "What users read: first what link errors say, then the words of the return page and the launch page. "
      "`{service}` is the skill's\n"
      "`display_name`, `{reference}` the reference code. The language is that of the `locale` with which the "
      "link was started, else what\n"
      "the browser or app asks for (`Accept-Language`), else the skill's `default_locale`; a language "
      "without texts is English.\n\n"
      "Your own go into `messages` of the skill's configuration, by the name of the text or by an error "
      "code, "
      "which goes before it; for\n"
      "all languages, or for one, which goes before all. A language of your own, such as `messages.fr`, is "
      "used as soon as it has a text;\n"
      "what it leaves out is English.\n\n"
      "```toml\n"
      "[skills.messages]\n"
      "invalid_grant = \"That took too long. Please link again.\"\n"
      "[skills.messages.de]\n"
      "invalid_grant = \"Das hat zu lange gedauert. Bitte verknüpfen Sie noch einmal.\"\n"
      "linked = \"Alexa kennt jetzt Ihr Konto bei {service}.\"\n"
      "```\n\n"
      "| text | English | German |\n|---|---|---|\n";
  for (const Text& row : texts())
    out += fmt::format("| `{}` | {} | {} |\n", row.name, row.english, row.german);
  return out;
}

}  // namespace

std::string describe_link_errors() {
  std::string page =
      "# Why a link failed\n\n"
      "Every row of the error table: what a problem body of the linking API says, which text the user is "
      "shown, and what to do. Amazon's\n"
      "own codes keep Amazon's names; the rest are Couplet's. `user_message` is `null` where the text is "
      "empty: then show nothing.\n"
      "This page is printed by `couplet check --errors`.\n";
  for (const auto& [step, name] : kLinkSteps) page += describe_step(step, name);
  return page + describe_token_refusals() + describe_texts();
}

}  // namespace couplet::alexa
