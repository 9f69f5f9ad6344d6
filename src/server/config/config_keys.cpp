// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_keys.hpp"

#include <algorithm>
#include <charconv>

namespace couplet::server {
namespace {

std::shared_ptr<const KeyRing> master_keys(ReadSettings& read, const SecretReader& secret) {
  std::vector<KeyRing::Key> keys;
  for (const std::string& entry : read.settings.keys.master) {
    const std::size_t equals = entry.find('=');
    unsigned id = 0;
    std::from_chars(entry.data(), entry.data() + std::min(equals, entry.size()), id);
    if (equals == std::string::npos || id < 1 || id > 255) {
      read.fault("keys.master",
                 "entry " + std::to_string(&entry - read.settings.keys.master.data() + 1) +
                     " is not \"ID=file:PATH\" with an ID of 1 to 255",
                 "`couplet keys init` makes one");
      continue;
    }
    const auto text = secret("keys.master", std::string_view(entry).substr(equals + 1));
    if (!text) continue;
    const auto bytes = from_base64url(text->reveal());
    const bool repeated = std::ranges::any_of(keys, [id](const auto& key) { return key.id == id; });
    if (!bytes || bytes->size() != 32)
      read.fault("keys.master", "key " + std::to_string(id) + " is not base64url of 32 bytes",
                 "`couplet keys init` makes one");
    else if (repeated)
      read.fault("keys.master", "two keys have the id " + std::to_string(id), "give each its own");
    else
      keys.push_back({static_cast<std::uint8_t>(id), MasterKey(std::string(as_text(*bytes)))});
  }
  if (keys.empty()) {
    if (read.lines.contains("keys.master"))
      read.fault("keys.master", "no key can be used", "`couplet keys init` makes one");
    return nullptr;
  }
  return std::make_shared<const KeyRing>(keys);
}

std::vector<PrivateJwk> signing_keys(ReadSettings& read, const SecretReader& secret) {
  std::vector<PrivateJwk> keys;
  for (const std::string& reference : read.settings.keys.signing) {
    const auto text = secret("keys.signing", reference);
    if (!text) continue;
    PrivateJwk jwk{std::string(text->reveal())};
    if (SigningKey::from_jwk(jwk))
      keys.push_back(std::move(jwk));
    else
      read.fault("keys.signing", reference + " is not a P-256 private key as JWK",
                 "`couplet keys init` makes one");
  }
  if (keys.empty() && read.lines.contains("keys.signing"))
    read.fault("keys.signing", "no key can be used", "`couplet keys init` makes one");
  return keys;
}

std::optional<oauth::SubjectKey> subject_key(ReadSettings& read, const SecretReader& secret) {
  if (read.settings.keys.subject.empty()) return std::nullopt;
  const auto text = secret("keys.subject", read.settings.keys.subject);
  if (!text) return std::nullopt;
  const auto bytes = from_base64url(text->reveal());
  if (bytes && bytes->size() == 32) return oauth::SubjectKey(std::string(as_text(*bytes)));
  read.fault("keys.subject", "is not base64url of 32 bytes", "`couplet keys subject` makes one");
  return std::nullopt;
}

}  // namespace

void read_keys(ReadSettings& read, const SecretReader& secret, Config& config) {
  config.keys = master_keys(read, secret);
  config.signing_keys = signing_keys(read, secret);
  config.subject_key = subject_key(read, secret);
}

}  // namespace couplet::server
