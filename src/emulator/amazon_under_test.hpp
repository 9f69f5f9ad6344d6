// SPDX-License-Identifier: Apache-2.0
// For the tests of this folder: the emulated Amazon without sockets, with a clock that stands still and a
// provider that answers what the test says.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/form.hpp"
#include "base/json.hpp"
#include "emulator/emulator.hpp"
#include "emulator/world/world.hpp"
#include "http/client.hpp"
#include "http/message.hpp"

namespace couplet::emulator::test {

inline constexpr const char* kSkillId = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555";
inline constexpr const char* kOtherSkillId = "amzn1.ask.skill.99999999-2222-3333-4444-555555555555";
inline constexpr const char* kAlexaClientId = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";
inline constexpr const char* kAlexaClientSecret = "alexa-secret-made-up";
inline constexpr const char* kOtherClientId = "amzn1.application-oa2-client.ffffffffffffffffffffffffffffffff";
inline constexpr const char* kRedirectUri = "https://link.example.org/cb";
inline constexpr const char* kVerifier =
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636 appendix B
inline constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Keeps what it was asked and answers as the test says.
class ScriptedProvider final : public http::Client {
 public:
  using Answer = Result<http::IncomingResponse, http::TransportError>;
  Task<Answer> send(http::OutgoingRequest request) override;

  std::vector<http::OutgoingRequest> requests;
  std::function<Answer(const http::OutgoingRequest&)> answer;
};
[[nodiscard]] ScriptedProvider::Answer json_answer(int status, std::string body);
[[nodiscard]] ScriptedProvider::Answer no_answer(http::TransportError::Kind kind);
/// {"access_token":"provider-access","refresh_token":"provider-refresh","token_type":"Bearer","expires_in":3600}
[[nodiscard]] std::string good_tokens();

/// Skill "Ride Hailer" with both kinds of stage and accounts anna (EU, owner), tom (NA, tester), eve (NA,
/// neither).
[[nodiscard]] EmulatorSettings example_settings();

struct Sent {
  std::string method = "GET";
  std::string url;  // https://host/path?query; http:// is the browser listener
  http::Headers headers;
  std::string body;
};

class AmazonUnderTest {
 public:
  explicit AmazonUnderTest(EmulatorSettings settings = example_settings());

  http::Response send(const Sent& sent);
  /// Runs a task to its end.
  template <class T>
  T run_task(Task<T> task) {
    boost::asio::io_context context(1);
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& failure, T value) {
      if (failure) std::rethrow_exception(failure);
      result = std::move(value);
    });
    context.run();
    return std::move(*result);
  }

  http::Response get(std::string url) {
    return send({.method = "GET", .url = std::move(url), .headers = {}, .body = ""});
  }
  http::Response post_form(std::string url, const FormWriter& form);
  http::Response post_json(std::string url, const std::string& body);
  /// POST api.amazon.com/auth/o2/token
  http::Response token(const FormWriter& form) {
    return post_form("https://api.amazon.com/auth/o2/token", form);
  }

  /// The code that the page gives when `user` presses Allow; `query` is added to a good LWA query.
  std::string amazon_code(const std::string& user = "anna", const std::string& query = "");
  /// An Amazon access token of `user`, by the whole way.
  std::string amazon_token(const std::string& user = "anna");
  http::Response enable(const std::string& token, const std::string& body,
                        const std::string& host = "api.eu.amazonalexa.com");
  /// enable() with a good body.
  http::Response link(const std::string& token, const std::string& host = "api.eu.amazonalexa.com");

  FakeClock clock;
  SeededRandom random;
  ScriptedProvider provider;
  Emulator emulator;
};

[[nodiscard]] std::string header_of(const http::Response& response, std::string_view name);
[[nodiscard]] json::object body_of(const http::Response& response);
[[nodiscard]] std::string text_of(const json::object& object, std::string_view path);
[[nodiscard]] FormParameters location_query(const http::Response& response);
[[nodiscard]] json::value golden(const std::string& name);  // tests/golden/amazon/NAME.json
[[nodiscard]] std::string lwa_query(const std::string& more = "");
[[nodiscard]] std::string enablement_body(const std::string& stage = "development",
                                          const std::string& redirect_uri = kRedirectUri,
                                          const std::string& code = "PROVIDER-CODE");
[[nodiscard]] FormWriter code_form(const std::string& code);  // a good code exchange without code_verifier

}  // namespace couplet::emulator::test
