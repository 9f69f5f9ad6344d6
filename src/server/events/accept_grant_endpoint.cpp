// SPDX-License-Identifier: Apache-2.0
#include "server/events/accept_grant_endpoint.hpp"

#include <fmt/format.h>

#include "alexa/accept_grant.hpp"
#include "base/log.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kTextLimitBytes = 4096;

std::string text_of(const json::object& body, std::string_view name) {
  const auto text = find_string(body, name);
  return text && text->size() <= kTextLimitBytes ? std::string(*text) : std::string();
}

}  // namespace

struct AcceptGrantEndpoint::Asked {
  alexa::AmazonCode grant_code;
  oauth::AccessToken grantee_token;
  std::string correlation_token;
};

AcceptGrantEndpoint::AcceptGrantEndpoint(const Config& config, const CallerAuthentication& callers,
                                         storage::GrantStore& grants, storage::MessagingStore& messaging,
                                         amazon::MessagingApi& amazon,
                                         const oauth::AccessTokenVerifier& verifier, const Clock& clock,
                                         Random& random, Metrics& metrics)
    : config_(config),
      callers_(callers),
      grants_(grants),
      messaging_(messaging),
      amazon_(amazon),
      verifier_(verifier),
      clock_(clock),
      random_(random),
      metrics_(metrics) {}

Task<http::Response> AcceptGrantEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  if (caller->user)
    co_return request_problem({403, "forbidden_user", "the skill's backend calls this with an API key"});
  const auto skill = callers_.find_skill(*caller, SkillName(request.path_parameter("skill")));
  if (!skill) co_return skill.error();
  const auto body = parse_json_object(request.body);
  Asked asked;
  if (body) {
    asked.grant_code = alexa::AmazonCode(text_of(*body, "grant_code"));
    asked.grantee_token = oauth::AccessToken(text_of(*body, "grantee_token"));
    asked.correlation_token = text_of(*body, "correlation_token");
  }
  if (asked.grant_code.empty() || asked.grantee_token.empty())
    co_return request_problem({400, "invalid_request", "the body must name grant_code and grantee_token"});
  co_return co_await exchange(**skill, std::move(asked));
}

Task<http::Response> AcceptGrantEndpoint::exchange(const Skill& skill, Asked asked) {
  const RequestProblem unavailable{503, "temporarily_unavailable", "the store cannot answer now; ask again",
                                   true};
  const RequestProblem not_ours{400, "invalid_grantee",
                                "grantee_token is not a live access token of this skill"};
  const auto grant = co_await grantee(skill, asked);
  if (!grant) co_return failed(unavailable, asked, "the account service is not available");
  if (!*grant) co_return failed(not_ours, asked, "the token is not valid");
  const UserId user = (*grant)->user;

  alexa::AmazonCode code = asked.grant_code;
  auto tokens = co_await amazon_.accept_grant(skill, std::move(code),
                                              [this](const Hop& hop) { metrics_.amazon_answered(hop); });
  log::write(tokens ? log::Level::info : log::Level::warn, "accept_grant.exchanged",
             {{"skill", skill.name.text()},
              {"user", user.text()},
              {"cause", tokens ? std::string() : tokens.error().code}});
  if (!tokens)
    co_return failed({502, "grant_not_exchanged", "Login with Amazon said " + tokens.error().code}, asked,
                     "could not exchange the grant");

  const GrantId grant_id = (*grant)->grant_id;
  Bytes sealed = alexa::seal_messaging_tokens(*tokens, skill.name, user, *config_.keys, random_);
  const auto stored = co_await messaging_.store_messaging_tokens(grant_id, std::move(sealed));
  if (!stored) co_return failed(unavailable, asked, "the account service is not available");
  if (!*stored) co_return failed(not_ours, asked, "the link has ended");
  const json::object answer{{"user", user.text()},
                            {"reply", alexa::accept_grant_response(message_id(), asked.correlation_token)}};
  co_return http::json_response(200, json::serialize(answer)).header("Cache-Control", "no-store");
}

// The grant behind the token, if it lives and is this skill's.
Task<storage::Result<std::optional<Grant>>> AcceptGrantEndpoint::grantee(const Skill& skill,
                                                                         const Asked& asked) {
  const auto claims = verifier_.verify(asked.grantee_token, clock_.now());
  if (!claims) co_return std::nullopt;
  auto grant = co_await grants_.find_grant(claims->grant_id);
  if (!grant) co_return std::unexpected(grant.error());
  const bool good = *grant && !(*grant)->revoked_at && (*grant)->skill == skill.name &&
                    (*grant)->client_id == claims->client_id;
  co_return good ? std::move(*grant) : std::nullopt;
}

http::Response AcceptGrantEndpoint::failed(const RequestProblem& problem, const Asked& asked,
                                           std::string_view message) {
  http::Response response = request_problem(problem);
  json::object body = *parse_json_object(response.body);
  body["reply"] = alexa::accept_grant_error(message_id(), asked.correlation_token, message);
  response.body = json::serialize(body);
  return response;
}

// A random UUID (RFC 9562 5.4).
std::string AcceptGrantEndpoint::message_id() {
  auto bytes = random_.bytes<16>();
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x40};
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
  const std::string hex = to_hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

}  // namespace couplet::server
