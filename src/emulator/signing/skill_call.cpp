// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/skill_call.hpp"

#include <utility>

namespace couplet::emulator {

http::OutgoingRequest skill_call(const std::string& url, std::string body) {
  http::OutgoingRequest call;
  call.method = "POST";
  call.url = url;
  call.headers = {{"Content-Type", "application/json; charset=utf-8"},
                  {"Accept", "application/json"},
                  {"User-Agent", "Apache-HttpClient/4.5.13 (Java/11; couplet-emulator)"}};
  call.body = std::move(body);
  call.deadlines = {.connect = kSkillDeadline, .first_byte = kSkillDeadline, .total = kSkillDeadline};
  return call;
}

std::string request_time(Instant time) {
  return to_iso8601(std::chrono::floor<seconds>(time)).substr(0, 19) + "Z";
}

}  // namespace couplet::emulator
