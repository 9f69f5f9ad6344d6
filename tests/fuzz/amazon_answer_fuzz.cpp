// SPDX-License-Identifier: Apache-2.0
// Whatever Amazon, or the provider's own server, answers: a value that holds, or a failure that has a code.
#include "alexa/amazon_messages.hpp"

#include <algorithm>
#include <array>

#include "alexa/external_code.hpp"
#include "fuzz.hpp"

namespace {

using namespace couplet;
using fuzz::must;

const Instant kNow = from_unix_seconds(1'800'000'000);
constexpr std::array kStatuses{200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503};
const std::vector<std::string> kAllowed = {"api.amazonalexa.com", "api.eu.amazonalexa.com"};

template <class T>
void check_failure(const alexa::AmazonResult<T>& result) {
  if (!result) must(!result.error().code.empty(), "a failure has a code");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const int status = kStatuses[data[0] % kStatuses.size()];
  const std::string_view body = fuzz::as_text(data + 1, size - 1);
  const auto tokens = alexa::read_token_answer(status, body, kNow);
  check_failure(tokens);
  if (tokens) must(!tokens->access_token.reveal().empty(), "a token is not empty");
  const auto hosts = alexa::read_endpoint_answer(status, body, kAllowed);
  check_failure(hosts);
  if (hosts)
    for (const std::string& host : *hosts)
      must(std::ranges::find(kAllowed, host) != kAllowed.end(), "only allowed hosts are called");
  check_failure(alexa::read_enable_answer(status, body));
  check_failure(alexa::read_status_answer(status, body));
  static const Skill skill;
  static const LinkAttempt attempt;
  const auto grant = alexa::read_external_code_answer(status, body, skill, attempt);
  if (!grant) must(!grant.error().code.empty(), "a failure has a code");
  return 0;
}
