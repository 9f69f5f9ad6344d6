// SPDX-License-Identifier: Apache-2.0
// Pages from templates embedded at build time. A template only names places; what goes there is escaped for
// HTML unless it is Html already. No decisions in templates.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace couplet::http {

/// Text that is HTML already. Made by render() and by html_literal() of constants, never from outside text.
class Html {
 public:
  Html() = default;
  [[nodiscard]] const std::string& text() const { return text_; }
  Html& operator+=(const Html& other) {
    text_ += other.text_;
    return *this;
  }

 private:
  friend Html render(std::string_view, std::initializer_list<struct HtmlValue>);
  friend Html html_literal(std::string_view constant);
  std::string text_;
};

[[nodiscard]] std::string escape_html(std::string_view text);  // & < > " '

/// A value of a template: text is escaped, Html is not.
struct HtmlValue {
  HtmlValue(std::string_view n, std::string_view text) : name(n), escaped(escape_html(text)) {}
  HtmlValue(std::string_view n, const char* text) : HtmlValue(n, std::string_view(text)) {}
  HtmlValue(std::string_view n, const std::string& text) : HtmlValue(n, std::string_view(text)) {}
  HtmlValue(std::string_view n, const Html& html) : name(n), escaped(html.text()) {}
  std::string_view name;
  std::string escaped;
};

[[nodiscard]] Html html_literal(std::string_view constant);

/// Replaces each {{name}}. Throws std::logic_error when a name of the template has no value: a programming
/// error that every test of the page meets. Values inside attributes must be quoted in the template.
[[nodiscard]] Html render(std::string_view page_template, std::initializer_list<HtmlValue> values);

}  // namespace couplet::http
