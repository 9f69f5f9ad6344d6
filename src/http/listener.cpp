// SPDX-License-Identifier: Apache-2.0
#include "http/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace couplet::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::milliseconds kPause{200};  // after a failed accept

}  // namespace

Listener::Listener(asio::io_context& context, tcp::acceptor acceptor, std::shared_ptr<Worker> worker,
                   TlsContext tls)
    : context_(context),
      acceptor_(std::move(acceptor)),
      worker_(std::move(worker)),
      tls_(std::move(tls)),
      tick_(context),
      pause_(context) {}

void Listener::start() {
  asio::co_spawn(context_, accept_all(shared_from_this()), asio::detached);
  asio::co_spawn(context_, tick(shared_from_this()), asio::detached);
}

void Listener::drain() {
  stopped_ = true;
  worker_->draining = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  worker_->connections.drain();
  if (worker_->connections.size() == 0) tick_.cancel();
}

void Listener::abort() {
  worker_->connections.abort_all();
  tick_.cancel();
}

Task<void> Listener::accept_all(std::shared_ptr<Listener> self) {
  while (!self->stopped_) {
    auto [error, socket] = co_await self->acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (self->stopped_) co_return;
    if (error)
      co_await self->recover(error);
    else
      self->admit(std::move(socket));
  }
}

// Out of descriptors (EMFILE) the pending connection stays pending and accept() fails at once, again and
// again: make room, or wait for a while (HT-11).
Task<void> Listener::recover(boost::system::error_code error) {
  if (error == asio::error::connection_aborted) co_return;
  warn(error);
  Connection* const leaves = worker_->connections.least_missed();
  if (leaves) leaves->abort();
  pause_.expires_after(leaves ? std::chrono::milliseconds{0} : kPause);
  co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
}

void Listener::warn(boost::system::error_code error) {
  const auto now = worker_->clock.monotonic();
  if (warned_.count() > 0 && now - warned_ < kTick) return;
  warned_ = now;
  log::warn("http.accept_failed", {{"detail", error.message()}});
}

void Listener::admit(tcp::socket socket) {
  if (worker_->connections.size() >= worker_->options->limits.connections_per_thread) {
    Connection* const leaves = worker_->connections.least_missed();
    if (!leaves) return;  // all of them have asked for something: this one is closed
    leaves->abort();
  }
  asio::co_spawn(context_, serve_connection(worker_, std::move(socket), tls_), asio::detached);
}

Task<void> Listener::tick(std::shared_ptr<Listener> self) {
  while (!self->stopped_ || self->worker_->connections.size() > 0) {
    self->tick_.expires_after(kTick);
    auto [cancelled] = co_await self->tick_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (cancelled && self->stopped_) co_return;
    self->worker_->connections.expire(self->worker_->clock.monotonic());
  }
}

namespace {

std::string place(const std::string& address, std::uint16_t port) {
  const bool v6 = address.contains(':');
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

// Opens and binds; `shared` lets the other acceptors of this program, and of any other of this user, do so
// too.
boost::system::error_code bind_one(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool shared) {
  using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && shared) acceptor.set_option(reuse_port(true), error);
  if (!error) acceptor.set_option(tcp::no_delay(true), error);  // accepted sockets inherit it
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

}  // namespace

Result<std::vector<tcp::acceptor>, ListenError> bind_acceptors(const std::vector<asio::io_context*>& contexts,
                                                               const std::string& address,
                                                               std::uint16_t port) {
  boost::system::error_code error;
  tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
  if (error) return std::unexpected(ListenError{"'" + address + "' is not an IP address"});
  const auto fail = [&] {
    if (error == asio::error::address_in_use)
      return std::unexpected(ListenError{place(address, port) + " is taken by another program"});
    return std::unexpected(ListenError{"cannot listen on " + place(address, port) + ": " + error.message()});
  };
  // With SO_REUSEPORT a bind succeeds beside another program that has set it too, and each would get a part
  // of the connections. The first bind is without it, so it fails; it also chooses the port where that is 0.
  tcp::acceptor probe(*contexts.front());
  if ((error = bind_one(probe, endpoint, false))) return fail();
  endpoint = probe.local_endpoint();
  std::vector<tcp::acceptor> acceptors;
  for (asio::io_context* context : contexts) {
    acceptors.emplace_back(*context);
    if ((error = bind_one(acceptors.back(), endpoint, true))) return fail();
  }
  probe.close();
  for (tcp::acceptor& acceptor : acceptors)
    if (acceptor.listen(tcp::acceptor::max_listen_connections, error); error) return fail();
  return acceptors;
}

}  // namespace couplet::http
