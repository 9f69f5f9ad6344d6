// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <stdexcept>

namespace couplet {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const { Free(object); }
};
using Md = std::unique_ptr<EVP_MD, Freed<EVP_MD_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Mac = std::unique_ptr<EVP_MAC, Freed<EVP_MAC_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Freed<EVP_CIPHER_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Freed<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freed<EVP_KDF_CTX_free>>;

// OpenSSL fails here only when it is broken or out of memory: an invariant, not an outcome.
template <class T>
T need(T value, const char* what) {
  if (!value) throw std::runtime_error(std::string("OpenSSL: ") + what);
  return value;
}
void need_ok(int result, const char* what) {
  if (result <= 0) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

const unsigned char* raw(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw(Bytes& bytes, std::size_t at = 0) { return reinterpret_cast<unsigned char*>(bytes.data() + at); }

// An implicit fetch costs twice the digest and does not scale over threads, so each is fetched once.
const EVP_MD* sha256_method() {
  static const Md method{need(EVP_MD_fetch(nullptr, "SHA256", nullptr), "no SHA256")};
  return method.get();
}
EVP_MAC* hmac_method() {
  static const Mac method{need(EVP_MAC_fetch(nullptr, "HMAC", nullptr), "no HMAC")};
  return method.get();
}
const EVP_CIPHER* aes_256_gcm() {
  static const Cipher method{need(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), "no AES-256-GCM")};
  return method.get();
}

}  // namespace

Digest sha256(ByteView data) {
  thread_local const MdContext context{need(EVP_MD_CTX_new(), "EVP_MD_CTX_new")};
  Digest out;
  unsigned int size = 0;
  need_ok(EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr), "digest init");
  need_ok(EVP_DigestUpdate(context.get(), data.data(), data.size()), "digest update");
  need_ok(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size), "digest final");
  return out;
}

bool constant_time_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct HmacKey::Keyed {
  MacContext context;
};

HmacKey::HmacKey(ByteView key) : keyed_(std::make_unique<Keyed>()) {
  keyed_->context.reset(need(EVP_MAC_CTX_new(hmac_method()), "EVP_MAC_CTX_new"));
  char digest_name[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                               OSSL_PARAM_construct_end()};
  need_ok(EVP_MAC_init(keyed_->context.get(), raw(key), key.size(), params), "mac init");
}
HmacKey::~HmacKey() = default;
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;

Digest HmacKey::operator()(ByteView data) const {
  const MacContext context{need(EVP_MAC_CTX_dup(keyed_->context.get()), "EVP_MAC_CTX_dup")};
  Digest out;
  std::size_t size = 0;
  need_ok(EVP_MAC_update(context.get(), raw(data), data.size()), "mac update");
  need_ok(EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, out.size()), "mac final");
  return out;
}

Digest derive_key(ByteView master, std::string_view purpose) {
  const Kdf method{need(EVP_KDF_fetch(nullptr, "HKDF", nullptr), "no HKDF")};
  const KdfContext context{need(EVP_KDF_CTX_new(method.get()), "EVP_KDF_CTX_new")};
  char digest_name[] = "SHA256";
  Bytes key(master.begin(), master.end());
  std::string info(purpose);
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
                               OSSL_PARAM_construct_end()};
  Digest out;
  need_ok(EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(), params), "HKDF");
  OPENSSL_cleanse(key.data(), key.size());
  return out;
}

AeadKey::~AeadKey() { OPENSSL_cleanse(key_.data(), key_.size()); }

Bytes AeadKey::seal(ByteView plain, ByteView associated, Random& random) const {
  const auto nonce = random.bytes<kNonceBytes>();
  Bytes box(kNonceBytes + plain.size() + kTagBytes);
  std::ranges::copy(nonce, box.begin());
  const CipherContext context{need(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")};
  int size = 0;
  need_ok(EVP_EncryptInit_ex2(context.get(), aes_256_gcm(), raw(key_), raw(nonce), nullptr), "seal init");
  need_ok(EVP_EncryptUpdate(context.get(), nullptr, &size, raw(associated), static_cast<int>(associated.size())), "seal aad");
  need_ok(EVP_EncryptUpdate(context.get(), raw(box, kNonceBytes), &size, raw(plain), static_cast<int>(plain.size())), "seal");
  need_ok(EVP_EncryptFinal_ex(context.get(), raw(box, kNonceBytes + plain.size()), &size), "seal final");
  need_ok(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, raw(box, kNonceBytes + plain.size())), "seal tag");
  return box;
}

std::optional<Bytes> AeadKey::open(ByteView box, ByteView associated) const {
  if (box.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const ByteView nonce = box.first(kNonceBytes);
  const ByteView sealed = box.subspan(kNonceBytes, box.size() - kNonceBytes - kTagBytes);
  Bytes tag(box.end() - kTagBytes, box.end());
  Bytes plain(sealed.size());
  const CipherContext context{need(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")};
  int size = 0;
  need_ok(EVP_DecryptInit_ex2(context.get(), aes_256_gcm(), raw(key_), raw(nonce), nullptr), "open init");
  need_ok(EVP_DecryptUpdate(context.get(), nullptr, &size, raw(associated), static_cast<int>(associated.size())), "open aad");
  need_ok(EVP_DecryptUpdate(context.get(), raw(plain), &size, raw(sealed), static_cast<int>(sealed.size())), "open");
  need_ok(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()), "open tag");
  if (EVP_DecryptFinal_ex(context.get(), raw(plain), &size) <= 0) return std::nullopt;
  return plain;
}

}  // namespace couplet
