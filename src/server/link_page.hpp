// SPDX-License-Identifier: Apache-2.0
// The look and the headers of Couplet's own pages (web/link). What they say is decided by launch_page and
// return_page.
#pragma once
#include <optional>
#include <string>

#include "domain/skill.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

namespace couplet::server {

struct PageButton {
  std::string url;
  std::string label;
};

/// `form_target` is one more origin that the page's form may lead to.
[[nodiscard]] http::Response link_page(int status, std::string html, const std::string& form_target = "");

/// Title, message, one button that leads on, and the reference for support.
[[nodiscard]] http::Response result_page(int status, const std::string& title, const std::string& message,
                                         const std::optional<PageButton>& button,
                                         const std::optional<AttemptId>& trace_id);

/// "Back to Ride Hailer", where the skill names a place to go back to.
[[nodiscard]] std::optional<PageButton> back_button(const Skill& skill);

/// A POST that a page of ours sent; false for one that another site made the browser send (BR-06).
[[nodiscard]] bool is_same_origin_post(const http::Request& request, const std::string& public_url);

void add_link_assets(http::Router& router);

}  // namespace couplet::server
