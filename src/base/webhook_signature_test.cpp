// SPDX-License-Identifier: Apache-2.0
#include "base/webhook_signature.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

WebhookSecret secret(std::string text) { return WebhookSecret(std::move(text)); }

// The example of the Standard Webhooks libraries.
TEST(WH_08, the_signature_is_the_one_of_the_standards_own_example) {
  const auto signer = WebhookSigner::from_secret(secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  ASSERT_TRUE(signer);
  EXPECT_EQ(signer->sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WH_08, each_part_of_a_call_is_under_the_signature) {
  const auto signer = WebhookSigner::from_secret(secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  const std::string good = signer->sign("a", 1, "{}");
  EXPECT_NE(signer->sign("b", 1, "{}"), good);
  EXPECT_NE(signer->sign("a", 2, "{}"), good);
  EXPECT_NE(signer->sign("a", 1, "{ }"), good);
}

TEST(WH_08, a_secret_of_another_form_is_refused) {
  for (const char* bad : {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!",
                          "whsec_c2hvcnQ=", "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    EXPECT_FALSE(WebhookSigner::from_secret(secret(bad))) << bad;
  EXPECT_TRUE(WebhookSigner::from_secret(secret("whsec_" + to_base64(Bytes(64, std::byte{1})))));
  EXPECT_FALSE(WebhookSigner::from_secret(secret("whsec_" + to_base64(Bytes(65, std::byte{1})))));
}

}  // namespace
}  // namespace couplet
