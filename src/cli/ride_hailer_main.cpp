// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>

#include "base/log.hpp"
#include "http/server.hpp"
#include "ride_hailer/service.hpp"

namespace {

using namespace couplet;
using ride_hailer::Config;

void wait_for_stop_signal() {
  boost::asio::io_context context;
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([](boost::system::error_code, int) {});
  std::cout << "ready" << std::endl;
  context.run();
}

int serve(const Config& config) {
  const SystemClock clock;
  SystemRandom random;
  http::Runtime runtime(1);
  http::CurlClient client(runtime.context(0), {.ca_file = config.couplet_ca_file,
                                               .connect_to = {},
                                               .allowed_hosts = {ride_hailer::host_of(config.couplet.url)},
                                               .allow_http = !ride_hailer::is_https(config.couplet.url)});
  ride_hailer::Service service(config, client, clock, random);
  http::Server server({.address = config.listen_address,
                       .port = config.listen_port,
                       .tls = {},
                       .limits = {},
                       .trusted_proxies = {}},
                      clock, random);
  const auto started = server.start(runtime.contexts(), {&service.router()});
  if (!started) {
    std::cerr << "ride-hailer: " << started.error().message << "\n";
    return 1;
  }
  runtime.start();
  std::cout << "listening public http://" << config.listen_address << ":" << server.port() << std::endl;
  wait_for_stop_signal();
  server.stop(std::chrono::seconds{5});
  runtime.stop(std::chrono::seconds{5});
  return 0;
}

int load_and_serve(const std::string& file) {
  const auto config = ride_hailer::load_config(file);
  if (config) return serve(*config);
  for (const auto& fault : config.error())
    std::cerr << "ride-hailer: " << file << ": " << fault.message << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Ride Hailer, the example provider of Couplet"};
  app.require_subcommand(1);
  std::string file;
  CLI::App* const command =
      app.add_subcommand("serve", "answer browsers and skill requests until SIGINT or SIGTERM");
  command->add_option("--config", file, "the TOML file to read")->required();
  CLI11_PARSE(app, argc, argv);
  log::start(log::Level::info, "ride-hailer");
  int status = 1;
  try {
    status = load_and_serve(file);
  } catch (const std::exception& error) {
    std::cerr << "ride-hailer: " << error.what() << "\n";
  }
  log::stop();
  return status;
}
