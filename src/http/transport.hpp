// SPDX-License-Identifier: Apache-2.0
// Bytes in and out of one accepted socket, plain or TLS. Never waits: it says what to wait for. TLS works on
// the descriptor itself, which keeps an idle connection at a quarter of asio::ssl::stream's memory.
#pragma once
#include <openssl/types.h>

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <span>
#include <string_view>

#include "http/tls_context.hpp"

namespace couplet::http {

class Transport {
 public:
  /// `tls` null: plain.
  Transport(boost::asio::ip::tcp::socket socket, const TlsContext& tls);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  enum class Progress {
    done,        // some bytes moved
    wait_read,   // again when the socket is readable
    wait_write,  // again when the socket is writable
    end,         // the peer is gone, in order or not
  };
  struct Io {
    Progress progress = Progress::end;
    std::size_t bytes = 0;
  };
  Io handshake();
  Io read(std::span<char> into);
  Io write(std::string_view from);

  [[nodiscard]] bool is_tls() const { return ssl_ != nullptr; }
  /// Input that no readiness of the socket will announce.
  [[nodiscard]] bool holds_input() const;
  /// Tells the peer that nothing more will come; reading goes on.
  void end_output();
  /// Takes what the peer still sends and throws it away; true once the peer has ended too.
  bool discard_input();
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  Io tls_result(int returned);

  boost::asio::ip::tcp::socket socket_;
  TlsContext context_;  // as it was at the start of this connection, whatever is reloaded
  struct Free {
    void operator()(SSL* ssl) const;
  };
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace couplet::http
