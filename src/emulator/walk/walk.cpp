// SPDX-License-Identifier: Apache-2.0
#include "emulator/walk/walk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "emulator/walk/walk_steps.hpp"

namespace couplet::emulator {

namespace {

constexpr int kStepCount = 8;

/// The first line, without white space around it.
std::string read_api_key(const std::string& file) {
  std::ifstream stream(file);
  std::string key;
  stream >> key;
  return key;
}

http::CurlClientOptions plain_client() {
  http::CurlClientOptions options;
  options.allow_http = true;
  return options;
}

}  // namespace

int walk(const WalkOptions& options) {
  const std::string key = read_api_key(options.api_key_file);
  if (key.empty()) {
    std::cerr << "couplet-emulator: " << options.api_key_file << " holds no API key\n";
    return 1;
  }
  boost::asio::io_context context(1);
  http::CurlClient client(context, plain_client());
  WalkSteps steps(options, WalkApiKey(key), client, std::cout);
  std::cout << "Linking user " << options.user << " of skill " << options.skill
            << " with Alexa, in the guide's 8 steps\n\n";
  int good = 0;
  boost::asio::co_spawn(context, steps.run(), [&](const std::exception_ptr& failure, int count) {
    if (failure) std::rethrow_exception(failure);
    good = count;
  });
  context.run();
  std::cout << "\n" << good << " of " << kStepCount << " steps succeeded\n";
  return good == kStepCount ? 0 : 1;
}

}  // namespace couplet::emulator
