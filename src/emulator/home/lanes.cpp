// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/lanes.hpp"

#include <algorithm>
#include <array>

#include "emulator/state/alexa_links.hpp"
#include "emulator/state/api_hosts.hpp"

namespace couplet::emulator {

namespace {

struct LaneRow {
  Lane lane;
  std::string_view id;
  std::string_view text;
};
constexpr std::array kLanes{LaneRow{Lane::phone, "phone", "Phone"},
                            LaneRow{Lane::provider, "provider", "Provider"},
                            LaneRow{Lane::server, "server", "Server"}, LaneRow{Lane::lwa, "lwa", "LWA"},
                            LaneRow{Lane::alexa, "alexa", "Alexa"}};

/// Paths that a person would call something else.
struct KnownPath {
  std::string_view part;
  std::string_view label;
  Lane from;
  Lane to;
};
constexpr std::array kKnownPaths{
    KnownPath{"/spa/skill-account-linking-consent", "consent page", Lane::phone, Lane::alexa},
    KnownPath{"/ap/oa", "sign-in and consent", Lane::phone, Lane::lwa},
    KnownPath{"/api/skill/link/", "back to Alexa", Lane::phone, Lane::alexa},
    KnownPath{kTokenAnswerPath, "back to Alexa", Lane::phone, Lane::alexa},
    KnownPath{"/auth/o2/token", "token", Lane::server, Lane::lwa},
    KnownPath{"/user/profile", "profile", Lane::server, Lane::lwa},
    KnownPath{"/v1/alexaApiEndpoint", "alexaApiEndpoint", Lane::server, Lane::alexa},
    KnownPath{"/accountLinkingClient", "accountLinkingClient", Lane::server, Lane::alexa},
    KnownPath{"/enablement", "enablement", Lane::server, Lane::alexa},
    KnownPath{"/echo.api/", "certificate chain", Lane::server, Lane::alexa}};

constexpr std::size_t kLongestPath = 26;

std::string shortened(std::string_view path) {
  if (path.size() <= kLongestPath) return std::string(path);
  return "…" + std::string(path.substr(path.size() - kLongestPath + 1));
}

std::string_view host_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

/// Calls from Alexa go to the token URL's host, which is the server, or else to the skill.
Lane callee_of(const JournalEntry& entry, const Directory& directory) {
  const bool server = std::ranges::any_of(directory.skills(), [&](const Skill& skill) {
    return host_of_url(skill.account_linking.accessTokenUrl) == entry.host;
  });
  return server ? Lane::server : Lane::provider;
}

}  // namespace

std::string_view lane_text(Lane lane) { return std::ranges::find(kLanes, lane, &LaneRow::lane)->text; }
std::string_view lane_id(Lane lane) { return std::ranges::find(kLanes, lane, &LaneRow::lane)->id; }

Hop hop_of(const JournalEntry& entry, const Directory& directory) {
  if (entry.direction == Direction::out)
    return {Lane::alexa, callee_of(entry, directory), entry.method + " " + shortened(entry.path)};
  for (const KnownPath& known : kKnownPaths)
    if (entry.path.contains(known.part))
      return {known.from, known.to, entry.method + " " + std::string(known.label)};
  const bool lwa = std::ranges::find(kLwaApiHosts, entry.host) != kLwaApiHosts.end();
  const bool api = entry.host.starts_with("api.");
  return {api ? Lane::server : Lane::phone, lwa ? Lane::lwa : Lane::alexa,
          entry.method + " " + shortened(entry.path)};
}

}  // namespace couplet::emulator
