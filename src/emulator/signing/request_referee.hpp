// SPDX-License-Identifier: Apache-2.0
// For the tests of this folder: judges signed requests by itself, with OpenSSL's chain building, and names
// every rule that one breaks, so that a wrong way can be shown to be wrong in one thing only.
#pragma once
#include <functional>
#include <set>
#include <string>

#include "emulator/signing/wrong_ways.hpp"
#include "http/client.hpp"

namespace couplet::emulator::test {

class RequestReferee {
 public:
  /// Fetches a chain; "" stands for anything but a small file at once.
  using Fetch = std::function<std::string(const std::string& file_name)>;

  RequestReferee(std::string root_pem, std::string skill_id, Fetch fetch)
      : root_pem_(std::move(root_pem)), skill_id_(std::move(skill_id)), fetch_(std::move(fetch)) {}

  [[nodiscard]] std::set<Rule> broken(const http::OutgoingRequest& request, Instant now) const;

 private:
  [[nodiscard]] std::set<Rule> broken_by_message(const std::string& body, Instant now) const;

  std::string root_pem_;
  std::string skill_id_;
  Fetch fetch_;
};

}  // namespace couplet::emulator::test
