// SPDX-License-Identifier: Apache-2.0
// No text that somebody else wrote becomes markup of a page, or says more of an account than it should.
#include "alexa/confirmation_number.hpp"
#include "alexa/texts.hpp"
#include "base/encoding.hpp"
#include "fuzz.hpp"
#include "http/html.hpp"

using namespace couplet;
using fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  must(http::escape_html(text).find_first_of("<>\"'") == std::string::npos, "no markup is left");
  const http::Html page = http::render("<p title=\"{{text}}\">", {{"text", text}});
  must(page.text().find('"', 10) == page.text().size() - 2, "the attribute ends where the template says");

  const std::string masked = alexa::mask_account(text);
  if (is_utf8(text)) must(is_utf8(masked), "a masked account is UTF-8");
  if (const auto number = alexa::typed_number(text)) must(number->reveal().size() == 6, "six digits");
  if (alexa::is_locale(text))
    must(text.find_first_of("\"<>& ") == std::string_view::npos, "a locale is a tag");
  return 0;
}
