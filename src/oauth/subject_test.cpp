// SPDX-License-Identifier: Apache-2.0
#include "oauth/subject.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace couplet::oauth {
namespace {

const SkillName kSkill("ride-hailer"), kOtherSkill("second-skill");
const UserId kAlice("user-alice"), kBob("user-bob");

Client client_with(SubjectType type) {
  Client client;
  client.subject_type = type;
  return client;
}

const Client kPublic = client_with(SubjectType::public_id), kPairwise = client_with(SubjectType::pairwise);
const Subjects kSubjects(SubjectKey(std::string(32, 's')));

TEST(Subject, AT_06_public_is_the_provider_s_own_id) {
  EXPECT_EQ(kSubjects.of(kPublic, kSkill, kAlice), "user-alice");
}

TEST(Subject, AT_06_pairwise_is_one_for_each_user_and_skill_and_tells_neither) {
  const std::string alice = kSubjects.of(kPairwise, kSkill, kAlice);
  EXPECT_EQ(alice.size(), 43U);
  EXPECT_EQ(alice, kSubjects.of(kPairwise, kSkill, kAlice));
  EXPECT_NE(alice, kSubjects.of(kPairwise, kSkill, kBob));
  EXPECT_NE(alice, kSubjects.of(kPairwise, kOtherSkill, kAlice)) << "two skills cannot compare their users";
  EXPECT_NE(alice, Subjects(SubjectKey(std::string(32, 't'))).of(kPairwise, kSkill, kAlice));
}

// What a resource server has stored must be found again by every later release.
TEST(Subject, AT_06_pairwise_stays_what_it_is) {
  EXPECT_EQ(kSubjects.of(kPairwise, kSkill, kAlice), "hqtqegJlaofxkVGPBq1MmyydXZyGpiE0wx-VvCLQaDM");
}

TEST(Subject, AT_06_a_name_is_known_in_both_forms_and_for_its_own_skill_and_user_only) {
  for (const Client& client : {kPublic, kPairwise}) {
    const std::string name = kSubjects.of(client, kSkill, kAlice);
    EXPECT_TRUE(kSubjects.is_name_of(name, kSkill, kAlice));
    EXPECT_FALSE(kSubjects.is_name_of(name, kSkill, kBob));
  }
  EXPECT_FALSE(kSubjects.is_name_of(kSubjects.of(kPairwise, kOtherSkill, kAlice), kSkill, kAlice));
}

TEST(Subject, pairwise_without_a_key_is_refused_and_never_falls_back_to_the_public_name) {
  EXPECT_THROW((void)Subjects().of(kPairwise, kSkill, kAlice), std::logic_error);
}

}  // namespace
}  // namespace couplet::oauth
