// SPDX-License-Identifier: Apache-2.0
#include <sys/prctl.h>
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>

#include "base/log.hpp"
#include "base/unstepped_clock.hpp"
#include "cli/couplet_verbs.hpp"
#include "server/config/config_external.hpp"
#include "server/config/config_tokens.hpp"
#include "server/config/relink_forecast.hpp"
#include "server/node.hpp"

namespace couplet::cli {
namespace {

log::Level to_level(const std::string& text) {
  if (text == "debug") return log::Level::debug;
  if (text == "warn") return log::Level::warn;
  if (text == "error") return log::Level::error;
  return text == "off" ? log::Level::off : log::Level::info;
}

// The memory has keys and tokens in it (SE-07). The limit alone does not count where dumps go to a pipe.
void forbid_core_dumps() {
  constexpr rlimit kNone{0, 0};
  ::setrlimit(RLIMIT_CORE, &kNone);
  ::prctl(PR_SET_DUMPABLE, 0);
}

// SIGHUP reloads, SIGINT and SIGTERM end.
class Signals {
 public:
  Signals(server::Node& node, std::string config_file)
      : node_(node), config_file_(std::move(config_file)), signals_(context_, SIGINT, SIGTERM, SIGHUP) {
    wait();
  }
  void run() { context_.run(); }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error || signal != SIGHUP) return;
      node_.reload_tls();
      reload();
      wait();
    });
  }

  // A file with a fault changes nothing, and each of its faults is named.
  void reload() {
    server::LoadedConfig loaded = server::load_config(config_file_);
    for (const server::ConfigFault& fault : loaded.faults)
      log::write(fault.weight == server::ConfigFault::Weight::error ? log::Level::error : log::Level::warn,
                 "config.fault",
                 {{"file", config_file_},
                  {"line", fault.line},
                  {"setting", fault.setting},
                  {"message", fault.message},
                  {"cure", fault.cure}});
    if (!loaded.config) return keep_old("the file has faults");
    try {
      const auto reloaded = node_.reload(std::move(loaded.config));
      if (!reloaded) keep_old(reloaded.error().message);
    } catch (const std::exception& error) {  // no descriptors or no memory for a second configuration
      keep_old(error.what());
    }
  }
  static void keep_old(std::string_view cause) {
    log::error("config.reload_refused", {{"cause", cause}, {"next", "the old configuration stays in use"}});
  }

  boost::asio::io_context context_{1};
  server::Node& node_;
  std::string config_file_;
  boost::asio::signal_set signals_;
};

int serve_until_signalled(const std::shared_ptr<const server::Config>& shared,
                          const std::string& config_file) {
  const server::Config& config = *shared;
  const SystemClock machine;
  const UnsteppedClock clock(machine);
  SystemRandom random;
  server::Node node(shared, clock, random);
  Signals signals(node, config_file);  // before there are threads, so that none of them dies of one
  if (const auto started = node.start(); !started) {
    std::cerr << "couplet: " << started.error().message << "\n";
    return 1;
  }
  const server::ServerSettings& settings = config.settings.server;
  std::cout << "listening public " << (settings.tls_certificate_file.empty() ? "http://" : "https://")
            << settings.listen.host << ":" << node.public_port() << "\nlistening operations http://"
            << config.settings.operations.listen.host << ":" << node.operations_port() << "\nready"
            << std::endl;
  signals.run();
  node.stop();
  return 0;
}

}  // namespace

std::unique_ptr<const server::Config> load_or_explain(const std::string& file) {
  server::LoadedConfig loaded = server::load_config(file);
  for (const server::ConfigFault& fault : loaded.faults) std::cerr << to_text(fault, file) << "\n";
  return std::move(loaded.config);
}

int serve(const std::string& config_file) {
  forbid_core_dumps();
  const std::shared_ptr<const server::Config> config = load_or_explain(config_file);
  if (!config) return 1;
  log::start(to_level(config->settings.log.level), "couplet");
  const int status = serve_until_signalled(config, config_file);
  log::stop();
  return status;
}

int check(const std::string& config_file) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  std::cout << config_file << ": good; " << config->skills.size() << " skills, " << config->clients.size()
            << " clients\n"
            << server::relink_forecast(*config) << server::describe_signing_keys(*config);
  for (const Skill& skill : config->skills) std::cout << server::describe_external(skill);
  return 0;
}

}  // namespace couplet::cli
