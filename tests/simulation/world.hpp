// SPDX-License-Identifier: Apache-2.0
// One life: a seed's worth of people linking and unlinking, one to three nodes that may die, an Amazon that
// may not answer.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "simulation/process.hpp"

namespace couplet::simulation {

/// One link that somebody began.
struct Started {
  alexa::StartedLink link;
  std::string user;
  std::string customer;
  std::string amazon_code;
  bool finished = false;  // a caller was told "linked" or "failed"
};

class World {
 public:
  explicit World(std::uint64_t seed);
  ~World();

  /// Plays the life, then lets both sides come to rest. What is wrong in the end; empty when all is well.
  std::string live();
  [[nodiscard]] const Story& story() const { return story_; }

 private:
  friend class Invariants;
  static const KeyRing& keys();

  void act();
  void start_link();
  void finish_link();
  void unlink();
  void look_afresh();
  void deliver_event();
  void sweep();
  void crash_or_start();
  void start(std::size_t index);
  void come_to_rest();
  void run(int turns);
  void poll();
  /// One that is up, as a load balancer would choose; null when none is.
  Process* node();
  static void spawn(Process& node, Task<void> work);
  Task<void> finish(Process& node, std::size_t index);
  Task<std::optional<TokenReply>> ask_token_endpoint(std::string body);

  const std::uint64_t seed_;
  Dice dice_;
  Story story_;
  FakeClock clock_{from_unix_seconds(1'800'000'000)};
  SeededRandom random_;
  boost::asio::io_context amazon_context_{1};
  Schedule schedule_{dice_};
  TurnPauses pauses_{schedule_, clock_};
  AmazonModel amazon_{dice_, schedule_, story_, clock_, amazon_context_};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Store> store_;        // for the invariants
  std::vector<std::unique_ptr<Process>> nodes_;  // null while one is down
  std::vector<std::unique_ptr<Started>> started_;
  std::vector<std::pair<std::string, Instant>> unlinks_;  // who asked for it, and when
};

}  // namespace couplet::simulation
