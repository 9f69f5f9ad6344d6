// SPDX-License-Identifier: Apache-2.0
// What of a message may be shown in the journal: names and values, secrets cut to their first four
// characters.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace couplet::emulator {

using ShownFields = std::vector<std::pair<std::string, std::string>>;

/// "Atza…"
[[nodiscard]] std::string masked(std::string_view secret);
/// "Bearer Atza…": the scheme is shown as it was written, its case matters to Alexa.
[[nodiscard]] std::string masked_authorization(std::string_view header_value);
/// Form body or query string.
[[nodiscard]] ShownFields shown_form(std::string_view text);
/// Any JSON; members of members as "accountLinkRequest.type".
[[nodiscard]] ShownFields shown_json(std::string_view text);
/// By the media type; other kinds are shown as their length only.
[[nodiscard]] ShownFields shown_body(std::string_view content_type, std::string_view body);

}  // namespace couplet::emulator
