// SPDX-License-Identifier: Apache-2.0
// The emulator's control interface and its consent pages, called from outside: what `play` and `swarm` need.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

/// Thread: the client's.
class ControlClient {
 public:
  /// `url` is the browser URL of the emulator.
  ControlClient(std::string url, http::Client& client);

  struct Answer {
    int status = 0;
    json::object body;
  };
  /// `path` begins behind /_emulator/api. An empty body is not sent.
  /// Errors: a sentence: no answer, or what the emulator said against it
  Task<Result<Answer, std::string>> call(std::string method, std::string path, json::object body);

  /// Opens a consent page and answers it; the query with which the browser is sent back.
  /// Errors: a sentence
  Task<Result<json::object, std::string>> decide(std::string page_url, std::string user,
                                                 std::string decision);

  /// The skill with this id, or with this name as it stands in URLs ("ride-hailer" is "Ride Hailer"); empty:
  /// the only one. Errors: a sentence with the skills that there are
  Task<Result<json::object, std::string>> find_skill(std::string name);

 private:
  Task<Result<http::IncomingResponse, std::string>> send(http::OutgoingRequest request);

  std::string url_;
  http::Client& client_;
};

}  // namespace couplet::emulator
