// SPDX-License-Identifier: Apache-2.0
#include "http/testing/tls_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace couplet::http::testing {
namespace {

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{10, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  throw std::runtime_error("cannot connect to the server under test");
}

}  // namespace

struct TlsClient::Impl {
  explicit Impl(std::uint16_t port) : fd(connect_to(port)) {
    SSL_CTX_set_security_level(context.get(), 0);  // a test may offer what nobody should
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
    ssl.reset(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), fd);
  }
  ~Impl() { ::close(fd); }

  // The first message is caught in memory, and only its beginning goes out.
  bool connect_and_break() {
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set0_rbio(ssl.get(), BIO_new(BIO_s_mem()));
    SSL_set0_wbio(ssl.get(), out);
    SSL_connect(ssl.get());
    char* hello = nullptr;
    const auto bytes = static_cast<std::size_t>(BIO_get_mem_data(out, &hello));
    ::send(fd, hello, std::min(bytes, *breaking), MSG_NOSIGNAL);
    return false;
  }

  int fd;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, SSL_free};
  std::optional<std::size_t> breaking;
};

TlsClient::TlsClient(std::uint16_t port) : impl_(std::make_unique<Impl>(port)) {}
TlsClient::~TlsClient() = default;

void TlsClient::offer_version(int version) {
  SSL_set_min_proto_version(impl_->ssl.get(), version);
  SSL_set_max_proto_version(impl_->ssl.get(), version);
}

void TlsClient::offer_suites(const std::string& suites) {
  if (SSL_set_cipher_list(impl_->ssl.get(), (suites + ":@SECLEVEL=0").c_str()) != 1)
    throw std::runtime_error("OpenSSL has no suite " + suites);
}

void TlsClient::offer_protocol(const std::string& alpn) {
  const std::string offered = static_cast<char>(alpn.size()) + alpn;
  SSL_set_alpn_protos(impl_->ssl.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                      static_cast<unsigned>(offered.size()));
}

void TlsClient::verify(const std::string& ca_file, const std::string& host_name) {
  if (SSL_CTX_load_verify_file(impl_->context.get(), ca_file.c_str()) != 1)
    throw std::runtime_error("no CA file");
  SSL_set_verify(impl_->ssl.get(), SSL_VERIFY_PEER, nullptr);
  SSL_set1_host(impl_->ssl.get(), host_name.c_str());
}

void TlsClient::resume(const TlsClient& earlier) {
  // A copy: a connection that ends without close_notify spoils its session.
  SSL_SESSION* const session = SSL_SESSION_dup(SSL_get_session(earlier.impl_->ssl.get()));
  SSL_set_session(impl_->ssl.get(), session);
  SSL_SESSION_free(session);
}

void TlsClient::break_after(std::size_t bytes) { impl_->breaking = bytes; }

bool TlsClient::connect() {
  return impl_->breaking ? impl_->connect_and_break() : SSL_connect(impl_->ssl.get()) == 1;
}

bool TlsClient::ask(const std::string& request) {
  char answer[4096];
  return SSL_write(impl_->ssl.get(), request.data(), static_cast<int>(request.size())) > 0 &&
         SSL_read(impl_->ssl.get(), answer, sizeof answer) > 0;
}

int TlsClient::version() const { return SSL_version(impl_->ssl.get()); }
bool TlsClient::resumed() const { return SSL_session_reused(impl_->ssl.get()) == 1; }
bool TlsClient::compresses() const { return SSL_get_current_compression(impl_->ssl.get()) != nullptr; }

bool TlsClient::can_renegotiate() {
  SSL* const ssl = impl_->ssl.get();
  if (SSL_version(ssl) == TLS1_3_VERSION) return false;  // there is none
  return SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1;
}

std::uint32_t TlsClient::early_data_limit() const {
  return SSL_SESSION_get_max_early_data(SSL_get_session(impl_->ssl.get()));
}

int TlsClient::chain_length() const { return sk_X509_num(SSL_get_peer_cert_chain(impl_->ssl.get())); }

}  // namespace couplet::http::testing
