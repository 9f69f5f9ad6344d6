// SPDX-License-Identifier: Apache-2.0
#include "base/key_ring.hpp"

#include <array>
#include <stdexcept>
#include <utility>

namespace couplet {
namespace {

constexpr std::array kSealPurposes = {"couplet oauth_state v1", "couplet launch_ticket v1",
                                      "couplet amazon_tokens v1", "couplet login_challenge v1",
                                      "couplet access_tokens v1"};
constexpr std::array kMacPurposes = {"couplet issued_tokens v1",      "couplet client_secrets v1",
                                     "couplet pkce_verifier v1",      "couplet log_fingerprint v1",
                                     "couplet refresh_successors v1", "couplet confirmation_number v1"};

template <class Key, std::size_t... I>
std::array<Key, sizeof...(I)> derive_all(ByteView master, const auto& purposes, std::index_sequence<I...>) {
  return {Key(derive_key(master, purposes[I]))...};
}

Bytes in_domain(std::string_view domain, ByteView data) {
  Bytes text(as_byte_view(domain).begin(), as_byte_view(domain).end());
  text.push_back(std::byte{0});
  text.insert(text.end(), data.begin(), data.end());
  return text;
}

}  // namespace

struct KeyRing::Derived {
  explicit Derived(ByteView master)
      : seal(derive_all<AeadKey>(master, kSealPurposes, std::make_index_sequence<kSealPurposes.size()>())),
        mac(derive_all<HmacKey>(master, kMacPurposes, std::make_index_sequence<kMacPurposes.size()>())) {}
  std::array<AeadKey, kSealPurposes.size()> seal;
  std::array<HmacKey, kMacPurposes.size()> mac;
};

KeyRing::KeyRing(const std::vector<Key>& keys) {
  if (keys.empty()) throw std::invalid_argument("a key ring needs a key");
  writing_ = keys.front().id;
  for (const Key& key : keys) {
    if (key.key.reveal().size() != 32) throw std::invalid_argument("a master key has 32 bytes");
    if (!keys_.emplace(key.id, std::make_shared<const Derived>(as_byte_view(key.key.reveal()))).second)
      throw std::invalid_argument("two master keys have one id");
  }
}

const KeyRing::Derived* KeyRing::find(std::uint8_t id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second.get();
}

Bytes KeyRing::seal(SealPurpose purpose, ByteView plain, std::string_view associated, Random& random) const {
  const AeadKey& key = find(writing_)->seal[static_cast<std::size_t>(purpose)];
  const Bytes box = key.seal(plain, as_byte_view(associated), random);
  Bytes out{static_cast<std::byte>(writing_)};
  out.insert(out.end(), box.begin(), box.end());
  return out;
}

std::optional<Bytes> KeyRing::open(SealPurpose purpose, ByteView box, std::string_view associated) const {
  if (box.empty()) return std::nullopt;
  const Derived* const keys = find(std::to_integer<std::uint8_t>(box.front()));
  if (!keys) return std::nullopt;
  return keys->seal[static_cast<std::size_t>(purpose)].open(box.subspan(1), as_byte_view(associated));
}

KeyedHash KeyRing::hash(MacPurpose purpose, std::string_view domain, ByteView data) const {
  return {writing_, *derive(purpose, domain, data, writing_)};
}

bool KeyRing::matches(MacPurpose purpose, std::string_view domain, ByteView data,
                      const KeyedHash& known) const {
  const auto digest = derive(purpose, domain, data, known.key_id);
  return digest && constant_time_equal(*digest, known.digest);
}

std::optional<Digest> KeyRing::derive(MacPurpose purpose, std::string_view domain, ByteView data,
                                      std::uint8_t key_id) const {
  const Derived* const keys = find(key_id);
  if (!keys) return std::nullopt;
  return keys->mac[static_cast<std::size_t>(purpose)](in_domain(domain, data));
}

std::string KeyRing::fingerprint(std::string_view secret) const {
  const KeyedHash keyed = hash(MacPurpose::log_fingerprint, "", as_byte_view(secret));
  return to_hex(ByteView(keyed.digest).first(6));
}

}  // namespace couplet
