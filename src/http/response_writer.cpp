// SPDX-License-Identifier: Apache-2.0
#include "http/response_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <iterator>

#include "http/problem.hpp"

namespace couplet::http {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_value(std::string_view value) {
  constexpr std::string_view kSplitting("\r\n\0", 3);
  return value.find_first_of(kSplitting) == std::string_view::npos;
}

// The connection's own; a handler that sets one of these does not have it sent twice.
bool belongs_to_connection(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames{
      "date",       "connection",        "x-request-id",          "content-length",
      "keep-alive", "transfer-encoding", "x-content-type-options"};
  return std::ranges::any_of(kNames, [&](std::string_view own) {
    return own.size() == name.size() && boost::beast::iequals(own, name);
  });
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
}

bool append_headers(std::string& out, const Headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_name(name) || !is_value(value)) return false;
    if (belongs_to_connection(name)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
  return true;
}

void append_own_headers(std::string& out, const Response& response, const Delivery& delivery) {
  out.append("Date: ").append(delivery.date).append("\r\nX-Request-Id: ").append(delivery.request_id);
  out.append("\r\nX-Content-Type-Options: nosniff\r\n");
  if (delivery.tls) out += "Strict-Transport-Security: max-age=31536000\r\n";
  if (delivery.close)
    out += "Connection: close\r\n";
  else if (!delivery.http_1_1)
    out += "Connection: keep-alive\r\n";
  const bool has_length =
      !response.endless && response.status != 204 && response.status >= 200;  // RFC 9110 8.6
  if (has_length) fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
  out += "\r\n";
}

}  // namespace

bool append_response(std::string& out, const Response& response, const Delivery& delivery) {
  const std::size_t before = out.size();
  append_status_line(out, response.status);
  if (!append_headers(out, response.headers)) {
    out.resize(before);
    return false;
  }
  append_own_headers(out, response, delivery);
  const bool has_body = !delivery.head_only && response.status != 204 && response.status != 304;
  if (has_body) out += response.body;
  return true;
}

std::string_view DateText::at(Instant now) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t second = unix_seconds(now);
  if (second == second_) return text_;
  second_ = second;
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<seconds>(now) - day};
  text_ = fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                      kDays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                      time.hours().count(), time.minutes().count(), time.seconds().count());
  return text_;
}

}  // namespace couplet::http
