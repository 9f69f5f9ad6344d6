// SPDX-License-Identifier: Apache-2.0
// The look and the headers of Couplet's own pages (web/link). What they say is decided by launch_page and
// return_page, in the words of alexa/texts.
#pragma once
#include <optional>
#include <string>

#include "alexa/texts.hpp"
#include "http/html.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

namespace couplet::server {

struct PageButton {
  std::string url;
  std::string label;
};

struct LinkPage {
  int status = 200;
  alexa::TextKey title = alexa::TextKey::none;  // in the reader's language
  http::Html content{};                         // below the emblem, its heading included
  bool has_script = false;                      // link.js
  std::string form_target{};                    // one more origin that its form may lead to; empty: none
};
[[nodiscard]] http::Response link_page(const alexa::Reader& reader, const LinkPage& page);

/// Title and message in the reader's language, one button that leads on, and what to tell support; empty:
/// none.
struct ResultPage {
  int status = 200;
  alexa::TextKey title = alexa::TextKey::none;
  std::string message;
  std::optional<PageButton> button{};
  std::string reference{};
};
[[nodiscard]] http::Response result_page(const alexa::Reader& reader, const ResultPage& page);

/// "Back to Ride Hailer", where the skill names a place to go back to.
[[nodiscard]] std::optional<PageButton> back_button(const alexa::Reader& reader);

/// A POST that a page of ours sent; false for one that another site made the browser send (BR-06).
[[nodiscard]] bool is_same_origin_post(const http::Request& request, const std::string& public_url);

void add_link_assets(http::Router& router);

}  // namespace couplet::server
