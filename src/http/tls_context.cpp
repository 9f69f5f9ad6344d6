// SPDX-License-Identifier: Apache-2.0
#include "http/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string>

namespace couplet::http {
namespace {

// TLS 1.2: ephemeral ECDH and AEAD only. TLS 1.3 has nothing else.
constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// The last reason OpenSSL gave, and an empty queue.
std::string tls_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : "unknown";
}

std::unexpected<ListenError> cannot_use(const std::string& file) {
  return std::unexpected(ListenError{"cannot use " + file + ": " + tls_reason()});
}

// HTTP/1.1 is the only protocol; a client that insists on another one is told so (RFC 7301 3.2).
int select_http_1_1(SSL*, const unsigned char** out, unsigned char* out_bytes, const unsigned char* offered,
                    unsigned int offered_bytes, void*) {
  static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* selected = nullptr;
  if (SSL_select_next_proto(&selected, out_bytes, kOurs, sizeof kOurs, offered, offered_bytes) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = selected;
  return SSL_TLSEXT_ERR_OK;
}

void set_protocol(SSL_CTX& context) {
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_cipher_list(&context, kTls12Suites);
  SSL_CTX_set1_groups_list(&context, "X25519:P-256:P-384");
  SSL_CTX_set_alpn_select_cb(&context, select_http_1_1, nullptr);
  // Tickets instead of a cache: nothing kept per client, and a resumption costs a third (RFC 9325 3.4).
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(&context, 1);
  // An idle connection gives its 34 KB of record buffers back; a write may continue from another place in
  // memory.
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

}  // namespace

Result<TlsContext, ListenError> make_tls_context(const TlsFiles& files,
                                                 std::shared_ptr<const TicketKeys> tickets) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return cannot_use("TLS");
  set_protocol(*context);
  TicketKeys::install(std::move(tickets), *context);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate_chain_file.c_str()) != 1)
    return cannot_use(files.certificate_chain_file);
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.private_key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return cannot_use(files.private_key_file);
  if (SSL_CTX_check_private_key(context.get()) != 1) return cannot_use(files.private_key_file);
  return context;
}

}  // namespace couplet::http
