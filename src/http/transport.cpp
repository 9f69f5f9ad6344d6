// SPDX-License-Identifier: Apache-2.0
#include "http/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace couplet::http {
namespace {

// A peer that sends faster than we read must not keep the thread from its other connections.
constexpr int kReadsInARow = 16;

Transport::Io plain_result(ssize_t returned, Transport::Progress wait_for) {
  if (returned > 0) return {Transport::Progress::done, static_cast<std::size_t>(returned)};
  if (returned < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return {wait_for, 0};
  return {Transport::Progress::end, 0};
}

}  // namespace

void Transport::Free::operator()(SSL* ssl) const { SSL_free(ssl); }

Transport::Transport(boost::asio::ip::tcp::socket socket, const TlsContext& tls)
    : socket_(std::move(socket)), context_(tls) {
  socket_.non_blocking(true);
  if (!tls) return;
  ssl_.reset(SSL_new(tls.get()));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1)
    throw std::runtime_error("SSL_new failed");
  SSL_set_accept_state(ssl_.get());
}

Transport::~Transport() = default;

Transport::Io Transport::handshake() {
  ERR_clear_error();
  return tls_result(SSL_do_handshake(ssl_.get()));
}

Transport::Io Transport::read(std::span<char> into) {
  if (!ssl_)
    return plain_result(::recv(socket_.native_handle(), into.data(), into.size(), 0), Progress::wait_read);
  ERR_clear_error();
  return tls_result(SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size())));
}

Transport::Io Transport::write(std::string_view from) {
  if (!ssl_)
    return plain_result(::send(socket_.native_handle(), from.data(), from.size(), MSG_NOSIGNAL),
                        Progress::wait_write);
  ERR_clear_error();
  return tls_result(SSL_write(ssl_.get(), from.data(), static_cast<int>(from.size())));
}

Transport::Io Transport::tls_result(int returned) {
  if (returned > 0) return {Progress::done, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return {Progress::wait_read, 0};
    case SSL_ERROR_WANT_WRITE: return {Progress::wait_write, 0};
    default: return {Progress::end, 0};
  }
}

bool Transport::holds_input() const { return ssl_ && SSL_has_pending(ssl_.get()) == 1; }

void Transport::end_output() {
  if (ssl_ && SSL_is_init_finished(ssl_.get())) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // sends close_notify, does not wait for the peer's
  }
  boost::system::error_code gone;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, gone);
}

bool Transport::discard_input() {
  std::array<char, 16 * 1024> nowhere;
  for (int i = 0; i < kReadsInARow; ++i) {
    const ssize_t received = ::recv(socket_.native_handle(), nowhere.data(), nowhere.size(), 0);
    if (received <= 0) return plain_result(received, Progress::wait_read).progress == Progress::end;
  }
  return false;
}

}  // namespace couplet::http
