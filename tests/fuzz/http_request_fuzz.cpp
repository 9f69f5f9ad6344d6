// SPDX-License-Identifier: Apache-2.0
// A request means the same in one piece and in many, and nothing but its own octets is taken.
#include <string>

#include "fuzz.hpp"
#include "http/request_parser.hpp"

namespace {

using namespace couplet::fuzz;
using namespace couplet::http;

constexpr std::uint64_t kBodyLimitBytes = 2048;

struct Scanned {
  HeadScan::State state;
  std::size_t head_bytes;
  int refused_with;
};

Scanned scan(std::string_view text, std::size_t step) {
  HeadScan scanner(HeadLimits{1024, 256});
  HeadScan::State state = HeadScan::State::incomplete;
  for (std::size_t have = 0; have < text.size() && state == HeadScan::State::incomplete;) {
    have = std::min(have + step, text.size());
    state = scanner.look_at(text.substr(0, have));
  }
  const bool complete = state == HeadScan::State::complete;
  return {state, complete ? scanner.head_bytes() : 0, scanner.refusal().status};
}

struct Body {
  std::string text;
  int refused_with = 0;
  bool done = false;
};

// As a connection feeds it: what was not consumed comes again with more behind it.
Body read_chunks(std::string_view head, std::string_view rest, std::size_t step) {
  RequestHead parsed;
  Body body;
  RequestParser parser(parsed, body.text, kBodyLimitBytes);
  if (parser.parse_head(head) || parsed.framing != BodyFraming::chunked) return body;
  std::size_t taken = 0;
  for (std::size_t have = 0; have < rest.size();) {
    have = std::min(have + step, rest.size());
    const RequestParser::Fed fed = parser.feed_chunks(rest.substr(taken, have - taken));
    must(fed.consumed <= have - taken, "no more is consumed than was offered");
    taken += fed.consumed;
    if (fed.refusal || fed.done) {
      body.refused_with = fed.refusal.status;
      body.done = fed.done;
      break;
    }
  }
  must(body.text.size() <= kBodyLimitBytes, "a body is bounded");
  return body;
}

void check_cookie(const RequestHead& head) {
  const std::string none;
  const Request request{head.method, head.path, head.query, HeaderView(head.fields), "", none,
                        none,        false,     {}};
  const auto cookie = request.cookie("c");
  must(!cookie || cookie->find(';') == std::string_view::npos,
       "a cookie ends where the next begins");
}

void check_head(std::string_view head) {
  RequestHead parsed;
  std::string body;
  RequestParser parser(parsed, body, kBodyLimitBytes);
  if (parser.parse_head(head)) return;
  must(!parsed.method.empty() && !parsed.path.empty(), "a request has a method and a path");
  must(parsed.path.front() == '/' || parsed.path == "*", "a path begins with a slash");
  must(parsed.fields.size() <= kMaxHeaderLines, "fields are bounded");
  for (const auto& [name, value] : parsed.fields)
    must(!name.empty() && name.find_first_of("\r\n:") == std::string_view::npos &&
             value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
         "a field is one line");
  check_cookie(parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0] % 7;
  const std::string_view text = as_text(data + 1, size - 1);
  const Scanned whole = scan(text, text.size() + 1), pieces = scan(text, step);
  if (whole.state != HeadScan::State::complete) {
    must(whole.state == pieces.state || pieces.state == HeadScan::State::complete ||
             whole.state == HeadScan::State::refused,
         "what is incomplete is so in pieces too");
    return 0;
  }
  must(pieces.state == whole.state && pieces.head_bytes == whole.head_bytes,
       "the head ends at the same octet");
  const std::string_view head = text.substr(0, whole.head_bytes), rest = text.substr(whole.head_bytes);
  check_head(head);
  const Body at_once = read_chunks(head, rest, rest.size() + 1), slowly = read_chunks(head, rest, step);
  must(at_once.done == slowly.done, "a chunked body ends the same");
  if (at_once.done) must(at_once.text == slowly.text, "a chunked body is the same");
  return 0;
}
