// SPDX-License-Identifier: Apache-2.0
#include "http/head_scan.hpp"

#include <algorithm>

namespace couplet::http {
namespace {

constexpr std::size_t kCarriageReturn = 1;  // ends a line, and is no part of it
constexpr std::string_view kVersionSpace = " HTTP/1.1";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A method begins with a letter; a TLS hello or a stray line feed does not.
bool can_start_a_request(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// RFC 9110 5.5: visible octets, space and tab; everything else moves where a header ends for somebody.
bool is_forbidden(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return (octet < 0x20 && octet != '\t') || octet == 0x7f;
}

}  // namespace

HeadScan::State HeadScan::look_at(std::string_view received) {
  for (;;) {
    const std::size_t end = received.find('\n', next_line_);
    if (end == std::string_view::npos) return look_at_unfinished(received);
    if (end + 1 > limits_.head_bytes) return look_at_unfinished(received.substr(0, end + 1));
    if (end == next_line_ || received[end - 1] != '\r') return refuse(400, "a line does not end in CRLF");
    const std::string_view line = received.substr(next_line_, end - 1 - next_line_);
    const bool first = lines_++ == 0;
    next_line_ = end + 1;
    if (!first && line.empty()) return State::complete;
    const State state = first ? look_at_request_line(line) : look_at_header_line(line);
    if (state == State::refused) return state;
  }
}

HeadScan::State HeadScan::look_at_request_line(std::string_view line) {
  if (line.empty() || !can_start_a_request(line.front())) return refuse(400, "not a request line");
  if (line.size() > limits_.uri_bytes) return refuse(414, "the request target is too long");
  if (std::ranges::any_of(line, is_forbidden)) return refuse(400, "a control octet in the request line");
  const std::string_view version = line.substr(line.size() - std::min(line.size(), kVersionSpace.size()));
  if (version == kVersionSpace || version == " HTTP/1.0") return State::incomplete;
  const bool other_version = version.size() == kVersionSpace.size() && version.starts_with(" HTTP/") &&
                             is_digit(version[6]) && version[7] == '.' && is_digit(version[8]);
  return other_version ? refuse(505, "HTTP/1.1 is served here") : refuse(400, "not a request line");
}

HeadScan::State HeadScan::look_at_header_line(std::string_view line) {
  if (lines_ > kMaxHeaderLines + 1) return refuse(431, "too many headers");
  if (line.front() == ' ' || line.front() == '\t') return refuse(400, "a header is folded");  // RFC 9112 5.2
  if (std::ranges::any_of(line, is_forbidden)) return refuse(400, "a control octet in a header");
  return State::incomplete;
}

HeadScan::State HeadScan::look_at_unfinished(std::string_view received) {
  if (lines_ == 0 && !received.empty() && !can_start_a_request(received.front()))
    return refuse(400, "not a request line");
  if (lines_ == 0 && received.size() > limits_.uri_bytes + kCarriageReturn)
    return refuse(414, "the request target is too long");
  if (received.size() >= limits_.head_bytes) return refuse(431, "the headers are too long");
  return State::incomplete;
}

HeadScan::State HeadScan::refuse(int status, std::string_view detail) {
  refusal_ = {status, detail};
  return State::refused;
}

}  // namespace couplet::http
