// SPDX-License-Identifier: Apache-2.0
#include "simulation/invariants.hpp"

#include <algorithm>

#include "alexa/amazon_tokens.hpp"
#include "base/testing/run_task.hpp"
#include "oauth/token_format.hpp"

namespace couplet::simulation {
namespace {

template <class T>
T must(storage::Result<T> result) {
  if (!result) throw std::runtime_error("the memory store failed");
  return *std::move(result);
}

}  // namespace

std::string Invariants::check() {
  for (const auto invariant :
       {&Invariants::no_attempt_is_left_open, &Invariants::nobody_is_linked_to_the_wrong_account,
        &Invariants::no_failed_attempt_left_a_live_grant, &Invariants::both_sides_agree,
        &Invariants::no_grant_without_a_link, &Invariants::nobody_was_unlinked_by_us})
    if (std::string broken = (this->*invariant)(); !broken.empty()) return broken;
  return "";
}

std::optional<AccountLink> Invariants::link_of(const std::string& user) {
  return must(run_task(world_.store_->find_link(SkillName("ride-hailer"), UserId(user))));
}

std::string Invariants::no_attempt_is_left_open() {
  const auto open = must(run_task(world_.store_->unfinished_attempts({}, 100)));
  return open.empty() ? "" : "SG-02: an attempt of " + open.front().user.text() + " is still open";
}

// Whoever Alexa acts for was chosen by that customer's own consent in a link that this very user started.
std::string Invariants::nobody_is_linked_to_the_wrong_account() {
  for (const auto& [name, customer] : world_.amazon_.customers()) {
    if (!customer.link) continue;
    const auto grant = grant_of(customer.link->refresh_token);
    if (!grant) return "LK-06: " + name + "'s Alexa holds a token that was never stored";
    const bool chosen = std::ranges::any_of(world_.started_, [&](const auto& started) {
      return started->customer == name && started->user == grant->user.text();
    });
    if (!chosen)
      return "LK-06: " + name + "'s Alexa acts for " + grant->user.text() + ", who never linked it";
  }
  return "";
}

std::string Invariants::no_failed_attempt_left_a_live_grant() {
  storage::Store& store = *world_.store_;
  for (const auto& started : world_.started_) {
    const auto attempt = must(run_task(store.find_attempt(started->link.attempt_id)));
    if (!attempt || attempt->status != AttemptStatus::failed || !attempt->code_selector) continue;
    const auto code = must(run_task(store.find_code(*attempt->code_selector)));
    if (!code || !code->grant_id) continue;
    const auto grant = must(run_task(store.find_grant(*code->grant_id)));
    if (grant && !grant->revoked_at)
      return "SG-02: a failed attempt of " + started->user + " left a live grant";
    if (!attempt->sealed_amazon_tokens.empty())
      return "SG-02: a failed attempt of " + started->user + " left Amazon's tokens";
  }
  return "";
}

std::string Invariants::both_sides_agree() {
  for (const char* const user : {"alice", "bob"}) {
    const auto link = link_of(user);
    if (!link || link->status != LinkStatus::LINKED) continue;
    const auto tokens =
        alexa::open_tokens(link->sealed_amazon_tokens, link->skill, link->user, world_.keys());
    if (!tokens) return "SE-03: the Amazon tokens of " + std::string(user) + " cannot be opened";
    const std::string customer = world_.amazon_.owner_of(std::string(tokens->access_token.reveal()));
    if (customer.empty())
      return "SG-05: we say " + std::string(user) + " is linked, Amazon revoked our tokens";
    const auto& at_alexa = world_.amazon_.customers().at(customer).link;
    if (!at_alexa)
      return "SG-05: we say " + std::string(user) + " is linked, Alexa holds nothing for " + customer;
    const auto grant = grant_of(at_alexa->refresh_token);
    if (!grant || grant->revoked_at) return "SG-05: " + customer + "'s Alexa holds a dead token of " + user;
  }
  return "";
}

std::string Invariants::no_grant_without_a_link() {
  for (const auto& [name, customer] : world_.amazon_.customers()) {
    if (!customer.link) continue;
    const auto grant = grant_of(customer.link->refresh_token);
    if (!grant || grant->revoked_at) continue;
    const auto link = link_of(grant->user.text());
    if (!link || link->status != LinkStatus::LINKED)
      return "SG-02: " + name + "'s Alexa acts for " + grant->user.text() + ", whom we call not linked";
  }
  return "";
}

std::optional<Grant> Invariants::grant_of(const std::string& refresh_token) {
  const auto presented = oauth::parse_refresh_token(oauth::RefreshToken(refresh_token));
  if (!presented) return std::nullopt;
  return must(run_task(world_.store_->find_grant_by_refresh(presented->selector)));
}

// Refused to Alexa before it was told: only what the user asked for, by unlinking, or by linking another
// Amazon account instead.
bool Invariants::was_given_up_by_its_user(const Grant& grant, const std::string& customer) {
  const bool moved = std::ranges::any_of(world_.started_, [&](const auto& started) {
    if (started->user != grant.user.text() || started->customer == customer) return false;
    const auto attempt = must(run_task(world_.store_->find_attempt(started->link.attempt_id)));
    return attempt && attempt->status == AttemptStatus::linked;
  });
  if (moved) return true;
  return std::ranges::any_of(world_.unlinks_, [&](const auto& unlink) {
    return unlink.first == grant.user.text() && unlink.second >= grant.created_at;
  });
}

std::string Invariants::nobody_was_unlinked_by_us() {
  for (const auto& [name, customer] : world_.amazon_.customers()) {
    const auto held = customer.link ? grant_of(customer.link->refresh_token) : std::nullopt;
    if (customer.link && (!held || held->revoked_at))
      return "RT-15: " + name + "'s Alexa holds a token that we revoked";
    for (const std::string& token : customer.refused) {
      const auto grant = grant_of(token);
      if (!grant || !was_given_up_by_its_user(*grant, name))
        return "RT-15: a refresh of " + name + " was refused";
    }
  }
  return "";
}

}  // namespace couplet::simulation
