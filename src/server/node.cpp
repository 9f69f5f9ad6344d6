// SPDX-License-Identifier: Apache-2.0
#include "server/node.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "base/log.hpp"
#include "http/server.hpp"
#include "server/application.hpp"
#include "server/operations.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

namespace asio = boost::asio;

constexpr seconds kSweepEvery{60};
constexpr seconds kOrphanedAfter{120};  // longer than any step of an attempt may take
constexpr std::chrono::hours kKeepCodes{
    24};  // a replay is still recognised this long after the code expired (CD-02)
constexpr std::size_t kPurgeAtOnce = 500;
constexpr milliseconds kLinkEndPoll{20};

std::size_t io_threads(const Config& config) {
  if (config.settings.server.io_threads > 0)
    return static_cast<std::size_t>(config.settings.server.io_threads);
  return std::max(1U, std::thread::hardware_concurrency() - 1);
}

http::ListenOptions listen_options(const ListenAddress& address) {
  http::ListenOptions options;
  options.address = address.host;
  options.port = address.port;
  return options;
}

http::ListenOptions public_options(const Config& config) {
  const ServerSettings& settings = config.settings.server;
  http::ListenOptions options = listen_options(settings.listen);
  if (!settings.tls_certificate_file.empty())
    options.tls = http::TlsFiles{settings.tls_certificate_file, settings.tls_private_key_file};
  options.trusted_proxies = settings.trusted_proxies;
  return options;
}

}  // namespace

struct Node::Impl {
  Impl(const Config& c, const Clock& k, Random& r)
      : config(c),
        clock(k),
        random(r),
        clients(c.clients),
        runtime(io_threads(c)),
        sweep_pause(runtime.context(0)),
        public_server(public_options(c), k, r),
        operations_server(listen_options(c.settings.operations.listen), k, r) {}

  Result<void, StartError> open_database() {
    auto opened = storage::open_sqlite({.path = config.settings.storage.path});
    if (!opened) return std::unexpected(StartError{opened.error().message});
    database = std::move(*opened);
    return {};
  }

  Result<void, StartError> listen() {
    std::vector<const http::Router*> routers;
    for (std::size_t i = 0; i < runtime.size(); ++i) {
      applications.push_back(std::make_unique<Application>(config, *database, clients, clock, random, metrics,
                                                           runtime.context(i)));
      routers.push_back(&applications.back()->router());
    }
    operations = operations_routes(*database, metrics, [this] { return public_server.open_connections(); });
    const auto observe = [this](const http::Exchange& exchange) { observe_exchange(exchange); };
    if (auto started = public_server.start(runtime.contexts(), routers, observe); !started)
      return std::unexpected(StartError{started.error().message});
    if (auto started = operations_server.start({&runtime.context(0)}, {&operations}); !started)
      return std::unexpected(StartError{started.error().message});
    return {};
  }

  // Before the listener closes: inside an attempt Alexa still has to reach our token endpoint (FT-08).
  void let_links_end(milliseconds grace) const {
    const auto give_up_at = clock.monotonic() + grace;
    const auto under_way = [this] {
      return std::ranges::any_of(
          applications, [](const auto& application) { return application->engine().under_way() > 0; });
    };
    asio::io_context waiting{1};
    while (under_way() && clock.monotonic() < give_up_at) {
      asio::steady_timer pause(waiting, kLinkEndPoll);
      pause.wait();
    }
  }

  void observe_exchange(const http::Exchange& exchange) {
    metrics.http_answered(exchange.path, exchange.status, exchange.outcome, exchange.elapsed);
    const bool failed = exchange.status >= 500;
    if (!failed && !log::enabled(log::Level::debug)) return;
    log::write(failed ? log::Level::warn : log::Level::debug, "http.answered",
               {{"method", exchange.method},
                {"area", http_area(exchange.path)},  // the path may hold a secret (LG-01)
                {"status", exchange.status},
                {"request_id", exchange.request_id},
                {"micros", std::chrono::duration_cast<std::chrono::microseconds>(exchange.elapsed).count()}});
  }

  // On the first thread: what a crash left behind at once, then each minute what a failing store left behind,
  // and the rows nobody needs any more.
  Task<void> sweep() {
    Application& application = *applications.front();
    co_await application.engine().pick_up(clock.now() + milliseconds{1});
    while (!stopping) {
      sweep_pause.expires_after(kSweepEvery);
      co_await sweep_pause.async_wait(asio::as_tuple(asio::use_awaitable));
      if (stopping) break;
      co_await application.engine().pick_up(clock.now() - kOrphanedAfter);
      auto codes = co_await application.store().purge_codes(clock.now() - kKeepCodes, kPurgeAtOnce);
      auto attempts = co_await application.store().purge_attempts(
          clock.now() - config.settings.storage.keep_attempts, kPurgeAtOnce);
      if (!codes || !attempts) log::warn("store.purge_failed", {{"next", "tried again in a minute"}});
    }
  }

  const Config& config;
  const Clock& clock;
  Random& random;
  Metrics metrics;
  oauth::ClientRegistry clients;
  std::unique_ptr<storage::Database> database;
  http::Runtime runtime;
  asio::steady_timer sweep_pause;  // belongs to the first thread
  std::vector<std::unique_ptr<Application>> applications;
  http::Router operations;
  http::Server public_server;
  http::Server operations_server;
  std::atomic<bool> stopping = false;
  bool serving = false;  // the threads have been started
};

Node::Node(const Config& config, const Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(config, clock, random)) {}
Node::~Node() { stop(); }

Result<void, StartError> Node::start() {
  if (auto opened = impl_->open_database(); !opened) return opened;
  if (auto listening = impl_->listen(); !listening) return listening;
  asio::co_spawn(impl_->runtime.context(0), impl_->sweep(), asio::detached);
  impl_->runtime.start();
  impl_->serving = true;
  return {};
}

std::uint16_t Node::public_port() const { return impl_->public_server.port(); }
std::uint16_t Node::operations_port() const { return impl_->operations_server.port(); }

void Node::reload() {
  const auto reloaded = impl_->public_server.reload_tls();
  if (reloaded)
    log::info("tls.reloaded");
  else
    log::error("tls.reload_failed",
               {{"cause", reloaded.error().message}, {"next", "the old certificate stays in use"}});
}

void Node::stop() {
  if (impl_->stopping.exchange(true)) return;
  // Nothing is in flight where nothing has run, as after a second listener that could not be opened.
  const milliseconds grace = impl_->serving ? impl_->config.settings.server.stop_grace : seconds{0};
  impl_->let_links_end(grace);
  asio::post(impl_->runtime.context(0), [this] { impl_->sweep_pause.cancel(); });
  impl_->public_server.stop(grace);
  impl_->operations_server.stop(std::min(grace, milliseconds{500}));
  impl_->runtime.stop(grace);
  impl_->applications.clear();
  if (impl_->database) impl_->database->close();
}

}  // namespace couplet::server
