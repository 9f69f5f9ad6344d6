// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace couplet::http {
namespace {

namespace beast = boost::beast;
using beast::iequals;

constexpr std::size_t kMaxChunkExtensionBytes = 256;
// No chunked body ends with less, so there is more to come; Beast 1.81 fails an assertion when it looks at
// "0\r\n" and one octet more.
constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr std::size_t kMaxContentLengthDigits = 19;  // 64 bits hold them all

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Only what a host, a port or an IP literal is written with (RFC 3986 3.2.2).
bool is_host_octet(char c) { return is_alphanumeric(c) || std::string_view("-._~%:[]").contains(c); }

// RFC 9112 3.2: visible ASCII, and no fragment. '"', '<', '>', '\', '^', '`', '{', '|', '}' are not URI
// characters either, but browsers send some of them, and they mean nothing to us.
bool is_target_octet(char c) { return c > 0x20 && c < 0x7f && c != '#'; }

bool is_content_length(std::string_view value) {
  return !value.empty() && value.size() <= kMaxContentLengthDigits &&
         std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

/// How often the headers occur that decide where a message ends and whom it is for.
struct Framing {
  std::size_t content_lengths = 0, transfer_encodings = 0, hosts = 0, expectations = 0;
  std::string_view content_length, transfer_encoding, host, expectation;
};

Framing framing_of(const HeaderView::Pairs& fields) {
  Framing framing;
  const auto note = [](std::size_t& count, std::string_view& last, std::string_view value) {
    ++count;
    last = value;
  };
  for (const auto& [name, value] : fields) {
    // The lengths differ, so most names cost one comparison of numbers.
    if (name.size() == 4 && iequals(name, "host")) note(framing.hosts, framing.host, value);
    if (name.size() == 6 && iequals(name, "expect")) note(framing.expectations, framing.expectation, value);
    if (name.size() == 14 && iequals(name, "content-length"))
      note(framing.content_lengths, framing.content_length, value);
    if (name.size() == 17 && iequals(name, "transfer-encoding"))
      note(framing.transfer_encodings, framing.transfer_encoding, value);
  }
  return framing;
}

// RFC 9112 6.1, 6.3. Stricter than it asks: whatever two servers in a row could count differently is refused.
Refusal check_length(const RequestHead& head, const Framing& framing) {
  if (framing.transfer_encodings > 0 && framing.content_lengths > 0)
    return {400, "both Content-Length and Transfer-Encoding"};
  if (framing.transfer_encodings > 1) return {400, "more than one Transfer-Encoding"};
  if (framing.transfer_encodings == 1 && !head.http_1_1) return {400, "Transfer-Encoding in HTTP/1.0"};
  if (framing.transfer_encodings == 1 && !iequals(framing.transfer_encoding, "chunked"))
    return {501, "only the chunked Transfer-Encoding is served"};
  if (framing.content_lengths > 1) return {400, "more than one Content-Length"};
  if (framing.content_lengths == 1 && !is_content_length(framing.content_length))
    return {400, "Content-Length is not a number"};
  return {};
}

// RFC 9112 3.2.
Refusal check_host(const RequestHead& head, const Framing& framing) {
  if (framing.hosts > 1) return {400, "more than one Host"};
  if (framing.hosts == 0) return head.http_1_1 ? Refusal{400, "no Host"} : Refusal{};
  if (framing.host.empty() || !std::ranges::all_of(framing.host, is_host_octet))
    return {400, "Host is not a host"};
  return {};
}

// RFC 9110 10.1.1; HTTP/1.0 clients do not wait for an answer to it.
Refusal check_expectation(RequestHead& head, const Framing& framing) {
  if (framing.expectations == 0 || !head.http_1_1) return {};
  if (framing.expectations > 1 || !iequals(framing.expectation, "100-continue")) return {417, {}};
  head.expects_continue = true;
  return {};
}

// "http://host/path" → "/path" (RFC 9112 3.2.2), where the host is the one of the Host header.
Refusal strip_authority(std::string_view& target, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !iequals(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    if (!iequals(target.substr(0, end), host)) return {400, "the request target and Host differ"};
    target.remove_prefix(end);
    if (target.empty()) target = "/";
    return {};
  }
  return {};
}

Refusal split_target(RequestHead& head, std::string_view target, const Framing& framing) {
  if (head.method == "CONNECT") return {501, "CONNECT is not served"};
  if (!std::ranges::all_of(target, is_target_octet)) return {400, "the request target is not a URI"};
  if (Refusal refusal = strip_authority(target, framing.host)) return refusal;
  const bool asterisk = target == "*" && head.method == "OPTIONS";
  if (!target.starts_with('/') && !asterisk) return {400, "the request target is not a path"};
  const std::size_t question = std::min(target.find('?'), target.size());
  head.path = target.substr(0, question);
  head.query = target.substr(std::min(question + 1, target.size()));
  return {};
}

Refusal refusal_of(const beast::error_code& error) {
  using beast::http::error;
  if (error == beast::http::error::body_limit) return {413, "the body is too large"};
  if (error == beast::http::error::header_limit) return {431, "the headers are too long"};
  return {400, "the request is not well-formed"};
}

}  // namespace

void RequestHead::clear() {
  HeaderView::Pairs kept = std::move(fields);
  kept.clear();
  *this = RequestHead{};
  fields = std::move(kept);
}

RequestParser::RequestParser(RequestHead& head, std::string& chunked_body, std::uint64_t body_limit_bytes)
    : head_(head), chunked_body_(chunked_body) {
  header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadScan has counted already
  body_limit(body_limit_bytes);
  eager(true);
}

Refusal RequestParser::parse_head(std::string_view text) {
  error_code error;
  const std::size_t consumed = put({text.data(), text.size()}, error);
  const Framing framing = framing_of(head_.fields);
  // Our reasons first: they are the more exact ones, and some of them Beast lets pass.
  if (Refusal refusal = check_length(head_, framing)) return refusal;
  if (error) return refusal_of(error);
  if (consumed != text.size() || in_head_) return {400, "the request is not well-formed"};
  if (Refusal refusal = check_host(head_, framing)) return refusal;
  if (Refusal refusal = split_target(head_, target_, framing)) return refusal;
  if (Refusal refusal = check_expectation(head_, framing)) return refusal;
  head_.keep_alive = keep_alive();
  head_.content_length = content_length().value_or(0);
  if (chunked())
    head_.framing = BodyFraming::chunked;
  else if (head_.content_length > 0)
    head_.framing = BodyFraming::content_length;
  return {};
}

RequestParser::Fed RequestParser::feed_chunks(std::string_view bytes) {
  if (bytes.size() < kLastChunk.size()) return {};
  error_code error;
  Fed fed;
  fed.consumed = put({bytes.data(), bytes.size()}, error);
  fed.done = is_done();
  if (error && error != beast::http::error::need_more) fed.refusal = refusal_of(error);
  return fed;
}

void RequestParser::on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                                    error_code&) {
  head_.method = method;
  target_ = target;
  head_.http_1_1 = version == 11;
}

void RequestParser::on_field_impl(field, string_view name, string_view value, error_code&) {
  if (in_head_) head_.fields.emplace_back(name, value);  // trailers are read and forgotten (RFC 9110 6.5.1)
}

void RequestParser::on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& ec) {
  if (extensions.size() > kMaxChunkExtensionBytes) ec = beast::http::error::bad_chunk_extension;
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) {
  chunked_body_.append(bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace couplet::http
