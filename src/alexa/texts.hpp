// SPDX-License-Identifier: Apache-2.0
// Every word that users read, in each language that is shipped, one row each; a skill's configuration may
// replace any of them. The error table names the rows of its messages, Couplet's pages those of theirs.
#pragma once
#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/skill.hpp"

namespace couplet::alexa {

enum class TextKey {
  none,  // nothing is shown
  // What a link error says.
  problem,     // a problem connecting with Alexa; later
  unexpected,  // an unexpected error; try again
  momentary,   // a momentary error; later
  start_over,  // this link request is no longer good; start again in the app
  // What the pages say.
  linked_title,
  linked,
  not_linked_title,
  declined,  // the user said no at Amazon
  almost_title,
  almost,  // the return page of a browser, before it finishes
  finish,  // its button
  busy,    // the same button once it was tapped
  confirm_title,
  confirm,          // to this account, which the page shows below
  confirm_caution,  // is it yours?
  confirm_label,    // of the number's field
  confirm_missing,  // no six digits were typed
  confirm_wrong,    // others were
  one_more_step_title,
  one_more_step,  // an app link that came to the page
  other_browser_title,
  other_browser,
  incomplete_title,
  incomplete,  // not even a skill is known
  back,        // the button back to the app
  reference,   // what to tell support
  launch_title,
  launch,          // Amazon asks next
  launch_caution,  // did you start this yourself?
  launch_go_on,    // the button
  launch_expired_title,
  launch_expired,
  launch_elsewhere_title,
  launch_elsewhere,
  refused_title,
  refused,  // an authorization request that cannot go back to whoever sent it
  too_many_title,
  too_many,
};

struct Text {
  TextKey key;
  std::string_view name;  // in the configuration
  std::string_view english;
  std::string_view german;
};

/// In the order of TextKey, without `none`. "{service}" stands for the skill's display_name, "{reference}"
/// for the reference code.
[[nodiscard]] std::span<const Text> texts();

/// The languages that are shipped, as the first part of a language tag.
inline constexpr std::array<std::string_view, 2> kShippedLanguages = {"en", "de"};
inline constexpr std::string_view kFallbackLanguage = "en";

/// Who reads: a user of this skill, in this language. Lifetime: not longer than the skill
class Reader {
 public:
  /// Somebody of whom nothing else is known: the skill's own language.
  Reader(const Skill& skill) : skill_(&skill), language_(skill.language) {}  // NOLINT(*-explicit-*)
  Reader(const Skill& skill, std::string language) : skill_(&skill), language_(std::move(language)) {}
  [[nodiscard]] const Skill& skill() const { return *skill_; }
  [[nodiscard]] const std::string& language() const { return language_; }

 private:
  const Skill* skill_;
  std::string language_;
};

/// The reader's language: that of `locale` where the link was started with one, else what the browser prefers
/// (Accept-Language), else the skill's. One that neither Couplet nor the skill has texts in is English.
[[nodiscard]] Reader reader_of(const Skill& skill, std::string_view locale,
                               std::optional<std::string_view> accept_language);

/// The same where no skill is known.
[[nodiscard]] Reader reader_of(std::optional<std::string_view> accept_language);

/// A language tag as BCP 47 writes them, or with '_' as phones do: letters and digits in parts of up to 8.
[[nodiscard]] bool is_locale(std::string_view text);

/// The skill's own text in the reader's language, else its own for every language, else the built-in one.
/// `code` is the error code whose own text goes before that of the key; empty: none.
[[nodiscard]] std::string text(TextKey key, const Reader& reader, std::string_view code = "");

/// The same with "{reference}" filled in.
[[nodiscard]] std::string reference_text(const Reader& reader, std::string_view reference);

/// What is wrong with a name in `messages` of a skill: empty, or for people. Names are those of texts() and
/// of error codes, alone or behind a language and a dot.
[[nodiscard]] std::string message_name_problem(std::string_view name);

}  // namespace couplet::alexa
