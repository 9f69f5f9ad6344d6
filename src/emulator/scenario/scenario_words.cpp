// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_words.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace couplet::emulator {

namespace {

struct UnitRow {
  std::string_view text;
  milliseconds length;
};
constexpr std::array kUnits{UnitRow{"ms", milliseconds(1)}, UnitRow{"s", seconds(1)},
                            UnitRow{"m", minutes(1)}, UnitRow{"h", std::chrono::hours(1)},
                            UnitRow{"d", std::chrono::days(1)}};
constexpr std::int64_t kLongestCount = 1'000'000;
constexpr std::string_view kDurations = "a duration: 500ms, 90s, 30m, 1h or 7d";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace

ScenarioWords::ScenarioWords(std::string_view line, const ScenarioVariables& variables) {
  split(line, variables);
}

void ScenarioWords::split(std::string_view line, const ScenarioVariables& variables) {
  std::size_t at = 0;
  while (at < line.size() && line[at] != '#') {
    if (is_blank(line[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    const char quote = line[at];
    const bool quoted = quote == '"' || quote == '\'';
    if (quoted) {
      at = line.find(quote, begin + 1);
      if (at == std::string_view::npos)
        return fail(begin + 1, std::string("this quotation has no end: ") + quote + " is missing");
      words_.push_back({std::string(line.substr(begin + 1, at - begin - 1)), begin + 1, true});
      ++at;
    } else {
      while (at < line.size() && !is_blank(line[at])) ++at;
      words_.push_back({std::string(line.substr(begin, at - begin)), begin + 1, false});
    }
    end_column_ = at + 1;
    words_.back().text = filled(words_.back().text, begin + 1, variables);
  }
}

std::string ScenarioWords::filled(const std::string& text, std::size_t column,
                                  const ScenarioVariables& variables) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t open = text.find("${"); open != std::string::npos; open = text.find("${", at)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) {
      fail(column, "this variable has no end: } is missing");
      return text;
    }
    const std::string name = text.substr(open + 2, close - open - 2);
    const auto found = variables.find(name);
    if (found == variables.end()) {
      fail(column, "the variable " + name + " has no value: give it with --set " + name + "=VALUE");
      return text;
    }
    result += text.substr(at, open - at) + found->second;
    at = close + 1;
  }
  return result + text.substr(at);
}

bool ScenarioWords::sees(std::string_view word) const {
  return !empty() && !words_[next_].quoted && words_[next_].text == word;
}

bool ScenarioWords::take(std::string_view word) {
  if (!sees(word)) return false;
  ++next_;
  return true;
}

std::string ScenarioWords::one_of(std::initializer_list<std::string_view> allowed) {
  std::string list;
  for (const std::string_view word : allowed) {
    if (take(word)) return std::string(word);
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  unexpected(list);
  return "";
}

std::string ScenarioWords::word(std::string_view what) {
  if (empty()) {
    unexpected(what);
    return "";
  }
  return words_[next_++].text;
}

std::string ScenarioWords::quoted(std::string_view what) {
  if (empty() || !words_[next_].quoted) {
    unexpected(std::string(what) + " in quotes");
    return "";
  }
  return words_[next_++].text;
}

std::int64_t ScenarioWords::number(std::int64_t low, std::int64_t high, std::string_view what) {
  const std::string range =
      std::string(what) + ", a number from " + std::to_string(low) + " to " + std::to_string(high);
  if (empty()) {
    unexpected(range);
    return low;
  }
  const std::string& text = words_[next_].text;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < low || number > high) {
    unexpected(range);
    return low;
  }
  ++next_;
  return number;
}

double ScenarioWords::fraction(std::string_view what) {
  const std::string text = word(what);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  refuse(what);
  return 0;
}

milliseconds ScenarioWords::duration() {
  const std::string text = word(kDurations);
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && count >= 0 && count <= kLongestCount)
    for (const UnitRow& unit : kUnits)
      if (std::string_view(end, text.data() + text.size()) == unit.text) return unit.length * count;
  refuse(kDurations);
  return milliseconds{0};
}

void ScenarioWords::end() {
  if (!empty()) unexpected("the end of the line");
}

void ScenarioWords::refuse(std::string_view allowed) {
  if (next_ > 0) --next_;
  unexpected(allowed);
}

void ScenarioWords::unexpected(std::string_view allowed) {
  if (empty()) return fail(end_column_, "the line ends here; expected " + std::string(allowed));
  fail(words_[next_].column, "found " + in_quotes(words_[next_].text) + "; expected " + std::string(allowed));
}

void ScenarioWords::fail(std::size_t column, std::string problem) {
  if (failed()) return;
  column_ = column;
  problem_ = std::move(problem);
}

}  // namespace couplet::emulator
