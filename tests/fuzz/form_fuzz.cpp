// SPDX-License-Identifier: Apache-2.0
// What was read from a form or query can be written and read again, and every endpoint's reader copes with
// it.
#include "base/form.hpp"

#include "fuzz.hpp"
#include "oauth/bearer_token.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/token_request.hpp"

namespace {

using namespace couplet;
using namespace couplet::fuzz;

void check_round_trip(const FormParameters& form) {
  FormWriter writer;
  for (const auto& [name, value] : form.all()) writer.add(name, value);
  const auto again = FormParameters::parse(writer.text());
  must(again && again->all() == form.all(), "written and read again it is the same");
  must(form.all().size() <= kMaxFormParameters, "parameters are bounded");
}

// The first line is the Authorization header, the rest the body.
void check_credentials(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const oauth::AuthorizationHeader header{text.substr(0, end), 1};
  const std::string_view body = text.substr(std::min(end + 1, text.size()));
  const auto form = FormParameters::parse(body);
  if (form) (void)oauth::read_client_credentials(header, *form);
  const auto token = oauth::read_bearer_token(header, "", body);
  if (token && *token) must(!(*token)->reveal().empty(), "a token is not empty");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  if (const auto form = FormParameters::parse(text)) {
    check_round_trip(*form);
    (void)oauth::parse_token_request(*form);
  }
  check_credentials(text);
  return 0;
}
