// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <csignal>
#include <future>

#include "http/listener.hpp"

namespace couplet::http {
namespace {

namespace asio = boost::asio;

std::optional<ListenError> check(const ListenOptions& options) {
  for (const std::string& proxy : options.trusted_proxies) {
    boost::system::error_code error;
    asio::ip::make_address(proxy, error);
    if (error) return ListenError{"trusted proxy '" + proxy + "' is not an IP address"};
  }
  return std::nullopt;
}

}  // namespace

struct Server::Impl {
  struct Running {
    asio::io_context* context;
    std::shared_ptr<Listener> listener;
  };

  Impl(ListenOptions o, const Clock& k, Random& r)
      : options(std::make_shared<const ListenOptions>(std::move(o))),
        clock(k),
        random(r),
        tickets(std::make_shared<const TicketKeys>(k, r)) {}

  std::shared_ptr<const ListenOptions> options;
  const Clock& clock;
  Random& random;
  std::shared_ptr<const TicketKeys> tickets;  // they survive a reload of the certificate
  std::shared_ptr<OpenConnections> open = std::make_shared<OpenConnections>();
  std::vector<Running> running;
  std::uint16_t port = 0;

  Result<TlsContext, ListenError> tls() const {
    if (!options->tls) return TlsContext();
    return make_tls_context(*options->tls, tickets);
  }

  // Runs on each listener's thread; the returned futures say when it has.
  template <class Act>
  std::vector<std::future<void>> on_each(Act act) {
    std::vector<std::future<void>> done;
    for (const Running& one : running) {
      auto promise = std::make_shared<std::promise<void>>();
      done.push_back(promise->get_future());
      asio::post(*one.context, [listener = one.listener, promise, act] {
        act(*listener);
        promise->set_value();
      });
    }
    return done;
  }
};

Server::Server(ListenOptions options, const Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(std::move(options), clock, random)) {}

Server::~Server() { stop(std::chrono::milliseconds{0}); }

Result<void, ListenError> Server::start(std::vector<asio::io_context*> contexts,
                                        std::vector<const Router*> routers, Observer observer) {
  std::vector<std::shared_ptr<const Router>> borrowed;
  for (const Router* router : routers) borrowed.emplace_back(std::shared_ptr<const void>(), router);
  return start(std::move(contexts), std::move(borrowed), std::move(observer));
}

Result<void, ListenError> Server::start(std::vector<asio::io_context*> contexts,
                                        std::vector<std::shared_ptr<const Router>> routers,
                                        Observer observer) {
  // OpenSSL writes with write(), which raises SIGPIPE when the peer is gone.
  std::signal(SIGPIPE, SIG_IGN);
  if (auto fault = check(*impl_->options)) return std::unexpected(std::move(*fault));
  auto tls = impl_->tls();
  if (!tls) return std::unexpected(std::move(tls.error()));
  auto acceptors = bind_acceptors(contexts, impl_->options->address, impl_->options->port);
  if (!acceptors) return std::unexpected(std::move(acceptors.error()));
  impl_->port = acceptors->front().local_endpoint().port();
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    auto worker = std::make_shared<Worker>(impl_->options, impl_->open, impl_->clock, impl_->random,
                                           routers.at(i), observer);
    auto listener =
        std::make_shared<Listener>(*contexts[i], std::move((*acceptors)[i]), std::move(worker), *tls);
    impl_->running.push_back({contexts[i], listener});
    asio::post(*contexts[i], [listener] { listener->start(); });
  }
  return {};
}

std::uint16_t Server::port() const { return impl_->port; }

Result<void, ListenError> Server::reload_tls() {
  auto tls = impl_->tls();
  if (!tls) return std::unexpected(std::move(tls.error()));
  impl_->on_each([context = *tls](Listener& listener) { listener.use(context); });
  return {};
}

void Server::use(std::vector<std::shared_ptr<const Router>> routers) {
  for (std::size_t i = 0; i < impl_->running.size(); ++i)
    asio::post(*impl_->running[i].context,
               [listener = impl_->running[i].listener, router = std::move(routers.at(i))]() mutable {
                 listener->use(std::move(router));
               });
}

void Server::stop(std::chrono::milliseconds grace) {
  if (impl_->running.empty()) return;
  const SystemClock real;  // the options' clock may stand still
  const auto until = real.monotonic() + grace;
  const auto left = [&] { return std::max(until - real.monotonic(), std::chrono::nanoseconds{0}); };
  for (const auto& drained : impl_->on_each([](Listener& listener) { listener.drain(); }))
    drained.wait_for(left());
  impl_->open->wait_for_none(std::chrono::ceil<std::chrono::milliseconds>(left()));
  impl_->on_each([](Listener& listener) { listener.abort(); });
  impl_->running.clear();
}

std::size_t Server::open_connections() const { return impl_->open->count(); }

}  // namespace couplet::http
