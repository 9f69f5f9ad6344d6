// SPDX-License-Identifier: Apache-2.0
#include "storage/memory/memory_rows.hpp"

#include <algorithm>

#include "storage/import_acts.hpp"
#include "storage/link_acts.hpp"

namespace couplet::storage::memory {

namespace {

template <class Map>
auto find_in(const Map& map, const typename Map::key_type& key) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

}  // namespace

Result<void> Rows::insert_code(AuthorizationCodeRecord code) {
  const CodeSelector selector = code.selector;
  if (!codes_.try_emplace(selector, std::move(code)).second) return std::unexpected(StoreError::damaged);
  return {};
}

std::optional<AuthorizationCodeRecord> Rows::find_code(const CodeSelector& selector) const {
  return find_in(codes_, selector);
}

Result<SpendOutcome> Rows::spend_code(const CodeSelector& selector, Grant grant, Instant now) {
  const auto code = codes_.find(selector);
  if (code == codes_.end()) return SpendOutcome{};
  if (code->second.spent_at) return SpendOutcome{SpendOutcome::Kind::already_spent, code->second.grant_id};
  if (grants_.contains(grant.grant_id) || grants_by_refresh_.contains(grant.refresh_selector))
    return std::unexpected(StoreError::damaged);
  const GrantId grant_id = grant.grant_id;
  code->second.spent_at = now;
  code->second.grant_id = grant_id;
  insert_grant(grant);
  if (grant.origin == GrantOrigin::alexa) settle_link_of_alexa(*this, grant, now);
  return SpendOutcome{SpendOutcome::Kind::spent, grant_id};
}

void Rows::withdraw_code(const CodeSelector& selector, Instant now) {
  const auto code = codes_.find(selector);
  if (code == codes_.end()) return;
  if (!code->second.spent_at) code->second.spent_at = now;
  if (code->second.grant_id) end_grant(*this, *code->second.grant_id, now);
}

void Rows::withdraw_unspent_code(const CodeSelector& selector, Instant now) {
  const auto code = codes_.find(selector);
  if (code != codes_.end() && !code->second.spent_at) code->second.spent_at = now;
}

std::optional<Grant> Rows::find_grant(const GrantId& grant_id) const { return find_in(grants_, grant_id); }

std::optional<Grant> Rows::find_grant_by_refresh(const RefreshSelector& selector) const {
  const auto grant_id = find_in(grants_by_refresh_, selector);
  return grant_id ? find_grant(*grant_id) : std::nullopt;
}

void Rows::revoke_grant(const GrantId& grant_id, Instant now) {
  const auto grant = grants_.find(grant_id);
  if (grant != grants_.end() && !grant->second.revoked_at) grant->second.revoked_at = now;
}

bool Rows::rotate_refresh_token(const GrantId& grant_id, const RefreshRotation& from,
                                const RefreshRotation& to) {
  const auto grant = grants_.find(grant_id);
  if (grant == grants_.end() || grant->second.revoked_at || grant->second.rotation != from) return false;
  grant->second.rotation = to;
  return true;
}

void Rows::settle_doubt(const GrantId& used, Instant now) { storage::settle_doubt(*this, used, now); }

std::vector<Grant> Rows::live_grants_of(const SkillName& skill, const UserId& user) const {
  std::vector<Grant> live;
  for (const auto& [grant_id, grant] : grants_)
    if (grant.skill == skill && grant.user == user && !grant.revoked_at) live.push_back(grant);
  return live;
}

void Rows::doubt_grant(const GrantId& grant_id, bool in_doubt) {
  const auto grant = grants_.find(grant_id);
  if (grant != grants_.end()) grant->second.in_doubt = in_doubt;
}

void Rows::insert_grant(Grant grant) {
  const GrantId grant_id = grant.grant_id;
  grants_by_refresh_.emplace(grant.refresh_selector, grant_id);
  grants_.emplace(grant_id, std::move(grant));
}

std::vector<ImportOutcome> Rows::import_grants(std::span<const Grant> grants, Instant now) {
  std::vector<ImportOutcome> outcomes;
  for (const Grant& grant : grants) outcomes.push_back(import_grant(*this, grant, now));
  return outcomes;
}

std::vector<Grant> Rows::list_grants(const std::optional<GrantId>& after, std::size_t limit) const {
  std::vector<Grant> page;
  auto grant = after ? grants_.upper_bound(*after) : grants_.begin();
  for (; grant != grants_.end() && page.size() < limit; ++grant) page.push_back(grant->second);
  return page;
}

OldestGrants Rows::oldest_grants(const ClientId& client_id) const {
  const auto take_earlier = [](std::optional<Instant>& earliest, const std::optional<Instant>& candidate) {
    if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
  };
  OldestGrants oldest;
  for (const auto& [grant_id, grant] : grants_) {
    if (grant.client_id != client_id || grant.revoked_at) continue;
    take_earlier(oldest.created_at, grant.created_at);
    take_earlier(oldest.used_at, grant.rotation.last_used_at.value_or(grant.created_at));
    take_earlier(oldest.expires_at, grant.expires_at);
  }
  return oldest;
}

std::size_t Rows::purge_codes(Instant before, std::size_t limit) {
  std::size_t deleted = 0;
  for (auto code = codes_.begin(); code != codes_.end() && deleted < limit;) {
    const bool is_old = code->second.expires_at < before;
    code = is_old ? codes_.erase(code) : std::next(code);
    deleted += is_old ? 1 : 0;
  }
  return deleted;
}

std::optional<LinkAttempt> Rows::begin_attempt(LinkAttempt attempt) {
  const AttemptId attempt_id = attempt.attempt_id;
  const auto [stored, is_new] = attempts_.try_emplace(attempt_id, std::move(attempt));
  if (!is_new) return stored->second;
  if (stored->second.status == AttemptStatus::failed) tell(news_of_failure(stored->second));
  return std::nullopt;
}

Result<std::optional<LinkAttempt>> Rows::record_step(LinkAttempt attempt, std::span<const Hop> hops,
                                                     Instant seen_at) {
  const auto stored = attempts_.find(attempt.attempt_id);
  if (stored == attempts_.end()) return std::unexpected(StoreError::damaged);
  if (is_finished(stored->second.status) || stored->second.updated_at != seen_at) return stored->second;
  stored->second = std::move(attempt);
  append_hops(stored->first, hops);
  if (stored->second.status == AttemptStatus::failed) tell(news_of_failure(stored->second));
  return std::nullopt;
}

bool Rows::withdraw_code_of(const AttemptId& attempt_id, const CodeSelector& selector, Instant seen_at,
                            Instant now) {
  if (!is_open_since(find_attempt(attempt_id), seen_at)) return false;
  withdraw_code(selector, now);
  return true;
}

void Rows::append_hops(const AttemptId& attempt_id, std::span<const Hop> hops) {
  if (!attempts_.contains(attempt_id)) return;
  auto& trace = hops_[attempt_id];
  const std::size_t room = kMaxHopsPerAttempt - trace.size();
  std::ranges::copy(hops.first(std::min(room, hops.size())), std::back_inserter(trace));
}

std::optional<LinkAttempt> Rows::find_attempt(const AttemptId& attempt_id) const {
  return find_in(attempts_, attempt_id);
}

std::vector<Hop> Rows::find_hops(const AttemptId& attempt_id) const {
  std::multimap<Instant, Hop> by_time;  // keeps the order of storing among equal times
  for (Hop& hop : find_in(hops_, attempt_id).value_or(std::vector<Hop>{}))
    by_time.emplace(hop.at, std::move(hop));
  std::vector<Hop> hops;
  for (auto& [at, hop] : by_time) hops.push_back(std::move(hop));
  return hops;
}

template <class Is>
std::vector<LinkAttempt> Rows::newest_attempts(Is is) const {
  std::vector<LinkAttempt> found;
  for (auto at = attempts_.rbegin(); at != attempts_.rend() && found.size() < kMaxAttemptsPerLookup; ++at) {
    if (is(at->second)) found.push_back(at->second);
  }
  return found;
}

std::vector<LinkAttempt> Rows::find_attempts_by_reference(const ReferenceCode& reference) const {
  return newest_attempts(
      [&](const LinkAttempt& attempt) { return ReferenceCode::of(attempt.attempt_id) == reference; });
}

std::vector<LinkAttempt> Rows::find_attempts_of_user(const UserId& user) const {
  return newest_attempts([&](const LinkAttempt& attempt) { return attempt.user == user; });
}

std::vector<LinkAttempt> Rows::unfinished_attempts(const std::optional<BegunAttempt>& after,
                                                   std::size_t limit) const {
  const auto place = [](const auto& of) { return std::pair(of.created_at, of.attempt_id); };
  std::vector<const LinkAttempt*> unfinished;
  for (const auto& [attempt_id, attempt] : attempts_) {
    if (!is_finished(attempt.status) && (!after || place(attempt) > place(*after)))
      unfinished.push_back(&attempt);
  }
  std::ranges::sort(unfinished, {}, [&](const LinkAttempt* attempt) { return place(*attempt); });
  if (unfinished.size() > limit) unfinished.resize(limit);
  std::vector<LinkAttempt> page;
  for (const LinkAttempt* attempt : unfinished) page.push_back(*attempt);
  return page;
}

std::size_t Rows::purge_attempts(Instant before, std::size_t limit) {
  std::size_t deleted = 0;
  for (auto attempt = attempts_.begin(); attempt != attempts_.end() && deleted < limit;) {
    const bool is_old = is_finished(attempt->second.status) && attempt->second.updated_at < before;
    if (is_old) hops_.erase(attempt->first);
    attempt = is_old ? attempts_.erase(attempt) : std::next(attempt);
    deleted += is_old ? 1 : 0;
  }
  return deleted;
}

std::optional<AccountLink> Rows::find_link(const SkillName& skill, const UserId& user) const {
  return find_in(links_, {skill, user});
}

std::vector<AccountLink> Rows::find_links(const SkillName& skill, std::span<const UserId> users) const {
  std::vector<AccountLink> found;
  for (const UserId& user : users) {
    if (auto link = find_link(skill, user)) found.push_back(*std::move(link));
  }
  return found;
}

Result<bool> Rows::complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof,
                                 std::span<const Hop> hops, Instant seen_at) {
  const auto stored = attempts_.find(attempt.attempt_id);
  if (stored == attempts_.end()) return std::unexpected(StoreError::damaged);
  if (is_finished(stored->second.status) || stored->second.updated_at != seen_at) return false;
  stored->second = std::move(attempt);
  stored->second.status = AttemptStatus::linked;
  settle_link(*this, std::move(link), proof, stored->second.created_at, stored->second.updated_at);
  append_hops(stored->first, hops);
  return true;
}

