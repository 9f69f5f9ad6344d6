// SPDX-License-Identifier: Apache-2.0
#include "base/jws.hpp"

#include <cjose/cjose.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "base/crypto.hpp"

namespace couplet {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const { Free(object); }
};
using Jwk = std::unique_ptr<cjose_jwk_t, Freed<cjose_jwk_release>>;
using Jws = std::unique_ptr<cjose_jws_t, Freed<cjose_jws_release>>;
using Header = std::unique_ptr<cjose_header_t, Freed<cjose_header_release>>;

struct CjoseText {
  char* text;
  ~CjoseText() { cjose_get_dealloc()(text); }
};

template <class T>
T need(T value, const cjose_err& error) {
  if (!value) throw std::runtime_error(std::string("cjose: ") + error.message);
  return value;
}

json::object public_part(const cjose_jwk_t* jwk) {
  cjose_err error{};
  const CjoseText text{need(cjose_jwk_to_json(jwk, false, &error), error)};
  return parse_json_object(text.text).value();
}

// RFC 7638: SHA-256 over the required members in lexical order.
std::string thumbprint(const json::object& ec_jwk) {
  const json::object required{{"crv", ec_jwk.at("crv")}, {"kty", ec_jwk.at("kty")}, {"x", ec_jwk.at("x")}, {"y", ec_jwk.at("y")}};
  return to_base64url(sha256(json::serialize(required)));
}

// Three parts, each the only spelling of its bytes: cjose overlooks stray characters, and one signature would then have
// several texts.
bool is_strict_compact(std::string_view compact) {
  for (int part = 0; part < 3; ++part) {
    const std::size_t end = part < 2 ? compact.find('.') : compact.size();
    if (end == std::string_view::npos || !from_base64url(compact.substr(0, end))) return false;
    compact.remove_prefix(std::min(end + 1, compact.size()));
  }
  return true;
}

}  // namespace

struct SigningKey::Impl {
  Jwk jwk;
  std::string kid;
  std::map<std::string, Header, std::less<>> headers;  // one a typ, built on first use
};

SigningKey::SigningKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Result<SigningKey, KeyError> SigningKey::from_jwk(const PrivateJwk& text) {
  const auto object = parse_json_object(text.reveal());
  if (!object) return std::unexpected(KeyError::malformed);
  if (find_string(*object, "kty") != "EC" || find_string(*object, "crv") != "P-256" || !find_string(*object, "d"))
    return std::unexpected(KeyError::unsupported);
  cjose_err error{};
  Jwk jwk{cjose_jwk_import(text.reveal().data(), text.reveal().size(), &error)};
  if (!jwk) return std::unexpected(KeyError::malformed);
  std::string kid = thumbprint(public_part(jwk.get()));
  return SigningKey(std::make_unique<Impl>(Impl{std::move(jwk), std::move(kid), {}}));
}

PrivateJwk SigningKey::generate() {
  cjose_err error{};
  const Jwk jwk{need(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error), error)};
  const CjoseText text{need(cjose_jwk_to_json(jwk.get(), true, &error), error)};
  return PrivateJwk(text.text);
}

std::string SigningKey::sign(std::string_view payload, std::string_view typ) const {
  cjose_err error{};
  Header& header = impl_->headers[std::string(typ)];
  if (!header) {
    header.reset(need(cjose_header_new(&error), error));
    need(cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &error), error);
    need(cjose_header_set(header.get(), CJOSE_HDR_KID, impl_->kid.c_str(), &error), error);
    need(cjose_header_set(header.get(), "typ", std::string(typ).c_str(), &error), error);
  }
  const Jws jws{need(cjose_jws_sign(impl_->jwk.get(), header.get(), reinterpret_cast<const std::uint8_t*>(payload.data()),
                                    payload.size(), &error), error)};
  const char* compact = nullptr;
  need(cjose_jws_export(jws.get(), &compact, &error), error);
  return compact;
}

const std::string& SigningKey::kid() const { return impl_->kid; }

json::object SigningKey::public_jwk() const {
  json::object jwk = public_part(impl_->jwk.get());
  jwk["kid"] = impl_->kid;
  jwk["use"] = "sig";
  jwk["alg"] = "ES256";
  return jwk;
}

struct JwkSet::Impl {
  struct Key {
    Jwk jwk;
    std::string kid;
    std::string_view algorithm;
  };
  std::vector<Key> keys;

  [[nodiscard]] const Key* find(std::optional<std::string_view> kid) const {
    if (!kid) return keys.size() == 1 ? &keys.front() : nullptr;
    for (const Key& key : keys)
      if (key.kid == *kid) return &key;
    return nullptr;
  }
};

JwkSet::JwkSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JwkSet::JwkSet(JwkSet&&) noexcept = default;
JwkSet& JwkSet::operator=(JwkSet&&) noexcept = default;
JwkSet::~JwkSet() = default;
std::size_t JwkSet::size() const { return impl_->keys.size(); }

Result<JwkSet, KeyError> JwkSet::from_json(std::string_view text) {
  const auto object = parse_json_object(text);
  const json::array* const keys = object ? find_array(*object, "keys") : nullptr;
  if (!keys) return std::unexpected(KeyError::malformed);
  auto impl = std::make_unique<Impl>();
  for (const json::value& entry : *keys) {
    const json::object* const key = entry.if_object();
    if (!key) return std::unexpected(KeyError::malformed);
    const auto kty = find_string(*key, "kty");
    const bool ec = kty == "EC" && find_string(*key, "crv") == "P-256";
    if ((!ec && kty != "RSA") || find_string(*key, "use").value_or("sig") != "sig") continue;
    const std::string one = json::serialize(*key);
    cjose_err error{};
    Jwk jwk{cjose_jwk_import(one.data(), one.size(), &error)};
    if (!jwk) return std::unexpected(KeyError::malformed);
    if (!ec && cjose_jwk_get_keysize(jwk.get(), &error) < 2048) return std::unexpected(KeyError::unsupported);
    impl->keys.push_back({std::move(jwk), std::string(find_string(*key, "kid").value_or("")), ec ? "ES256" : "RS256"});
  }
  return JwkSet(std::move(impl));
}

Result<json::object, JwsError> JwkSet::verify(std::string_view compact, std::string_view typ) const {
  const auto header_bytes = from_base64url(compact.substr(0, compact.find('.')));
  if (!header_bytes) return std::unexpected(JwsError::malformed);
  const auto header = parse_json_object(as_text(*header_bytes));
  if (!header || header->contains("crit")) return std::unexpected(JwsError::malformed);
  if (!typ.empty() && ascii_lower(find_string(*header, "typ").value_or("")) != typ) return std::unexpected(JwsError::wrong_typ);
  const Impl::Key* const key = impl_->find(find_string(*header, "kid"));
  if (!key) return std::unexpected(JwsError::unknown_key);
  if (find_string(*header, "alg") != key->algorithm) return std::unexpected(JwsError::wrong_algorithm);

  if (!is_strict_compact(compact)) return std::unexpected(JwsError::malformed);
  cjose_err error{};
  const Jws jws{cjose_jws_import(compact.data(), compact.size(), &error)};
  if (!jws) return std::unexpected(JwsError::malformed);
  if (!cjose_jws_verify(jws.get(), key->jwk.get(), &error)) return std::unexpected(JwsError::bad_signature);
  std::uint8_t* payload = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &payload, &size, &error)) return std::unexpected(JwsError::malformed);
  auto claims = parse_json_object({reinterpret_cast<const char*>(payload), size});
  if (!claims) return std::unexpected(JwsError::malformed);
  return std::move(*claims);
}

}  // namespace couplet
