// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/enablements.hpp"

namespace couplet::emulator {

namespace {

std::int64_t stamp(Instant instant) { return instant.time_since_epoch().count(); }

/// Absent and wrong members are the epoch: only what Alexa must know is asked for.
Instant instant_of(const json::object& object, std::string_view member) {
  return Instant{milliseconds(find_integer(object, member).value_or(0))};
}

json::object tokens_json(const ProviderTokens& tokens) {
  json::object object{{"access_token", tokens.access_token.reveal()},
                      {"refresh_token", tokens.refresh_token.reveal()},
                      {"expires_at", stamp(tokens.expires_at)},
                      {"received_at", stamp(tokens.received_at)},
                      {"not_before", stamp(tokens.not_before)},
                      {"previous_access_token", tokens.previous_access_token.reveal()},
                      {"previous_expires_at", stamp(tokens.previous_expires_at)},
                      {"old_access_token_in_use", tokens.old_access_token_in_use}};
  if (tokens.previous_refresh_token)
    object["previous_refresh_token"] = tokens.previous_refresh_token->reveal();
  return object;
}

std::optional<ProviderTokens> tokens_of(const json::object& object) {
  const auto access = find_string(object, "access_token");
  const auto refresh = find_string(object, "refresh_token");
  if (!access || !refresh || !find_integer(object, "expires_at")) return std::nullopt;
  ProviderTokens tokens;
  tokens.access_token = ProviderAccessToken(std::string(*access));
  tokens.refresh_token = ProviderRefreshToken(std::string(*refresh));
  tokens.expires_at = instant_of(object, "expires_at");
  tokens.received_at = instant_of(object, "received_at");
  tokens.not_before = instant_of(object, "not_before");
  tokens.previous_access_token =
      ProviderAccessToken(std::string(find_string(object, "previous_access_token").value_or("")));
  tokens.previous_expires_at = instant_of(object, "previous_expires_at");
  if (const auto previous = find_string(object, "previous_refresh_token"))
    tokens.previous_refresh_token = ProviderRefreshToken(std::string(*previous));
  tokens.old_access_token_in_use = find_bool(object, "old_access_token_in_use").value_or(false);
  return tokens;
}

json::object row_json(const Enablement& enablement) {
  json::object row{{"user", enablement.user_id},
                   {"skill_id", enablement.skill_id},
                   {"stage", stage_text(enablement.stage)},
                   {"alexa_user_id", enablement.alexa_user_id},
                   {"linked_at", stamp(enablement.linked_at)},
                   {"unlinked_because", enablement.unlinked_because},
                   {"unlinked_at", stamp(enablement.unlinked_at)}};
  row["tokens"] = enablement.tokens ? json::value(tokens_json(*enablement.tokens)) : json::value(nullptr);
  return row;
}

std::optional<Enablement> row_of(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return std::nullopt;
  const auto user = find_string(*object, "user");
  const auto skill = find_string(*object, "skill_id");
  const auto stage = stage_from_text(find_string(*object, "stage").value_or(""));
  const auto alexa_user = find_string(*object, "alexa_user_id");
  if (!user || !skill || !stage || !alexa_user) return std::nullopt;
  Enablement enablement{
      std::string(*user), std::string(*skill), *stage, std::string(*alexa_user), {}, {}, "", {}};
  if (const json::object* tokens = find_object(*object, "tokens")) {
    enablement.tokens = tokens_of(*tokens);
    if (!enablement.tokens) return std::nullopt;
  }
  enablement.linked_at = instant_of(*object, "linked_at");
  enablement.unlinked_because = find_string(*object, "unlinked_because").value_or("");
  enablement.unlinked_at = instant_of(*object, "unlinked_at");
  return enablement;
}

}  // namespace

json::object Enablements::to_json() const {
  json::array rows;
  for (const auto& [key, enablement] : rows_) rows.push_back(row_json(enablement));
  json::array kept;
  for (const auto& [key, alexa_user_id] : kept_alexa_user_ids_)
    kept.push_back(
        json::object{{"user", key.first}, {"skill_id", key.second}, {"alexa_user_id", alexa_user_id}});
  return {{"rows", std::move(rows)}, {"kept_alexa_user_ids", std::move(kept)}};
}

Result<void, std::string> Enablements::restore(const json::object& object) {
  const json::array* rows = find_array(object, "rows");
  const json::array* kept = find_array(object, "kept_alexa_user_ids");
  if (!rows || !kept) return std::unexpected("enablements has rows and kept_alexa_user_ids");
  std::map<Key, Enablement> read_rows;
  std::map<Key, std::string> read_kept;
  for (const json::value& value : *rows) {
    auto row = row_of(value);
    if (!row) return std::unexpected("one of enablements.rows cannot be read");
    Key key(row->user_id, row->skill_id);
    read_rows.insert_or_assign(std::move(key), std::move(*row));
  }
  for (const json::value& value : *kept) {
    const json::object* entry = value.if_object();
    if (!entry) return std::unexpected("one of enablements.kept_alexa_user_ids is no object");
    read_kept[Key(find_string(*entry, "user").value_or(""), find_string(*entry, "skill_id").value_or(""))] =
        find_string(*entry, "alexa_user_id").value_or("");
  }
  rows_ = std::move(read_rows);
  kept_alexa_user_ids_ = std::move(read_kept);
  return {};
}

}  // namespace couplet::emulator