bool Rows::put_link(const AccountLink& link, Instant now) { return storage::put_link(*this, link, now); }

void Rows::write_link(AccountLink link) {
  const auto key = std::pair(link.skill, link.user);
  links_.insert_or_assign(key, std::move(link));
}

std::optional<AccountLink> Rows::unlink(const SkillName& skill, const UserId& user, EvidenceSource evidence,
                                        UnlinkReason reason, Instant now) {
  const auto link = links_.find({skill, user});
  if (link == links_.end()) return std::nullopt;
  AccountLink before = link->second;
  revoke_grants_of(*this, before, now);
  link->second.sealed_amazon_tokens.clear();
  messaging_tokens_.erase({skill, user});
  if (before.status != LinkStatus::NOT_LINKED) link->second.changed_at = now;
  link->second.status = LinkStatus::NOT_LINKED;
  link->second.evidence = evidence;
  link->second.checked_at = now;
  if (before.status == LinkStatus::LINKED) tell(news_of_end(before, reason, now));
  return before;
}

void Rows::record_check(const SkillName& skill, const UserId& user, EvidenceSource evidence, Instant now) {
  const auto link = links_.find({skill, user});
  if (link == links_.end() || link->second.checked_at > now) return;
  link->second.evidence = evidence;
  link->second.checked_at = now;
}

