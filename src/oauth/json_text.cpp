// SPDX-License-Identifier: Apache-2.0
#include "oauth/json_text.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace couplet::oauth {
namespace {

bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (std::ranges::any_of(text, needs_escape)) {
    out += boost::json::serialize(boost::json::string(text));
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

}  // namespace couplet::oauth
