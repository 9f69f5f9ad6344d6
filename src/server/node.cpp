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
#include "server/config/signing_key_history.hpp"
#include "server/operations.hpp"
#include "server/serving.hpp"
#include "server/webhooks/webhook_sender.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

namespace asio = boost::asio;

constexpr seconds kSweepEvery{60};
constexpr seconds kTellEvery{2};
constexpr std::size_t kTellAtOnce = 100;
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

bool same(const ListenAddress& a, const ListenAddress& b) { return a.host == b.host && a.port == b.port; }

// What only a start reads, and `next` has otherwise.
std::string needs_restart(const Settings& now, const Settings& next) {
  std::string names;
  const auto compare = [&names](bool equal, std::string_view name) {
    if (!equal) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  compare(same(now.server.listen, next.server.listen), "server.listen");
  compare(now.server.tls_certificate_file == next.server.tls_certificate_file, "server.tls_certificate_file");
  compare(now.server.tls_private_key_file == next.server.tls_private_key_file, "server.tls_private_key_file");
  compare(now.server.io_threads == next.server.io_threads, "server.io_threads");
  compare(now.server.trusted_proxies == next.server.trusted_proxies, "server.trusted_proxies");
  compare(now.server.stop_grace == next.server.stop_grace, "server.stop_grace");
  compare(same(now.operations.listen, next.operations.listen), "operations.listen");
  compare(now.amazon.ca_file == next.amazon.ca_file, "amazon.ca_file");
  compare(now.storage.path == next.storage.path, "storage.path");
  compare(now.log.level == next.log.level, "log.level");
  return names;
}

}  // namespace

struct Node::Impl {
  Impl(std::shared_ptr<const Config> c, const Clock& k, Random& r)
      : config(std::move(c)),
        clock(k),
        random(r),
        signing_keys(*config, k.now()),
        runtime(io_threads(*config)),
        sweep_pause(runtime.context(0)),
        disabler_pause(runtime.context(0)),
        reconciler_pause(runtime.context(0)),
        purger_pause(runtime.context(0)),
        public_server(public_options(*config), k, r),
        operations_server(listen_options(config->settings.operations.listen), k, r) {}

  Result<void, StartError> open_database() {
    auto opened = storage::open_sqlite({.path = config->settings.storage.path});
    if (!opened) return std::unexpected(StartError{opened.error().message});
    database = std::move(*opened);
    return {};
  }

  // On the first thread, woken there by whichever thread has written.
  void start_webhooks() {
    asio::io_context& context = runtime.context(0);
    webhooks = std::make_shared<WebhookSender>(context, database->open_store(), clock, random, metrics);
    webhooks->use(*config);
    const std::weak_ptr<WebhookSender> sender = webhooks;
    database->on_news([&context, sender] {
      asio::post(context, [sender] {
        if (const auto alive = sender.lock()) alive->wake();
      });
    });
    asio::co_spawn(context, webhooks->run(), asio::detached);
  }

  // One a thread.
  std::vector<std::shared_ptr<Serving>> serve(const std::shared_ptr<const Config>& what) {
    std::vector<std::shared_ptr<Serving>> made;
    for (std::size_t i = 0; i < runtime.size(); ++i)
      made.push_back(
          std::make_shared<Serving>(what, *database, *chains, clock, random, metrics, runtime.context(i)));
    return made;
  }

  Result<void, StartError> load_authorities() {
    auto trust = TrustStore::load(config->settings.amazon.ca_file);
    if (!trust) return std::unexpected(StartError{"amazon.ca_file: " + trust.error()});
    chains.emplace(*std::move(trust), clock);
    return {};
  }

  Result<void, StartError> listen() {
    servings.replace(serve(config));
    operations = operations_routes(*database, metrics, [this] { return public_server.open_connections(); });
    const auto observe = [this](const http::Exchange& exchange) { observe_exchange(exchange); };
    if (auto started = public_server.start(runtime.contexts(), servings.routers(), observe); !started)
      return std::unexpected(StartError{started.error().message});
    if (auto started = operations_server.start({&runtime.context(0)}, {&operations}); !started)
      return std::unexpected(StartError{started.error().message});
    return {};
  }

