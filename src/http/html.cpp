// SPDX-License-Identifier: Apache-2.0
#include "http/html.hpp"

#include <algorithm>
#include <stdexcept>

namespace couplet::http {

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

Html html_literal(std::string_view constant) {
  Html html;
  html.text_ = constant;
  return html;
}

Html render(std::string_view page_template, std::initializer_list<HtmlValue> values) {
  Html html;
  for (;;) {
    const std::size_t open = page_template.find("{{");
    html.text_ += page_template.substr(0, open);
    if (open == std::string_view::npos) return html;
    const std::size_t close = page_template.find("}}", open);
    if (close == std::string_view::npos) throw std::logic_error("a {{ of the template has no }}");
    const std::string_view name = page_template.substr(open + 2, close - open - 2);
    const auto* const value =
        std::ranges::find_if(values, [&](const HtmlValue& candidate) { return candidate.name == name; });
    if (value == values.end())
      throw std::logic_error("the template's {{" + std::string(name) + "}} has no value");
    html.text_ += value->escaped;  // never scanned again: a value cannot name a place
    page_template.remove_prefix(close + 2);
  }
}

}  // namespace couplet::http
