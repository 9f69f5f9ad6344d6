// SPDX-License-Identifier: Apache-2.0
// What happened, line by line, and a hash of it: two runs of one seed must agree in it.
#pragma once
#include <cstdint>
#include <functional>
#include <sstream>
#include <string>

namespace couplet::simulation {

class Story {
 public:
  void tell(const std::string& line) {
    text_ += line + '\n';
    hash_ = hash_ * 1'099'511'628'211ULL ^ std::hash<std::string>()(line);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  std::string text_;
  std::uint64_t hash_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace couplet::simulation
