// SPDX-License-Identifier: Apache-2.0
// The real program: its configuration, keys and codes, and the requests that are sent to it.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "child.hpp"

namespace couplet::bench {

/// A `couplet serve` of its own in a fresh folder, with one client, one skill, and authorization codes in
/// store.
class Subject {
 public:
  Subject(const std::string& program, const std::filesystem::path& folder, std::size_t codes);

  [[nodiscard]] const ServerProcess& process() const { return *process_; }
  [[nodiscard]] std::string refresh_request() const;
  [[nodiscard]] std::string start_request() const;
  /// False when all codes are spent.
  bool next_exchange(std::string& request);
  [[nodiscard]] std::size_t codes_left() const { return codes_.size() - next_code_; }

  /// What it answered while it was prepared; the floors answer the same bytes.
  [[nodiscard]] const std::string& token_answer() const { return token_answer_; }
  [[nodiscard]] const std::string& start_answer() const { return start_answer_; }

 private:
  [[nodiscard]] std::string token_request(const std::string& form) const;

  std::string api_key_;
  std::string refresh_token_;
  std::vector<std::string> codes_;
  std::size_t next_code_ = 0;
  std::string token_answer_;
  std::string start_answer_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace couplet::bench
