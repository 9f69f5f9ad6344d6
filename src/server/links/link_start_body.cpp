// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_start_body.hpp"

#include <algorithm>

#include "alexa/confirmation_number.hpp"
#include "alexa/texts.hpp"
#include "base/code_point.hpp"
#include "server/config/config_return_mode.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kAcknowledgementsLimit = 16;

// Couplet's own return page finishes browser links; apps come back to a URL of their own where the skill has
// one.
std::string default_redirect_uri(const Skill& skill, ReturnMode mode, const std::string& public_url) {
  if (mode == ReturnMode::app) return skill.redirect_uris.front();
  const std::string page = return_page_url(public_url, skill.name);
  return std::ranges::find(skill.redirect_uris, page) != skill.redirect_uris.end()
             ? page
             : skill.redirect_uris.front();
}

std::optional<std::vector<std::string>> read_acknowledged(const json::object& body) {
  std::vector<std::string> names;
  const json::value* const value = body.if_contains("acknowledged");
  if (!value) return names;
  const json::array* const list = value->if_array();
  if (!list || list->size() > kAcknowledgementsLimit) return std::nullopt;
  for (const json::value& entry : *list) {
    if (!entry.is_string() || entry.get_string().size() > 64) return std::nullopt;
    names.emplace_back(entry.get_string());
  }
  return names;
}

// Empty when the link may be started in this mode; else what the caller has to mend.
std::string return_mode_problem(const StartBody& start, const Skill& skill, const std::string& public_url) {
  if (start.return_mode != ReturnMode::page) return "";
  if (!skill.allow_return_mode_page)
    return "return_mode \"page\" is not allowed for this skill: see allow_return_mode_page in its "
           "configuration";
  if (start.redirect_uri != return_page_url(public_url, skill.name))
    return "return_mode \"page\" finishes on Couplet's own return page: leave redirect_uri out";
  if (start.masked_account.empty())
    return "return_mode \"page\" needs account_hint: how the user knows the account, by e-mail address, "
           "phone number or name";
  return "";
}

bool is_account_hint(std::string_view text) {
  return !text.empty() && text.size() <= alexa::kAccountHintLimitBytes && !has_unseen(text);
}

}  // namespace

Result<StartBody, std::string> read_start_body(const json::object& body, const Skill& skill,
                                               const std::string& public_url) {
  StartBody start;
  const auto platform = enum_from_text(kPlatforms, find_string(body, "platform").value_or(""));
  if (!platform) return std::unexpected(std::string("platform must be \"ios\", \"android\" or \"web\""));
  start.platform = *platform;
  start.return_mode = *platform == Platform::web ? ReturnMode::browser : ReturnMode::app;
  if (body.contains("return_mode")) {
    const auto mode = enum_from_text(kReturnModes, find_string(body, "return_mode").value_or(""));
    if (!mode) return std::unexpected(std::string("return_mode must be \"app\", \"browser\" or \"page\""));
    start.return_mode = *mode;
  }
  start.redirect_uri = default_redirect_uri(skill, start.return_mode, public_url);
  if (body.contains("redirect_uri")) start.redirect_uri = find_string(body, "redirect_uri").value_or("");
  if (std::ranges::find(skill.redirect_uris, start.redirect_uri) == skill.redirect_uris.end())
    return std::unexpected(std::string("redirect_uri is not one of the skill's, compared byte for byte"));
  auto acknowledged = read_acknowledged(body);
  if (!acknowledged)
    return std::unexpected(std::string("acknowledged must be an array of at most 16 short strings"));
  start.acknowledged = std::move(*acknowledged);
  if (body.contains("locale")) {
    start.locale = find_string(body, "locale").value_or("");
    if (!alexa::is_locale(start.locale))
      return std::unexpected(std::string("locale must be a language tag, as in \"de\" or \"de-AT\""));
  }
  if (body.contains("account_hint")) {
    const auto hint = find_string(body, "account_hint").value_or("");
    if (!is_account_hint(hint))
      return std::unexpected(
          std::string("account_hint must be 1 to 128 bytes of text without control and format characters"));
    start.masked_account = alexa::mask_account(hint);
  }
  if (std::string problem = return_mode_problem(start, skill, public_url); !problem.empty())
    return std::unexpected(std::move(problem));
  return start;
}

}  // namespace couplet::server
