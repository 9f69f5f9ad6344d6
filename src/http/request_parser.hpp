// SPDX-License-Identifier: Apache-2.0
// Beast's parser, fed with heads that head_scan.hpp has passed, and the rules on framing that Beast leaves
// open. The parsed request is views into the text it was parsed from.
#pragma once
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/head_scan.hpp"
#include "http/message.hpp"

namespace couplet::http {

enum class BodyFraming { none, content_length, chunked };

/// What a head says. The vector is reused from request to request.
struct RequestHead {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  HeaderView::Pairs fields;
  bool http_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  BodyFraming framing = BodyFraming::none;
  std::uint64_t content_length = 0;

  void clear();
};

/// Parses one request; make a new one for the next.
/// Spec: RFC 9112 3, 6, 7.1; requirements HT-01..HT-07, HT-13, TK-21
class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  /// Fills `head`, and appends a chunked body to `chunked_body`; both outlive the parser.
  RequestParser(RequestHead& head, std::string& chunked_body, std::uint64_t body_limit_bytes);

  /// `text` is a whole head with its empty line.
  [[nodiscard]] Refusal parse_head(std::string_view text);

  struct Fed {
    std::size_t consumed = 0;
    bool done = false;
    Refusal refusal;
  };
  /// More of a chunked body; what was not consumed must be offered again with more behind it.
  [[nodiscard]] Fed feed_chunks(std::string_view bytes);

 private:
  using string_view = boost::beast::string_view;
  using error_code = boost::beast::error_code;
  using field = boost::beast::http::field;
  void on_request_impl(boost::beast::http::verb, string_view method, string_view target, int version,
                       error_code& ec) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(field, string_view name, string_view value, error_code& ec) override;
  void on_header_impl(error_code&) override { in_head_ = false; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override { return bytes.size(); }
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remaining, string_view bytes, error_code&) override;
  void on_finish_impl(error_code&) override {}

  RequestHead& head_;
  std::string& chunked_body_;
  std::string_view target_;
  bool in_head_ = true;
};

}  // namespace couplet::http
