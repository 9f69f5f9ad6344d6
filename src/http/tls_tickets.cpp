// SPDX-License-Identifier: Apache-2.0
#include "http/tls_tickets.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <cstring>

namespace couplet::http {
namespace {

constexpr std::chrono::hours kEpoch{12};
constexpr std::size_t kNameBytes = 16;
constexpr int kFailed = -1, kUnknownKey = 0, kGood = 1, kGoodButRenew = 2;

using Kept = std::shared_ptr<const TicketKeys>;

void forget(void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Kept*>(kept); }

int slot() {
  static const int index =
      CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, nullptr, nullptr, forget);
  return index;
}

// The name of a key is its epoch; the rest of the field is zero.
void write_name(TicketKeys::Epoch epoch, unsigned char* name) {
  std::memset(name, 0, kNameBytes);
  std::memcpy(name, &epoch, sizeof epoch);
}

TicketKeys::Epoch read_name(const unsigned char* name) {
  TicketKeys::Epoch epoch = 0;
  std::memcpy(&epoch, name, sizeof epoch);
  return epoch;
}

bool set_mac_key(EVP_MAC_CTX* mac, Digest key) {
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.data(), key.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

const unsigned char* octets(const Digest& key) { return reinterpret_cast<const unsigned char*>(key.data()); }

int seal(const TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  const TicketKeys::Epoch epoch = keys.now();
  write_name(epoch, name);
  const auto new_iv = keys.new_iv();
  std::memcpy(iv, new_iv.data(), new_iv.size());
  const Digest key = keys.cipher_key(epoch);
  const bool set = EVP_EncryptInit_ex2(cipher, EVP_aes_256_cbc(), octets(key), iv, nullptr) == 1 &&
                   set_mac_key(mac, keys.mac_key(epoch));
  return set ? kGood : kFailed;
}

int open(const TicketKeys& keys, const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  const TicketKeys::Epoch epoch = read_name(name), now = keys.now();
  if (epoch != now && epoch + 1 != now) return kUnknownKey;  // a full handshake follows
  const Digest key = keys.cipher_key(epoch);
  const bool set = EVP_DecryptInit_ex2(cipher, EVP_aes_256_cbc(), octets(key), iv, nullptr) == 1 &&
                   set_mac_key(mac, keys.mac_key(epoch));
  if (!set) return kFailed;
  return epoch == now ? kGood : kGoodButRenew;
}

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
              int sealing) {
  const TicketKeys& keys = **static_cast<Kept*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), slot()));
  return sealing ? seal(keys, name, iv, cipher, mac) : open(keys, name, iv, cipher, mac);
}

}  // namespace

void TicketKeys::install(std::shared_ptr<const TicketKeys> keys, SSL_CTX& context) {
  SSL_CTX_set_ex_data(&context, slot(), new Kept(std::move(keys)));
  SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, on_ticket);
}

TicketKeys::Epoch TicketKeys::now() const {
  return static_cast<Epoch>(std::chrono::floor<std::chrono::hours>(clock_.now()).time_since_epoch() / kEpoch);
}

Digest TicketKeys::cipher_key(Epoch epoch) const {
  return derive_key(master_, "tls ticket cipher " + std::to_string(epoch));
}

Digest TicketKeys::mac_key(Epoch epoch) const {
  return derive_key(master_, "tls ticket mac " + std::to_string(epoch));
}

}  // namespace couplet::http
