// SPDX-License-Identifier: Apache-2.0
// One thread's acceptor, its connections and its tick.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "base/task.hpp"
#include "http/tls_context.hpp"
#include "http/worker.hpp"

namespace couplet::http {

/// Thread: all but the constructor on its io_context.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(boost::asio::io_context& context, boost::asio::ip::tcp::acceptor acceptor,
           std::shared_ptr<Worker> worker, TlsContext tls);

  void start();
  /// For connections from now on.
  void use(TlsContext tls) { tls_ = std::move(tls); }
  /// For requests from now on.
  void use(std::shared_ptr<const Router> router) { worker_->router = std::move(router); }
  /// Accepts nothing more; idle connections end now, busy ones after their answer.
  void drain();
  /// Closes every connection, answered or not.
  void abort();

 private:
  static Task<void> accept_all(std::shared_ptr<Listener> self);
  static Task<void> tick(std::shared_ptr<Listener> self);
  Task<void> recover(boost::system::error_code error);
  void warn(boost::system::error_code error);  // once a second is enough
  void admit(boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::shared_ptr<Worker> worker_;
  TlsContext tls_;
  boost::asio::steady_timer tick_;
  boost::asio::steady_timer pause_;
  std::chrono::nanoseconds warned_{0};
  bool stopped_ = false;
};

/// Binds `count` acceptors to one address and port; the kernel spreads connections over them.
/// Errors: a port that another program holds, an address that is not ours
Result<std::vector<boost::asio::ip::tcp::acceptor>, ListenError> bind_acceptors(
    const std::vector<boost::asio::io_context*>& contexts, const std::string& address, std::uint16_t port);

}  // namespace couplet::http
