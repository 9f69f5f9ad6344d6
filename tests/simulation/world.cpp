// SPDX-License-Identifier: Apache-2.0
#include "simulation/world.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "server/common/testing/test_config.hpp"
#include "simulation/invariants.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::simulation {
namespace {

namespace asio = boost::asio;

constexpr const char* kUsers[] = {"alice", "bob"};
constexpr const char* kCustomers[] = {"anna", "ada", "tom", "ted"};

constexpr auto kAtOnce = server::LinkEngine::Unsettled::ask_at_once;
constexpr auto kWhenDue = server::LinkEngine::Unsettled::ask_when_due;

// Made once: keys take longer than a life.
const server::Config& config() {
  static const server::Config made = [] {
    server::Config config = server::testing::test_config();
    Client& alexa = config.clients.front();
    alexa.client_secret_hashes = {
        hash_client_secret(*config.keys, alexa.client_id, ClientSecret(std::string("alexa-secret")))};
    return config;
  }();
  return made;
}

server::Metrics& metrics() {
  static server::Metrics made;
  return made;
}

}  // namespace

World::World(std::uint64_t seed)
    : seed_(seed),
      dice_(seed),
      random_(seed ^ 0x5eed),
      database_(storage::make_memory_database()),
      store_(database_->open_store()) {
  constexpr std::uint32_t kFaults[] = {0, 5, 20, 50};
  amazon_.fault_percent = kFaults[dice_.roll(4)];
  amazon_.loses_redemptions = dice_.chance(50);
  amazon_.ask_token_endpoint = [this](std::string body) { return ask_token_endpoint(std::move(body)); };
  nodes_.resize(1 + dice_.roll(3));
  for (std::size_t i = 0; i < nodes_.size(); ++i) start(i);
}

World::~World() = default;

const KeyRing& World::keys() { return *config().keys; }

Process* World::node() {
  std::vector<Process*> up;
  for (const auto& node : nodes_)
    if (node) up.push_back(node.get());
  return up.empty() ? nullptr : up[dice_.roll(up.size())];
}

Task<std::optional<TokenReply>> World::ask_token_endpoint(std::string body) {
  Process* const asked = node();
  if (!asked) co_return std::nullopt;
  story_.tell("  " + asked->name() + ": alexa calls the token endpoint");
  co_return co_await asked->post_token(std::move(body));
}

void World::spawn(Process& node, Task<void> work) {
  asio::co_spawn(node.context(), std::move(work), asio::detached);
}

// Everything that can go on without a turn.
void World::poll() {
  std::size_t ran = 1;
  while (ran > 0) {
    amazon_context_.restart();
    ran = amazon_context_.poll();
    for (const auto& node : nodes_) {
      if (!node) continue;
      node->context().restart();
      ran += node->context().poll();
    }
  }
}

void World::run(int turns) {
  poll();
  for (int i = 0; i < turns && schedule_.wake_one(); ++i) {
    clock_.advance(milliseconds{1 + dice_.roll(20)});
    poll();
  }
}

void World::start_link() {
  auto started = std::make_unique<Started>();
  started->user = kUsers[dice_.roll(2)];
  const bool second = dice_.chance(20);  // the Amazon account of somebody else in the house
  started->customer = started->user == "alice" ? (second ? "ada" : "anna") : (second ? "ted" : "tom");
  started->link.attempt_id = AttemptId::make(clock_.now(), random_);
  started->link.skill = SkillName("ride-hailer");
  started->link.user = UserId(started->user);
  started->link.redirect_uri = "https://app.example.org/cb";
  started->link.key_id = 1;
  started->amazon_code = amazon_.consent(started->customer, clock_.now());
  story_.tell(started->user + " starts a link, " + started->customer + " consents: " + started->amazon_code);
  started_.push_back(std::move(started));
}

Task<void> World::finish(Process& node, std::size_t index) {
  const Skill& skill = config().skills.front();
  Started& started = *started_[index];
  alexa::StartedLink link = started.link;
  auto result = co_await node.engine().finish(skill, std::move(link), alexa::AmazonCode(started.amazon_code));
  std::string told = "not decided";
  if (result) {
    told = std::string(enum_text(kAttemptStatuses, result->status)) + ' ' + result->failed_code;
    started.finished = true;
  }
  story_.tell(node.name() + ": " + started.user + " is told of " + started.amazon_code + ": " + told);
}

// Each copy wherever the load balancer sends it.
void World::finish_link() {
  if (started_.empty()) return start_link();
  const std::size_t index = dice_.roll(started_.size());
  const std::uint32_t copies = 1 + dice_.roll(3);
  for (std::uint32_t i = 0; i < copies; ++i) {
    Process* const asked = node();
    if (!asked) return;
    story_.tell(asked->name() + ": " + started_[index]->user + " finishes " + started_[index]->amazon_code);
    spawn(*asked, finish(*asked, index));
  }
}

