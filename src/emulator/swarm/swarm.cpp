// SPDX-License-Identifier: Apache-2.0
#include "emulator/swarm/swarm.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <fstream>
#include <iostream>

#include "emulator/swarm/swarm_run.hpp"

namespace couplet::emulator {

namespace {

std::string first_word_of(const std::string& file) {
  std::ifstream stream(file);
  std::string word;
  stream >> word;
  return word;
}

void print(const SwarmCounts& counts, double elapsed_seconds) {
  std::cout << counts.links << " links, " << counts.requests << " uses of the skill, " << counts.refreshes
            << " refreshes, " << counts.left_in_the_app << " left in the app, " << counts.left_at_alexa
            << " left at Alexa, " << counts.drops << " drops, " << counts.failures << " failures, "
            << elapsed_seconds << " s\n"
            << counts.linked << " are linked on both sides at the end, " << counts.different
            << " are not the same on both\n";
}

}  // namespace

int swarm(const SwarmOptions& options) {
  ScenarioProvider provider;
  provider.url = options.provider_url;
  provider.api_key = first_word_of(options.api_key_file);
  http::CurlClientOptions client_options;
  client_options.allow_http = true;
  client_options.ca_file = options.ca_file;
  client_options.waiting_per_host = 10'000;
  boost::asio::io_context context(1);
  http::CurlClient client(context, client_options);
  const SystemClock clock;
  std::cout << options.users << " people, " << options.days << " days, " << options.requests_per_user
            << " uses of the skill each\n";
  SwarmRun run(options, std::move(provider), client, clock, std::cout);
  SwarmCounts counts;
  const auto began = clock.monotonic();
  boost::asio::co_spawn(context, run.run(),
                        [&](const std::exception_ptr& failure, const SwarmCounts& counted) {
                          if (failure) std::rethrow_exception(failure);
                          counts = counted;
                        });
  context.run();
  print(counts, std::chrono::duration<double>(clock.monotonic() - began).count());
  const bool good = counts.links == options.users && counts.failures == 0 && counts.different == 0;
  return good ? 0 : 1;
}

}  // namespace couplet::emulator
