// SPDX-License-Identifier: Apache-2.0
// No octets that we did not sign or seal are taken for a token, a link request or a launch ticket of ours;
// and what was sealed of hostile text is read without harm.
#include "alexa/oauth_state.hpp"
#include "base/random.hpp"
#include "fuzz.hpp"
#include "oauth/access_token.hpp"
#include "oauth/metadata.hpp"

namespace {

using namespace couplet;
using fuzz::must;

const Instant kNow = from_unix_seconds(1'800'000'000);

struct Ours {
  Ours() {
    std::vector<KeyRing::Key> made;
    made.push_back({1, MasterKey(std::string(32, 'k'))});
    keys = std::make_unique<KeyRing>(made);
    skill.name = SkillName("ride-hailer");
    profile.issuer = "https://c.example";
    profile.audiences = {{skill.name, "https://c.example/skills/ride-hailer"}};
    signing = std::make_unique<SigningKey>(std::move(*SigningKey::from_jwk(SigningKey::generate())));
    const std::vector<const SigningKey*> all{signing.get()};
    verifier = std::make_unique<oauth::AccessTokenVerifier>(
        profile, std::move(*JwkSet::from_json(oauth::jwks_json(all))), *keys);
  }
  std::unique_ptr<KeyRing> keys;
  Skill skill;
  oauth::IssuerProfile profile;
  std::unique_ptr<SigningKey> signing;
  std::unique_ptr<oauth::AccessTokenVerifier> verifier;
  SeededRandom random{1};
};

// Signed by us, but not what we sign: the claims are judged, not trusted.
void check_signed(Ours& ours, std::string_view text) {
  const std::string token = ours.signing->sign(text, "at+jwt");
  const auto claims = ours.verifier->verify(oauth::AccessToken(token), kNow);
  if (claims) must(claims->expires_at > kNow, "what is accepted has not expired");
}

void check_sealed(Ours& ours, std::string_view text) {
  alexa::StartedLink started;
  started.attempt_id = AttemptId::make(kNow, ours.random);
  started.skill = ours.skill.name;
  started.user = UserId(std::string(text.substr(0, 128)));
  started.masked_account = text.substr(0, 128);
  started.expires_at = kNow + seconds{1};
  started.key_id = 1;
  const alexa::OAuthState state = alexa::seal_state(started, *ours.keys, ours.random);
  const auto opened = alexa::open_state(state, ours.skill, *ours.keys, kNow);
  must(opened && opened->user == started.user && opened->masked_account == started.masked_account,
       "what was sealed is opened again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Ours ours;
  const std::string text(fuzz::as_text(data, size));
  must(!ours.verifier->verify(oauth::AccessToken(text), kNow), "nothing unsigned is an access token");
  must(!alexa::open_state(alexa::OAuthState(text), ours.skill, *ours.keys, kNow),
       "nothing unsealed is an oauth_state");
  must(!alexa::open_ticket(text, *ours.keys, kNow), "nothing unsealed is a launch ticket");
  (void)JwkSet::from_json(text);
  check_signed(ours, text);
  check_sealed(ours, text);
  return 0;
}
