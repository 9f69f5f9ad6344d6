// SPDX-License-Identifier: Apache-2.0
// The calls of a walk: sends, measures, and keeps what may be shown.
#pragma once
#include <string>

#include "base/json.hpp"
#include "base/task.hpp"
#include "emulator/walk/walk_report.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

struct WalkAnswer {
  WalkLine line;
  int status = 0;  // 0: no answer
  std::string body;
  http::Headers headers;
  std::string failure;  // why there was no answer

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
  [[nodiscard]] json::object json_body() const;  // empty when it is no JSON object
};

/// "answered 401, code invalid_api_key", or why there was no answer.
[[nodiscard]] std::string answered(const WalkAnswer& answer);

class WalkCalls {
 public:
  explicit WalkCalls(http::Client& client) : client_(client) {}
  Task<WalkAnswer> send(std::string who, http::OutgoingRequest request);
  Task<WalkAnswer> get(std::string who, std::string url);
  Task<WalkAnswer> post_json(std::string who, std::string url, json::object body, http::Headers headers);
  Task<WalkAnswer> post_form(std::string who, std::string url, std::string form);

 private:
  http::Client& client_;
};

}  // namespace couplet::emulator