void World::unlink() {
  const std::string user = kUsers[dice_.roll(2)];
  Process* const asked = node();
  if (!asked) return;
  story_.tell(asked->name() + ": " + user + " unlinks");
  unlinks_.emplace_back(user, clock_.now());
  spawn(*asked, [](Story& story, Process& node, std::string who) -> Task<void> {
    const std::string outcome = co_await node.unlink(who);
    story.tell(node.name() + ": " + who + " unlinked: " + outcome);
  }(story_, *asked, user));
}

void World::look_afresh() {
  const std::string user = kUsers[dice_.roll(2)];
  Process* const asked = node();
  if (!asked) return;
  spawn(*asked, [](Story& story, Process& node, std::string who) -> Task<void> {
    const std::string status = co_await node.fresh_status(who);
    story.tell(node.name() + ": " + who + " looks: " + status);
  }(story_, *asked, user));
}

// Whichever; and it may come again.
void World::deliver_event() {
  if (amazon_.events.empty()) return;
  Process* const asked = node();
  if (!asked) return;
  const std::size_t index = dice_.roll(amazon_.events.size());
  const AlexaEvent event = amazon_.events[index];
  if (dice_.chance(70)) amazon_.events.erase(amazon_.events.begin() + static_cast<std::ptrdiff_t>(index));
  spawn(*asked, [](Story& story, Process& node, AlexaEvent told) -> Task<void> {
    const std::string what = told.customer + ": " + std::string(enum_text(kSkillEventTypes, told.type));
    const std::string outcome = co_await node.take(std::move(told));
    story.tell("  " + node.name() + ": alexa tells of " + what + ": " + outcome);
  }(story_, *asked, event));
}

// What a node does by itself: attempts that were left lying, and what is owed to Amazon.
void World::sweep() {
  Process* const one = node();
  if (!one) return;
  story_.tell(one->name() + " sweeps");
  spawn(*one, one->engine().pick_up(clock_.now() - server::LinkEngine::kOrphanedAfter, kWhenDue));
  spawn(*one, one->disabler().work_off(100));
}

void World::crash_or_start() {
  const std::size_t index = dice_.roll(nodes_.size());
  if (!nodes_[index]) return start(index);
  story_.tell(nodes_[index]->name() + " dies");
  nodes_[index].reset();
  poll();  // Amazon notices broken connections
  if (dice_.chance(70)) start(index);
}

void World::start(std::size_t index) {
  const std::string name = "node " + std::to_string(index + 1);
  story_.tell(name + " starts");
  nodes_[index] =
      std::make_unique<Process>(name, config(), *database_, amazon_, pauses_, clock_, random_, metrics());
  const bool alone = std::ranges::count_if(nodes_, [](const auto& node) { return node != nullptr; }) == 1;
  if (alone) spawn(*nodes_[index], nodes_[index]->engine().pick_up(clock_.now() + milliseconds{1}, kAtOnce));
  poll();
}

void World::act() {
  switch (dice_.roll(15)) {
    case 0:
    case 1:
    case 2: return start_link();
    case 3:
    case 4:
    case 5: return finish_link();
    case 6: return unlink();
    case 7: return look_afresh();
    case 8:
      return asio::co_spawn(amazon_context_, amazon_.refresh_our_token(kCustomers[dice_.roll(4)]),
                            asio::detached);
    case 9: return amazon_.disable_by_voice(kCustomers[dice_.roll(4)]);
    case 10: return crash_or_start();
    case 11:
    case 12: return deliver_event();
    case 13: return sweep();
    default: clock_.advance(seconds{1 + dice_.roll(200)});
  }
}

// Faults stop; what was left over is settled as the server does by itself: after a while, and again.
void World::come_to_rest() {
  amazon_.fault_percent = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (!nodes_[i]) start(i);
  run(100'000);
  for (int i = 0; i < 3; ++i) {
    clock_.advance(minutes{10});
    for (std::size_t each = 0; each < nodes_.size(); ++each) sweep();
    run(100'000);
  }
  while (!amazon_.events.empty()) {
    deliver_event();
    run(100'000);
  }
  for (const char* user : kUsers) {
    Process& asked = *node();
    spawn(asked,
          [](Process& at, std::string name) -> Task<void> { co_await at.fresh_status(name); }(asked, user));
    run(100'000);
  }
}

std::string World::live() {
  const std::uint32_t acts = 5 + dice_.roll(25);
  for (std::uint32_t i = 0; i < acts; ++i) {
    act();
    run(static_cast<int>(dice_.roll(12)));
  }
  come_to_rest();
  return Invariants(*this).check();
}

}  // namespace couplet::simulation
