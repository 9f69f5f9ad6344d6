// SPDX-License-Identifier: Apache-2.0
// The eight steps of "App-to-App Account Linking (Starting From Your App)", each one a call or a few.
#pragma once
#include <ostream>
#include <string>
#include <vector>

#include "base/form.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "emulator/walk/walk.hpp"
#include "emulator/walk/walk_calls.hpp"
#include "emulator/walk/walk_report.hpp"

namespace couplet::emulator {

using WalkApiKey = Secret<struct WalkApiKeyTag>;

class WalkSteps {
 public:
  WalkSteps(WalkOptions options, WalkApiKey api_key, http::Client& client, std::ostream& out)
      : options_(std::move(options)), api_key_(std::move(api_key)), calls_(client), out_(out) {}

  /// How many of the steps succeeded; prints each as soon as it is done.
  Task<int> run();

 private:
  using Step = Task<StepReport> (WalkSteps::*)(StepReport);
  Task<StepReport> show_screen(StepReport step);         // 1
  Task<StepReport> check_associations(StepReport step);  // 2
  Task<StepReport> compare_skill(StepReport step);       // 3
  Task<StepReport> get_amazon_code(StepReport step);     // 4
  Task<StepReport> finish_link(StepReport step);         // 5
  Task<StepReport> show_enablement(StepReport step);     // 6
  Task<StepReport> show_status(StepReport step);         // 7
  Task<StepReport> use_token(StepReport step);           // 8

  Task<std::string> look_up_emulator();  // skill and Amazon account; a sentence when it fails
  std::string choose_skill(const json::object& answer);
  std::string choose_account(const json::object& answer);
  Task<void> read_journal(std::uint64_t since);
  Task<std::string> allow(StepReport& step, std::string url);  // presses the button; a sentence when it fails
  [[nodiscard]] const json::object* journal_entry(std::string_view direction,
                                                  std::string_view path_end) const;
  [[nodiscard]] std::string link_url(std::string_view leaf) const;
  [[nodiscard]] http::Headers authorization() const;

  WalkOptions options_;
  WalkApiKey api_key_;
  WalkCalls calls_;
  std::ostream& out_;

  json::object skill_;       // as the emulator shows it
  std::string amazon_user_;  // the emulator's id
  std::string oauth_state_;
  std::string amazon_code_;
  std::vector<json::object> journal_;  // what the emulator saw while the link was finished
  WalkAnswer finished_;
};

}  // namespace couplet::emulator