void Rows::replace_amazon_tokens(const SkillName& skill, const UserId& user, const Bytes& before,
                                 Bytes sealed) {
  const auto link = links_.find({skill, user});
  if (link == links_.end() || link->second.sealed_amazon_tokens != before) return;
  link->second.sealed_amazon_tokens = std::move(sealed);
}

std::vector<UserId> Rows::users_linked_under(const SkillName& skill, const AlexaUserId& alexa_user_id) const {
  std::vector<UserId> users;
  for (const auto& [key, link] : links_)
    if (link.skill == skill && link.alexa_user_id == alexa_user_id && link.status == LinkStatus::LINKED)
      users.push_back(link.user);
  return users;
}

std::optional<AlexaIdRecord> Rows::find_alexa_id(const SkillName& skill,
                                                 const AlexaUserId& alexa_user_id) const {
  return find_in(alexa_ids_, {skill, alexa_user_id});
}

void Rows::put_alexa_id(const AlexaIdRecord& record) {
  alexa_ids_.insert_or_assign({record.skill, record.alexa_user_id}, record);
}

std::vector<AlexaIdRecord> Rows::alexa_ids_of(const SkillName& skill, const UserId& user) const {
  std::vector<AlexaIdRecord> records;
  for (const auto& [key, record] : alexa_ids_)
    if (record.skill == skill && record.user == user) records.push_back(record);
  const auto newest_first = [](const AlexaIdRecord& a, const AlexaIdRecord& b) {
    const auto time = [](const AlexaIdRecord& record) {
      return record.linked_at ? record.linked_at : record.disabled_at;
    };
    return std::pair(time(b), a.alexa_user_id) < std::pair(time(a), b.alexa_user_id);
  };
  std::ranges::sort(records, newest_first);
  if (records.size() > kMaxAlexaIdsPerUser) records.resize(kMaxAlexaIdsPerUser);
  return records;
}

