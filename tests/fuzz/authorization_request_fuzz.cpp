// SPDX-License-Identifier: Apache-2.0
// Nobody is sent to a redirect URI that is not registered, byte for byte, whatever stands in the query
// (RU-01).
#include "oauth/authorization_request.hpp"

#include <algorithm>

#include "fuzz.hpp"

namespace {

using namespace couplet;

const std::vector<std::string> kRegistered = {"https://layla.amazon.com/api/skill/link/M1",
                                              "https://one.example/cb?app=1"};

const oauth::ClientRegistry& clients() {
  static const oauth::ClientRegistry registry = [] {
    std::vector<Client> made(2);
    made[0].client_id = ClientId("a");
    made[0].redirect_uris = kRegistered;
    made[0].scopes = {"rides", "profile"};
    made[1] = made[0];
    made[1].client_id = ClientId("p");
    made[1].require_pkce = true;
    return oauth::ClientRegistry(std::move(made));
  }();
  return registry;
}

bool is_registered(const std::string& uri) {
  return std::ranges::find(kRegistered, uri) != kRegistered.end();
}

void check_answer(const oauth::RedirectBack& back) {
  fuzz::must(is_registered(back.redirect_uri), "the way back is registered");
  const std::string to =
      oauth::error_redirect(back, oauth::OAuthErrorCode::invalid_request, "https://c.example");
  fuzz::must(to.starts_with(back.redirect_uri), "the answer goes there");
  fuzz::must(std::ranges::all_of(to, [](char c) { return c > ' ' && c < 0x7f; }), "and is one URL in ASCII");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = oauth::parse_authorization_request(fuzz::as_text(data, size), clients());
  if (!parsed) {
    if (parsed.error().redirect_back) check_answer(*parsed.error().redirect_back);
    return 0;
  }
  check_answer(oauth::way_back(*parsed));
  const Client* const client = clients().find(parsed->client_id.text());
  fuzz::must(client, "an accepted client is known");
  fuzz::must(!client->require_pkce || parsed->code_challenge, "PKCE is there where it is required");
  return 0;
}
