// SPDX-License-Identifier: Apache-2.0
// The real program: its configuration, keys and codes, and the requests that are sent to it.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "amazon.hpp"
#include "child.hpp"

namespace couplet::bench {

struct Prepared {
  std::size_t codes = 0;   // authorization codes in store
  std::size_t links = 0;   // users who have consented at Amazon, whose links wait to be finished
  std::size_t grants = 0;  // linked users beside those that are measured
};

/// A `couplet serve` of its own in a fresh folder, with one client, one skill, and an emulator for Amazon.
class Subject {
 public:
  Subject(const std::filesystem::path& programs, const std::filesystem::path& folder,
          const Prepared& prepared);

  [[nodiscard]] const ServerProcess& process() const { return *process_; }
  [[nodiscard]] std::string refresh_request() const;
  [[nodiscard]] std::string start_request(const std::string& user = "user-alice") const;
  [[nodiscard]] std::string introspect_request() const;
  /// False when all codes are spent.
  bool next_exchange(std::string& request);
  /// The call that finishes a link; false when everybody is linked.
  bool next_finish(std::string& request);

  [[nodiscard]] std::uintmax_t database_bytes() const;

  /// What it answered while it was prepared; the floors answer the same bytes.
  [[nodiscard]] const std::string& token_answer() const { return token_answer_; }
  [[nodiscard]] const std::string& start_answer() const { return start_answer_; }
  [[nodiscard]] const std::string& introspect_answer() const { return introspect_answer_; }

 private:
  void prepare_links(std::size_t count);
  [[nodiscard]] std::string api_headers() const;
  [[nodiscard]] std::string token_request(const std::string& form) const;

  std::filesystem::path folder_;
  std::string api_key_;
  Amazon amazon_;
  std::string refresh_token_;
  std::string access_token_;
  std::vector<std::string> codes_;
  std::size_t next_code_ = 0;
  std::vector<std::string> finish_requests_;
  std::size_t next_finish_ = 0;
  std::string token_answer_;
  std::string start_answer_;
  std::string introspect_answer_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace couplet::bench
