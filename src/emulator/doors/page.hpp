// SPDX-License-Identifier: Apache-2.0
// What all pages of the emulator have in common: headers, and the page that says one thing.
#pragma once
#include <string_view>

#include "emulator/doors/authorization_request.hpp"
#include "http/html.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Nothing inline, nothing from elsewhere, not in a frame. There is no form-action: browsers apply it to
/// every redirect after a form as well, and the consent form's redirect leads to the provider.
enum class Scripts {
  none,
  own,  // the page's script, and what it fetches, from here
};
[[nodiscard]] http::Response page_response(int status, const http::Html& page,
                                           Scripts scripts = Scripts::none);
[[nodiscard]] http::Response message_page(int status, std::string_view place, std::string_view title,
                                          std::string_view text);
[[nodiscard]] std::string_view place_text(Front front);  // "Alexa app", "Login with Amazon"
[[nodiscard]] http::Response style_sheet();              // of every page
[[nodiscard]] http::Response style_sheet(std::string_view css);
[[nodiscard]] http::Response script(std::string_view js);

}  // namespace couplet::emulator
