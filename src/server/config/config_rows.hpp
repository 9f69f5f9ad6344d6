// SPDX-License-Identifier: Apache-2.0
// One row per setting; only config_*.cpp include this.
#pragma once
#include <limits>
#include <span>
#include <string_view>
#include <variant>

#include "server/config/config.hpp"

namespace couplet::server {

enum class Need { optional, required };

template <class T>
using Target =
    std::variant<std::string T::*, std::int64_t T::*, bool T::*, seconds T::*, milliseconds T::*,
                 ListenAddress T::*, std::vector<std::string> T::*, std::map<std::string, std::string> T::*>;

template <class T>
struct Row {
  std::string_view key;
  Target<T> target;
  std::string_view sentence;
  Need need = Need::optional;
  std::int64_t least = 0;  // of numbers, in the row's unit
  std::int64_t most = std::numeric_limits<std::int32_t>::max();
};

[[nodiscard]] std::span<const Row<ServerSettings>> server_rows();
[[nodiscard]] std::span<const Row<OperationsSettings>> operations_rows();
[[nodiscard]] std::span<const Row<StorageSettings>> storage_rows();
[[nodiscard]] std::span<const Row<KeySettings>> key_rows();
[[nodiscard]] std::span<const Row<LogSettings>> log_rows();
[[nodiscard]] std::span<const Row<AmazonSettings>> amazon_rows();
[[nodiscard]] std::span<const Row<LimitSettings>> limit_rows();
[[nodiscard]] std::span<const Row<ClientSettings>> client_rows();
[[nodiscard]] std::span<const Row<SkillSettings>> skill_rows();
[[nodiscard]] std::span<const Row<ApiKeySettings>> api_key_rows();
[[nodiscard]] std::span<const Row<UserJwtSettings>> user_jwt_rows();
[[nodiscard]] std::span<const Row<WebhookSettings>> webhook_rows();
[[nodiscard]] std::span<const Row<AppleAppSettings>> apple_app_rows();
[[nodiscard]] std::span<const Row<AndroidAppSettings>> android_app_rows();

/// Calls visit(table name, sentence, rows, member of Settings) for each table, in the order of the
/// documentation. The member is a struct for [table] and a vector for [[table]].
template <class Visit>
void for_each_table(Visit visit) {
  visit("server", "Where browsers, apps and Alexa reach Couplet.", server_rows(), &Settings::server);
  visit("operations", "The second listener: /healthz, /readyz, /metrics. Keep it off the internet.",
        operations_rows(), &Settings::operations);
  visit("storage", "What is kept, and where.", storage_rows(), &Settings::storage);
  visit("keys", "Make them with `couplet keys init`.", key_rows(), &Settings::keys);
  visit("log", "JSON lines on standard error.", log_rows(), &Settings::log);
  visit("amazon", "How Amazon is reached. The defaults are the real Amazon.", amazon_rows(),
        &Settings::amazon);
  visit("limits", "Bounds on what one caller can do.", limit_rows(), &Settings::limits);
  visit("clients", "OAuth clients of this server: Alexa, and the APIs that ask about tokens.", client_rows(),
        &Settings::clients);
  visit(
      "skills",
      "Alexa skills. The Alexa pair comes from the developer console; the client is what you typed into it.",
      skill_rows(), &Settings::skills);
  visit("api_keys", "Keys of your backends for the linking API. Make one with `couplet api-key new`.",
        api_key_rows(), &Settings::api_keys);
  visit("user_jwts",
        "Issuers of the tokens with which apps call the linking API for their own user, as `users/me`.",
        user_jwt_rows(), &Settings::user_jwts);
  visit("webhooks",
        "Where Couplet tells your own systems that somebody was linked or unlinked; see webhooks.md.",
        webhook_rows(), &Settings::webhooks);
  visit("apple_apps", "Apps named in /.well-known/apple-app-site-association.", apple_app_rows(),
        &Settings::apple_apps);
  visit("android_apps", "Apps named in /.well-known/assetlinks.json.", android_app_rows(),
        &Settings::android_apps);
}

}  // namespace couplet::server