std::optional<Instant> Rows::disabled_at(const SkillName& skill, const AlexaUserId& alexa_user_id) const {
  std::optional<Instant> newest;
  for (const auto& [key, row] : events_) {
    const SkillEvent& event = row.stored.event;
    if (event.skill == skill && event.alexa_user_id == alexa_user_id &&
        event.type == SkillEventType::SkillDisabled)
      newest = newest ? std::max(*newest, event.created_at) : event.created_at;
  }
  return newest;
}

bool Rows::has_event(const SkillName& skill, const std::string& request_id) const {
  return events_.contains({skill, request_id});
}

void Rows::put_event(const SkillEvent& event, const EventReceipt& receipt) {
  events_.emplace(std::pair(event.skill, event.request_id), Event{{event, receipt.outcome}, receipt.user});
}

std::uint32_t Rows::record_confirmation(const AttemptId& attempt_id, bool is_right, std::uint32_t count_to,
                                        Instant now, Instant forget_at) {
  std::erase_if(confirmations_, [&](const auto& row) { return row.second.forget_at <= now; });
  const auto known = confirmations_.find(attempt_id);
  const std::uint32_t before = known == confirmations_.end() ? 0 : known->second.wrong;
  if (is_right || before >= count_to) return before;
  return ++confirmations_.try_emplace(attempt_id, Confirmation{0, forget_at}).first->second.wrong;
}

std::size_t Rows::purge_events(Instant before, std::size_t limit) {
  std::size_t deleted = 0;
  for (auto event = events_.begin(); event != events_.end() && deleted < limit;) {
    const bool is_old = event->second.stored.event.received_at < before;
    event = is_old ? events_.erase(event) : std::next(event);
    deleted += is_old ? 1 : 0;
  }
  return deleted;
}

bool Rows::store_messaging_tokens(const GrantId& grant_id, Bytes sealed) {
  const auto grant = find_grant(grant_id);
  const bool lives = grant && !grant->revoked_at;
  if (lives) messaging_tokens_.insert_or_assign({grant->skill, grant->user}, std::move(sealed));
  return lives;
}

void Rows::replace_messaging_tokens(const SkillName& skill, const UserId& user, Bytes sealed) {
  const auto stored = messaging_tokens_.find({skill, user});
  if (stored != messaging_tokens_.end()) stored->second = std::move(sealed);
}

std::optional<Bytes> Rows::find_messaging_tokens(const SkillName& skill, const UserId& user) const {
  return find_in(messaging_tokens_, {skill, user});
}

}  // namespace couplet::storage::memory
