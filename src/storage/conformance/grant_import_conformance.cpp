// SPDX-License-Identifier: Apache-2.0
// Grants of another server, brought along; and reading all grants.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

constexpr Instant kNow = kStart + std::chrono::hours{1000};

// As the importer makes it: no attempt, no rotation yet.
Grant imported(Samples& samples, Instant issued_at = kStart, const char* user = "user-alice") {
  Grant grant = samples.grant(issued_at);
  grant.user = UserId(user);
  grant.origin = GrantOrigin::alexa;
  grant.attempt_id.reset();
  grant.rotation = {};
  grant.expires_at.reset();
  return grant;
}
std::vector<ImportOutcome> import(Store& store, std::vector<Grant> grants) {
  return must(run_task(store.import_grants(std::move(grants), kNow)));
}
ImportOutcome import_one(Store& store, const Grant& grant) { return import(store, {grant}).at(0); }
std::optional<AccountLink> link_of(Store& store, const Grant& grant) {
  return must(run_task(store.find_link(grant.skill, grant.user)));
}

TEST_P(StoreConformance, RT_01_an_imported_grant_is_found_by_its_token_and_its_user_is_linked_since_then) {
  const Grant grant = imported(samples());
  EXPECT_EQ(import_one(store(), grant), ImportOutcome::imported);
  EXPECT_EQ(fields(get(store().find_grant_by_refresh(grant.refresh_selector)).value()), fields(grant));
  const auto link = link_of(store(), grant);
  ASSERT_TRUE(link);
  EXPECT_EQ(fields(*link), fields(link_made_in_alexa(grant, kStart)));
}

TEST_P(StoreConformance, the_same_row_again_changes_nothing_whatever_its_new_id) {
  const Grant grant = imported(samples());
  Grant again = grant;
  again.grant_id = samples().id<GrantId>();
  EXPECT_EQ(import(store(), {grant, again}),
            (std::vector{ImportOutcome::imported, ImportOutcome::unchanged}));
  EXPECT_EQ(import_one(store(), again), ImportOutcome::unchanged);
  EXPECT_FALSE(get(store().find_grant(again.grant_id)));
  get(store().revoke_grant(grant.grant_id, kNow));
  EXPECT_EQ(import_one(store(), again), ImportOutcome::unchanged);
  EXPECT_FALSE(is_live(grant)) << "importing again revives nothing";
}

TEST_P(StoreConformance, a_row_that_says_something_else_of_the_same_token_is_refused) {
  const Grant grant = imported(samples());
  import_one(store(), grant);
  std::vector<Grant> others(6, grant);
  others[0].client_id = ClientId("other");
  others[1].skill = SkillName("other");
  others[2].user = UserId("user-bob");
  others[3].scope = "profile";
  others[4].created_at += seconds{1};
  others[5].expires_at = kNow;
  for (const Grant& other : others) EXPECT_EQ(import_one(store(), other), ImportOutcome::conflicting);
  EXPECT_EQ(fields(get(store().find_grant(grant.grant_id)).value()), fields(grant));
  EXPECT_FALSE(link_of(store(), others[2]));
}

TEST_P(StoreConformance, SG_04_of_several_tokens_of_a_user_the_newest_wins_in_any_order) {
  const Grant old = imported(samples(), kStart), middle = imported(samples(), kStart + minutes{1}),
              newest = imported(samples(), kStart + minutes{2});
  EXPECT_EQ(import(store(), {middle, newest, old}),
            (std::vector{ImportOutcome::imported, ImportOutcome::imported, ImportOutcome::superseded}));
  EXPECT_FALSE(is_live(middle));
  EXPECT_TRUE(is_live(newest));
  EXPECT_FALSE(get(store().find_grant(old.grant_id)));
  EXPECT_EQ(link_of(store(), newest)->grant_id, newest.grant_id);
  const Grant bobs = imported(samples(), kStart, "user-bob");
  EXPECT_EQ(import_one(store(), bobs), ImportOutcome::imported) << "another user is another link";
}

TEST_P(StoreConformance, SG_04_a_link_that_couplet_made_since_is_not_touched) {
  const LinkAttempt attempt = samples().attempt();
  const Grant current = linked(attempt);
  const Grant before = imported(samples(), current.created_at - seconds{1});
  EXPECT_EQ(import_one(store(), before), ImportOutcome::superseded);
  EXPECT_TRUE(is_live(current));
  EXPECT_EQ(link_of(store(), before)->grant_id, current.grant_id);
}

TEST_P(StoreConformance, RT_15_a_user_who_has_unlinked_since_is_not_linked_again) {
  const Grant first = imported(samples(), kStart);
  import_one(store(), first);
  get(store().unlink(link_of(store(), first).value(), EvidenceSource::unlink_request, kStart + minutes{5}));
  EXPECT_EQ(import_one(store(), imported(samples(), kStart + minutes{4})), ImportOutcome::ended);
  const Grant later = imported(samples(), kStart + minutes{6});
  EXPECT_EQ(import_one(store(), later), ImportOutcome::imported);
  EXPECT_EQ(link_of(store(), later)->status, LinkStatus::LINKED);
  get(store().revoke_grant(later.grant_id, kStart + minutes{9}));
  EXPECT_EQ(import_one(store(), imported(samples(), kStart + minutes{8})), ImportOutcome::ended);
}

TEST_P(StoreConformance,
       a_link_made_with_an_external_servers_code_keeps_its_amazon_tokens_and_gets_the_grant) {
  LinkAttempt attempt = samples().attempt();
  get(store().begin_attempt(attempt));
  AccountLink link = samples().link(attempt, samples().grant());
  link.grant_id.reset();
  get(store().complete_link(attempt, link, LinkProof::answer, {}, attempt.updated_at));
  const Grant grant = imported(samples(), link.changed_at - seconds{1});
  EXPECT_EQ(import_one(store(), grant), ImportOutcome::imported);
  link.grant_id = grant.grant_id;
  EXPECT_EQ(fields(*link_of(store(), grant)), fields(link));
  EXPECT_EQ(get(store().find_grant(grant.grant_id))->origin, GrantOrigin::app);
}

TEST_P(StoreConformance, all_grants_are_read_in_pages_each_once) {
  std::vector<GrantId> ids;
  std::vector<Grant> grants;
  for (int i = 0; i < 25; ++i) {
    grants.push_back(imported(samples(), kStart + seconds{i}, ("user-" + std::to_string(i)).c_str()));
    ids.push_back(grants.back().grant_id);
  }
  import(store(), grants);
  std::ranges::sort(ids);
  std::vector<GrantId> seen;
  std::optional<GrantId> after;
  for (;;) {
    const auto page = get(store().list_grants(after, 10));
    if (page.empty()) break;
    EXPECT_LE(page.size(), 10U);
    for (const Grant& grant : page) seen.push_back(grant.grant_id);
    after = page.back().grant_id;
  }
  EXPECT_EQ(seen, ids);
  EXPECT_EQ(fields(get(store().list_grants(std::nullopt, 1)).at(0)),
            fields(get(store().find_grant(ids.front())).value()));
}

}  // namespace
}  // namespace couplet::storage
