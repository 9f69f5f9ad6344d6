// SPDX-License-Identifier: Apache-2.0
// The Amazon side as two routers: one for browsers and people, one for Amazon's API hosts behind TLS.
#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "emulator/alexa/provider_token_answer.hpp"
#include "emulator/alexa/refresh_manner.hpp"
#include "emulator/scenario/scenario_library.hpp"
#include "emulator/signing/x509.hpp"
#include "emulator/state/model.hpp"
#include "http/client.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

struct World;

struct EmulatorSettings {
  std::vector<AmazonUser> users;
  std::vector<Skill> skills;
  milliseconds provider_deadline = kProviderDeadline;  // shorter only in tests
  RefreshPlan refresh{};
  std::vector<Developer> developers{};
  std::optional<Identity> authority{};  // requests are signed under it; absent: one of its own
  ScenarioLibrary scenarios{};
};

/// Thread: both routers belong to one io_context, the one that `provider` calls from.
class Emulator {
 public:
  /// `provider` calls token URLs and skill endpoints.
  Emulator(EmulatorSettings settings, http::Client& provider, const Clock& clock, Random& random);
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  [[nodiscard]] const http::Router& browser_router() const;
  [[nodiscard]] const http::Router& amazon_router() const;
  /// What Alexa does by itself (skill events, refreshes on schedule) happens as long as `context` runs, which
  /// the routers belong to. It outlives the emulator.
  void start(boost::asio::io_context& context);
  /// Lets `context` come to its end. Thread: any.
  void stop();
  /// For tests that look inside.
  [[nodiscard]] World& world();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::emulator