  // Before the listener closes: inside an attempt Alexa still has to reach our token endpoint (FT-08).
  void let_links_end(milliseconds grace) const {
    const auto give_up_at = clock.monotonic() + grace;
    asio::io_context waiting{1};
    while (servings.links_under_way() && clock.monotonic() < give_up_at) {
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
  // or another node that died. Where other nodes may be at work, an unfinished attempt may be one of theirs
  // until it has stood still for long.
  Task<void> sweep() {
    if (database->opened_alone())
      co_await pick_up(clock.now() + milliseconds{1}, LinkEngine::Unsettled::ask_at_once);
    while (!stopping) {
      co_await wait(sweep_pause, kSweepEvery);
      if (stopping) break;
      forget_former();
      co_await pick_up(clock.now() - LinkEngine::kOrphanedAfter, LinkEngine::Unsettled::ask_when_due);
    }
  }

  // What is owed to Amazon, links that nobody has looked at for long, and rows that nobody needs any more.
  // Amazon may take its time, so none holds up another, or the sweep.
  Task<void> tell_amazon() {
    while (!stopping) {
      co_await servings.present(0)->application.disabler().work_off(kTellAtOnce);
      co_await wait(disabler_pause, kTellEvery);
    }
  }
  Task<void> reconcile() {
    while (!stopping) {
      const milliseconds pause = co_await servings.present(0)->application.reconciler().step();
      co_await wait(reconciler_pause, pause);
    }
  }
  Task<void> purge() {
    while (!stopping) {
      const milliseconds pause = co_await servings.present(0)->application.purger().step();
      co_await wait(purger_pause, pause);
    }
  }
  Task<void> wait(asio::steady_timer& timer, milliseconds length) {
    if (stopping) co_return;
    timer.expires_after(length);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }

  Task<void> pick_up(Instant older_than, LinkEngine::Unsettled unsettled) {
    const auto present = servings.present(0);
    co_await present->application.engine().pick_up(older_than, unsettled);
  }

  // On each thread, what the last reloads left there.
  void forget_former() {
    for (std::size_t i = 0; i < runtime.size(); ++i)
      asio::post(runtime.context(i), [this, i] { servings.forget_unused(i); });
  }

  const std::shared_ptr<const Config> config;  // of the start; the present one is that of the servings
  const Clock& clock;
  Random& random;
  Metrics metrics;
  SigningKeyHistory signing_keys;
  std::unique_ptr<storage::Database> database;
  std::optional<amazon::ChainCache> chains;  // the threads share it; before them, so that it goes after them
  http::Runtime runtime;
  asio::steady_timer sweep_pause;  // these belong to the first thread
  asio::steady_timer disabler_pause;
  asio::steady_timer reconciler_pause;
  asio::steady_timer purger_pause;
  std::shared_ptr<WebhookSender> webhooks;
  Servings servings;
  http::Router operations;
  http::Server public_server;
  http::Server operations_server;
  std::atomic<bool> stopping = false;
  bool serving = false;  // the threads have been started
};

Node::Node(std::shared_ptr<const Config> config, const UnsteppedClock& clock, Random& random)
    : impl_(std::make_unique<Impl>(std::move(config), clock, random)) {}
Node::~Node() { stop(); }

Result<void, StartError> Node::start() {
  if (auto loaded = impl_->load_authorities(); !loaded) return loaded;
  if (auto opened = impl_->open_database(); !opened) return opened;
  impl_->start_webhooks();  // before anything is written
  if (auto listening = impl_->listen(); !listening) return listening;
  asio::co_spawn(impl_->runtime.context(0), impl_->sweep(), asio::detached);
  asio::co_spawn(impl_->runtime.context(0), impl_->tell_amazon(), asio::detached);
  asio::co_spawn(impl_->runtime.context(0), impl_->reconcile(), asio::detached);
  asio::co_spawn(impl_->runtime.context(0), impl_->purge(), asio::detached);
  impl_->runtime.start();
  impl_->serving = true;
  return {};
}

std::uint16_t Node::public_port() const { return impl_->public_server.port(); }
std::uint16_t Node::operations_port() const { return impl_->operations_server.port(); }

void Node::reload_tls() {
  const auto reloaded = impl_->public_server.reload_tls();
  if (reloaded)
    log::info("tls.reloaded");
  else
    log::error("tls.reload_failed",
               {{"cause", reloaded.error().message}, {"next", "the old certificate stays in use"}});
}

Result<void, StartError> Node::reload(const std::shared_ptr<const Config>& next) {
  const Settings& now = impl_->config->settings;
  if (next->settings.server.public_url != now.server.public_url)
    return std::unexpected(
        StartError{"server.public_url is the OAuth issuer and changes with a restart only"});
  if (const std::string names = needs_restart(now, next->settings); !names.empty())
    log::warn("config.needs_restart", {{"settings", names}, {"next", "they change with a restart only"}});
  SigningKeyHistory signing_keys = impl_->signing_keys;
  const auto complete = signing_keys.carry_over(next, impl_->clock.now());
  auto serving = impl_->serve(complete);  // may throw; nothing has changed until here
  impl_->servings.replace(std::move(serving));
  impl_->signing_keys = std::move(signing_keys);
  impl_->public_server.use(impl_->servings.routers());
  impl_->forget_former();
  asio::post(impl_->runtime.context(0), [sender = impl_->webhooks, complete] { sender->use(*complete); });
  log::info("config.reloaded", {{"clients", complete->clients.size()}, {"skills", complete->skills.size()}});
  return {};
}

void Node::stop() {
  if (impl_->stopping.exchange(true)) return;
  // Nothing is in flight where nothing has run, as after a second listener that could not be opened.
  const milliseconds grace = impl_->serving ? impl_->config->settings.server.stop_grace : seconds{0};
  impl_->let_links_end(grace);
  asio::post(impl_->runtime.context(0), [this] {
    impl_->sweep_pause.cancel();
    impl_->disabler_pause.cancel();
    impl_->reconciler_pause.cancel();
    impl_->purger_pause.cancel();
    if (impl_->webhooks) impl_->webhooks->stop();
  });
  impl_->public_server.stop(grace);
  impl_->operations_server.stop(std::min(grace, milliseconds{500}));
  impl_->runtime.stop(grace);
  impl_->servings.clear();
  if (impl_->database) impl_->database->close();
}

}  // namespace couplet::server
