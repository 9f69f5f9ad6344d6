// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/enablements.hpp"

#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

const ProviderAccessToken* access_token_in_use(const ProviderTokens& tokens, Instant now) {
  if (tokens.old_access_token_in_use && now < tokens.previous_expires_at)
    return &tokens.previous_access_token;
  return now < tokens.expires_at ? &tokens.access_token : nullptr;
}

const Enablement* Enablements::find(std::string_view user_id, std::string_view skill_id) const {
  const auto found = rows_.find(Key(user_id, skill_id));
  return found == rows_.end() ? nullptr : &found->second;
}

Enablement* Enablements::row(std::string_view user_id, std::string_view skill_id) {
  const auto found = rows_.find(Key(user_id, skill_id));
  return found == rows_.end() ? nullptr : &found->second;
}

std::vector<const Enablement*> Enablements::of_user(std::string_view user_id) const {
  std::vector<const Enablement*> found;
  for (auto row = rows_.lower_bound(Key(user_id, "")); row != rows_.end() && row->first.first == user_id;
       ++row)
    found.push_back(&row->second);
  return found;
}

std::vector<const Enablement*> Enablements::all() const {
  std::vector<const Enablement*> found;
  for (const auto& [key, enablement] : rows_) found.push_back(&enablement);
  return found;
}

std::vector<const Enablement*> Enablements::refreshable() const {
  std::vector<const Enablement*> found = all();
  std::erase_if(found, [](const Enablement* enablement) {
    return !enablement->tokens || enablement->tokens->refresh_token.empty();
  });
  return found;
}

const Enablement& Enablements::link(const std::string& user_id, const std::string& skill_id, Stage stage,
                                    ProviderTokens tokens) {
  Enablement& enablement = rows_[Key(user_id, skill_id)];
  const bool is_new = enablement.user_id.empty();
  enablement.user_id = user_id;
  enablement.skill_id = skill_id;
  enablement.stage = stage;
  if (enablement.alexa_user_id.empty()) {
    const auto kept = kept_alexa_user_ids_.extract(Key(user_id, skill_id));
    enablement.alexa_user_id = kept ? kept.mapped() : new_alexa_user_id(random_);
  }
  enablement.tokens = std::move(tokens);
  enablement.linked_at = clock_.now();
  enablement.unlinked_because.clear();
  if (is_new) tell({EnablementChange::What::enabled, enablement});
  tell({EnablementChange::What::linked, enablement});
  return enablement;
}

bool Enablements::replace_tokens(std::string_view user_id, std::string_view skill_id, ProviderTokens tokens) {
  Enablement* enablement = row(user_id, skill_id);
  if (!enablement || !enablement->tokens) return false;
  const ProviderTokens& before = *enablement->tokens;
  tokens.previous_refresh_token = before.refresh_token.reveal() == tokens.refresh_token.reveal()
                                      ? before.previous_refresh_token
                                      : before.refresh_token;
  tokens.previous_access_token = before.access_token;
  tokens.previous_expires_at = before.expires_at;
  enablement->tokens = std::move(tokens);
  return true;
}

void Enablements::unlink(std::string_view user_id, std::string_view skill_id, std::string why) {
  Enablement* enablement = row(user_id, skill_id);
  if (!enablement) return;
  enablement->tokens.reset();
  enablement->unlinked_because = std::move(why);
  enablement->unlinked_at = clock_.now();
}

void Enablements::not_before(std::string_view user_id, std::string_view skill_id, Instant instant) {
  Enablement* enablement = row(user_id, skill_id);
  if (enablement && enablement->tokens) enablement->tokens->not_before = instant;
}

bool Enablements::disable(std::string_view user_id, std::string_view skill_id, UserInformation information,
                          DisabledBy by) {
  const auto gone = rows_.extract(Key(user_id, skill_id));
  if (!gone) return false;
  if (information == UserInformation::PERSISTED)
    kept_alexa_user_ids_[gone.key()] = gone.mapped().alexa_user_id;
  tell({EnablementChange::What::disabled, gone.mapped(), information, by});
  return true;
}

void Enablements::tell(const EnablementChange& change) const {
  if (observer_) observer_(change);
}

void Enablements::clear() {
  rows_.clear();
  kept_alexa_user_ids_.clear();
}

std::string new_alexa_user_id(Random& random) {
  return "amzn1.ask.account." + random_capitals_and_digits(random, 60);
}

}  // namespace couplet::emulator
