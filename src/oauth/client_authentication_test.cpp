// SPDX-License-Identifier: Apache-2.0
#include "oauth/client_authentication.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

constexpr std::string_view kOddId = "id:with%odd+chars/=\" &";
constexpr std::string_view kOddSecret = "s:e%c+r/e=t\" &~";

std::string basic(std::string_view pair) { return "Basic " + to_base64(as_byte_view(pair)); }
std::string encoded(std::string_view client_id, std::string_view secret) {
  return basic(percent_encode(client_id) + ':' + percent_encode(secret));
}

class Authentication : public ::testing::Test {
 protected:
  Client client(std::string_view client_id, std::vector<std::string_view> secrets) {
    Client made;
    made.client_id = ClientId(client_id);
    for (const std::string_view secret : secrets)
      made.client_secret_hashes.push_back(
          hash_client_secret(keys, made.client_id, ClientSecret(std::string(secret))));
    return made;
  }

  Client disabled() {
    Client made = client("disabled", {"right"});
    made.enabled = false;
    return made;
  }

  // client_id when it was authenticated, else "error/cause".
  std::string attempt(const std::vector<std::string>& headers, std::string_view body) {
    AuthorizationHeader header;
    header.count = headers.size();
    if (!headers.empty()) header.value = headers.front();
    const auto credentials = read_client_credentials(header, FormParameters::parse(body).value());
    if (!credentials) return told(credentials.error());
    const auto found = authenticate_client(*credentials, clients, keys);
    return found ? (*found)->client_id.text() : told(found.error());
  }

  static std::string told(const OAuthError& error) {
    return std::string(error_row(error.code).wire_name) + '/' + error.log_detail;
  }

  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  ClientRegistry clients{{client("alexa", {"right"}), client("plus", {"a+b"}), client(kOddId, {kOddSecret}),
                          client("rotating", {"new", "old"}), client("secretless", {}), disabled()}};
};

struct Row {
  std::string_view name;
  std::vector<std::string> headers;
  std::string body;
  std::string expected;
};

TEST_F(Authentication, answers_as_the_requirements_say) {
  const Row rows[] = {
      {"CA_01_basic", {basic("alexa:right")}, "", "alexa"},
      {"CA_01_scheme_in_lower_case", {"basic " + to_base64(as_byte_view("alexa:right"))}, "", "alexa"},
      {"CA_01_scheme_in_upper_case", {"BASIC " + to_base64(as_byte_view("alexa:right"))}, "", "alexa"},
      {"CA_02_body", {}, "client_id=alexa&client_secret=right", "alexa"},
      {"CA_02_body_with_odd_characters",
       {},
       "client_id=" + percent_encode(kOddId) + "&client_secret=" + percent_encode(kOddSecret),
       std::string(kOddId)},
      {"CA_03_basic_with_odd_characters", {encoded(kOddId, kOddSecret)}, "", std::string(kOddId)},
      {"CA_04_encoded_plus", {basic("plus:a%2Bb")}, "", "plus"},
      {"CA_04_raw_plus_means_a_space", {basic("plus:a+b")}, "", "invalid_client/client_secret_differs"},
      {"CA_04_raw_percent", {basic("alexa:50%off")}, "", "invalid_client/basic_not_form_encoded"},
      {"CA_04_raw_percent_in_the_id", {basic("50%off:right")}, "", "invalid_client/basic_not_form_encoded"},
      {"CA_05_wrong_secret", {basic("alexa:wrong")}, "", "invalid_client/client_secret_differs"},
      {"CA_05_unknown_client", {basic("nobody:right")}, "", "invalid_client/client_unknown"},
      {"CA_05_disabled_client", {basic("disabled:right")}, "", "invalid_client/client_disabled"},
      {"CA_05_secret_of_another_client", {basic("alexa:a%2Bb")}, "", "invalid_client/client_secret_differs"},
      {"CA_06_none_at_all", {}, "grant_type=refresh_token", "invalid_client/credentials_missing"},
      {"CA_07_client_id_alone", {}, "client_id=alexa", "invalid_client/credentials_missing"},
      {"CA_07_client_secret_alone", {}, "client_secret=right", "invalid_client/credentials_missing"},
      {"CA_08_two_methods",
       {basic("alexa:right")},
       "client_id=alexa&client_secret=right",
       "invalid_request/two_authentication_methods"},
      {"CA_09_other_client_id_in_the_body",
       {basic("alexa:right")},
       "client_id=plus",
       "invalid_request/client_id_differs_from_basic"},
      {"CA_09_same_client_id_in_the_body", {basic("alexa:right")}, "client_id=alexa", "alexa"},
  };
  for (const Row& row : rows) EXPECT_EQ(attempt(row.headers, row.body), row.expected) << row.name;
}

TEST_F(Authentication, broken_headers_and_empty_secrets_authenticate_nobody) {
  const Row rows[] = {
      {"CA_10_no_colon", {basic("alexa")}, "", "invalid_client/basic_without_colon"},
      {"CA_10_bad_base64", {"Basic %%%"}, "", "invalid_client/basic_not_base64"},
      {"CA_10_nothing_after_the_scheme", {"Basic"}, "", "invalid_client/authorization_scheme_unsupported"},
      {"CA_10_empty_parameter", {"Basic "}, "", "invalid_client/basic_without_colon"},
      {"CA_10_empty_user", {basic(":right")}, "", "invalid_client/client_id_empty"},
      {"CA_10_control_characters",
       {basic("alexa\x01:right")},
       "",
       "invalid_client/credentials_not_printable"},
      {"CA_10_control_characters_in_the_secret",
       {basic("alexa:ri%0Aght")},
       "",
       "invalid_client/credentials_not_printable"},
      {"CA_10_encoded_nul", {basic("alexa%00:right")}, "", "invalid_client/credentials_not_printable"},
      {"CA_10_100_kilobytes",
       {basic("alexa:" + std::string(100'000, 'x'))},
       "",
       "invalid_client/authorization_scheme_unsupported"},
      {"CA_10_another_scheme", {"Bearer abc"}, "", "invalid_client/authorization_scheme_unsupported"},
      {"CA_10_another_scheme_beside_the_body",
       {"Bearer abc"},
       "client_id=alexa",
       "invalid_client/authorization_scheme_unsupported"},
      {"CA_11_two_headers",
       {basic("alexa:right"), basic("alexa:right")},
       "",
       "invalid_request/authorization_header_repeated"},
      {"CA_12_empty_secret_in_the_body",
       {},
       "client_id=alexa&client_secret=",
       "invalid_client/credentials_missing"},
      {"CA_12_empty_secret_in_basic", {basic("alexa:")}, "", "invalid_client/client_secret_empty"},
      {"CA_12_client_without_secrets",
       {basic("secretless:right")},
       "",
       "invalid_client/client_secret_differs"},
      {"CA_14_new_secret", {basic("rotating:new")}, "", "rotating"},
      {"CA_14_old_secret", {basic("rotating:old")}, "", "rotating"},
      {"CA_14_neither", {basic("rotating:older")}, "", "invalid_client/client_secret_differs"},
  };
  for (const Row& row : rows) EXPECT_EQ(attempt(row.headers, row.body), row.expected) << row.name;
}

TEST_F(Authentication, two_clients_cannot_share_one_client_id) {
  EXPECT_THROW(ClientRegistry({client("alexa", {}), client("alexa", {})}), std::invalid_argument);
}

}  // namespace
}  // namespace couplet::oauth
