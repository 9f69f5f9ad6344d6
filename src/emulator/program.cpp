// SPDX-License-Identifier: Apache-2.0
#include "emulator/program.hpp"

#include <signal.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "base/log.hpp"
#include "emulator/config.hpp"
#include "emulator/emulator.hpp"
#include "emulator/signing/certificate_authority.hpp"
#include "http/server.hpp"

namespace couplet::emulator {

namespace {

constexpr milliseconds kGrace{1000};  // an answer that is late on purpose is not waited for
constexpr std::size_t kLargestSnapshot = 256 * 1024 * 1024;

/// Blocked in every thread that is started after this, so that wait_for_signal() gets them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int wait_for_signal(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
  return received;
}

std::optional<Config> load_config(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    std::cerr << "couplet-emulator: cannot read " << file.string() << "\n";
    return std::nullopt;
  }
  auto config = read_config(text.str(), file.parent_path());
  if (config) return std::move(*config);
  for (const ConfigFault& fault : config.error()) std::cerr << fault_text(file.string(), fault) << "\n";
  return std::nullopt;
}

http::CurlClientOptions client_options(const TokenClientConfig& config) {
  http::CurlClientOptions options;
  options.ca_file = config.ca_file.string();
  options.connect_to = config.connect_to;
  options.allow_http = true;  // the configuration allows it to this machine only
  return options;
}

http::ListenOptions listen_options(const ListenAddress& address, std::optional<http::TlsFiles> tls) {
  http::ListenOptions options;
  options.address = address.address;
  options.port = address.port;
  options.tls = std::move(tls);
  options.limits.handler_deadline = seconds(90);  // a fault may delay a call by a minute
  return options;
}

bool start(http::Server& server, http::Runtime& runtime, const http::Router& router, std::string_view name,
           std::string_view scheme, const ListenAddress& address) {
  const auto started = server.start(runtime.contexts(), {&router});
  if (!started) {
    std::cerr << "couplet-emulator: " << started.error().message << "\n";
    return false;
  }
  std::cout << "listening " << name << " " << scheme << "://" << address.address << ":" << server.port()
            << std::endl;
  return true;
}

int run(Config config, const sigset_t& signals) {
  const SystemClock clock;
  SystemRandom random;
  const auto certificates = prepare_certificates(config.state_dir, clock.now(), random);
  if (!certificates) {
    std::cerr << "couplet-emulator: " << certificates.error() << "\n";
    return 1;
  }
  http::Runtime runtime(1);  // all state lives on one thread
  http::CurlClient provider(runtime.context(0), client_options(config.token_client));
  EmulatorSettings settings{std::move(config.users), std::move(config.skills)};
  settings.refresh = config.refresh;
  settings.developers = std::move(config.developers);
  settings.scenarios = std::move(config.scenarios);
  settings.authority = read_authority(config.state_dir);
  Emulator emulator(std::move(settings), provider, clock, random);
  const http::TlsFiles tls{certificates->chain.string(), certificates->private_key.string()};
  http::ListenOptions browser_options = listen_options(config.browser, std::nullopt);
  browser_options.limits.body_bytes = kLargestSnapshot;
  http::Server browser(std::move(browser_options), clock, random);
  http::Server amazon(listen_options(config.amazon, tls), clock, random);
  if (!start(browser, runtime, emulator.browser_router(), "browser", "http", config.browser)) return 1;
  if (!start(amazon, runtime, emulator.amazon_router(), "amazon", "https", config.amazon)) return 1;
  emulator.start(runtime.context(0));
  runtime.start();
  std::cout << "ready" << std::endl;
  log::info("emulator.stopping", {{"signal", wait_for_signal(signals)}});
  emulator.stop();
  browser.stop(kGrace);
  amazon.stop(kGrace);
  runtime.stop(kGrace);
  return 0;
}

}  // namespace

int serve(const std::filesystem::path& config_file) {
  auto config = load_config(config_file);
  if (!config) return 1;
  const sigset_t signals = block_signals();
  log::start(log::Level::info, "couplet-emulator");
  const int exit_code = run(std::move(*config), signals);
  log::stop();
  return exit_code;
}

}  // namespace couplet::emulator
