// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "alexa/error_table.hpp"

namespace couplet::alexa {

std::string describe_link_errors() {
  std::string page =
      "# Why a link failed\n\n"
      "Every row of the error table: what a problem body of the linking API says, what the user is shown, "
      "and what to do. Amazon's\n"
      "own codes keep Amazon's names; the rest are Couplet's. `user_message` is `null` where the column is "
      "empty: then show nothing.\n"
      "Your own texts go into `messages` of the skill's configuration. This page is printed by `couplet "
      "check --errors`.\n";
  for (const auto& [step, name] : kLinkSteps) {
    page += fmt::format(
        "\n## step `{}`\n\n| code | status | user_message | retryable | cause | what to do "
        "|\n|---|---|---|---|---|---|\n",
        name);
    for (const LinkErrorRow& row : link_error_rows())
      if (row.step == step)
        page +=
            fmt::format("| `{}` | {} | {} | {} | {} | {}{} |\n", row.code, row.http_status,
                        user_message(row, {}), row.retry == Retry::with_new_attempt ? "yes" : "no", row.cause,
                        row.alert == Alert::operator_must_act ? "**alert:** " : "", row.advice);
  }
  return page;
}

}  // namespace couplet::alexa
