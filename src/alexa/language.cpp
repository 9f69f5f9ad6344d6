// SPDX-License-Identifier: Apache-2.0
// Which of the languages that there are texts in a reader gets.
#include <algorithm>
#include <charconv>

#include "alexa/texts.hpp"

namespace couplet::alexa {
namespace {

constexpr std::size_t kMostPreferences = 16;  // of one Accept-Language; the rest is nobody's browser

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// "de-AT" → "de"
std::string primary_language(std::string_view locale) {
  std::string language(locale.substr(0, std::min(locale.find_first_of("-_"), locale.size())));
  std::ranges::transform(language, language.begin(), lower);
  return language;
}

bool has_texts_in(const Skill& skill, const std::string& language) {
  if (std::ranges::find(kShippedLanguages, language) != kShippedLanguages.end()) return true;
  const auto own = skill.messages.lower_bound(language + ".");
  return own != skill.messages.end() && own->first.starts_with(language + ".");
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// In thousandths; what cannot be read weighs nothing. Spec: RFC 9110 12.4.2
int weight_of(std::string_view parameters) {
  const std::string_view value = trimmed(parameters);
  if (value.empty()) return 1000;
  if (!value.starts_with("q=") && !value.starts_with("Q=")) return 0;
  double weight = 0;
  const std::string_view number = value.substr(2);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
  const bool good =
      error == std::errc{} && end == number.data() + number.size() && weight >= 0 && weight <= 1;
  return good ? static_cast<int>(weight * 1000) : 0;
}

struct Preference {
  std::string language;
  int weight;
};

// What the browser takes; "*" says nothing about a language. Spec: RFC 9110 12.5.4
std::vector<Preference> preferences_of(std::string_view accept_language) {
  std::vector<Preference> out;
  while (!accept_language.empty() && out.size() < kMostPreferences) {
    const std::size_t comma = std::min(accept_language.find(','), accept_language.size());
    const std::string_view item = accept_language.substr(0, comma);
    accept_language.remove_prefix(std::min(comma + 1, accept_language.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view tag = trimmed(item.substr(0, semicolon));
    const int weight = weight_of(item.substr(std::min(semicolon + 1, item.size())));
    if (is_locale(tag) && weight > 0) out.push_back({primary_language(tag), weight});
  }
  return out;
}

}  // namespace

bool is_locale(std::string_view text) {
  constexpr std::size_t kLongest = 35;  // RFC 5646 4.4.1
  if (text.empty() || text.size() > kLongest) return false;
  std::size_t part = 0;
  bool first = true;
  for (const char c : text) {
    const bool letter = lower(c) >= 'a' && lower(c) <= 'z';
    if (c == '-' || c == '_') {
      if (part == 0) return false;
      part = 0;
      first = false;
    } else if ((!letter && (first || c < '0' || c > '9')) || ++part > 8) {
      return false;
    }
  }
  return part > 0;
}

Reader reader_of(const Skill& skill, std::string_view locale,
                 std::optional<std::string_view> accept_language) {
  std::vector<Preference> wanted;
  if (!locale.empty())
    wanted.push_back({primary_language(locale), 1000});
  else if (accept_language)
    wanted = preferences_of(*accept_language);
  if (wanted.empty()) return {skill};
  const Preference* best = nullptr;  // of equals, the one named first
  for (const Preference& each : wanted)
    if (has_texts_in(skill, each.language) && (!best || each.weight > best->weight)) best = &each;
  return {skill, best ? best->language : std::string(kFallbackLanguage)};
}

Reader reader_of(std::optional<std::string_view> accept_language) {
  static const Skill kNoSkill;
  return reader_of(kNoSkill, "", accept_language);
}

}  // namespace couplet::alexa
