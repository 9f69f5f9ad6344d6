// SPDX-License-Identifier: Apache-2.0
// One line of a scenario as words, read from left to right. The first thing that does not fit is remembered
// with its column; what is read after that means nothing.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace couplet::emulator {

using ScenarioVariables = std::map<std::string, std::string, std::less<>>;

struct ScenarioWord {
  std::string text;
  std::size_t column = 0;  // from 1
  bool quoted = false;
};

class ScenarioWords {
 public:
  /// Words are separated by blanks; "a quoted one" and 'this' may hold them; # begins a comment. ${NAME} is a
  /// variable.
  ScenarioWords(std::string_view line, const ScenarioVariables& variables);

  [[nodiscard]] bool empty() const { return next_ >= words_.size(); }
  /// The next word is this one; it stays.
  [[nodiscard]] bool sees(std::string_view word) const;
  /// Takes the next word when it is this one.
  bool take(std::string_view word);
  /// The next word must be one of these; the one that it is.
  std::string one_of(std::initializer_list<std::string_view> allowed);
  /// Any word; `what` completes "expected …".
  std::string word(std::string_view what);
  std::string quoted(std::string_view what);
  std::int64_t number(std::int64_t low, std::int64_t high, std::string_view what);
  double fraction(std::string_view what);
  /// "500ms", "90s", "30m", "1h", "7d"
  milliseconds duration();
  /// Nothing may be left.
  void end();
  /// At the word that was read last.
  void refuse(std::string_view allowed);

  [[nodiscard]] bool failed() const { return !problem_.empty(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::size_t column() const { return column_; }

 private:
  void split(std::string_view line, const ScenarioVariables& variables);
  std::string filled(const std::string& text, std::size_t column, const ScenarioVariables& variables);
  void fail(std::size_t column, std::string problem);
  void unexpected(std::string_view allowed);

  std::vector<ScenarioWord> words_;
  std::size_t next_ = 0;
  std::size_t end_column_ = 1;
  std::size_t column_ = 1;
  std::string problem_;
};

}  // namespace couplet::emulator
