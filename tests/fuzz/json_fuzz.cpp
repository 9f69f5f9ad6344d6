// SPDX-License-Identifier: Apache-2.0
// JSON that is accepted is UTF-8, bounded in depth, and the same after it was written.
#include "base/json.hpp"

#include <algorithm>
#include <cmath>

#include "base/encoding.hpp"
#include "fuzz.hpp"

namespace {

using namespace couplet;

int depth(const json::value& value) {
  int deepest = 0;
  if (const auto* object = value.if_object())
    for (const auto& member : *object) deepest = std::max(deepest, depth(member.value()));
  if (const auto* array = value.if_array())
    for (const json::value& element : *array) deepest = std::max(deepest, depth(element));
  return value.is_structured() ? deepest + 1 : 0;
}

// A number like 1e9000 is read as one that JSON cannot write.
bool is_writable(const json::value& value) {
  if (const auto* number = value.if_double()) return std::isfinite(*number);
  if (const auto* array = value.if_array()) return std::ranges::all_of(*array, is_writable);
  const auto* object = value.if_object();
  return !object ||
         std::ranges::all_of(*object, [](const auto& member) { return is_writable(member.value()); });
}

// Numbers with a fraction may lose their last digit on the way.
bool is_same(const json::value& one, const json::value& other) {
  if (one.is_number()) return other.is_number();
  if (const auto* array = one.if_array())
    return other.is_array() && std::ranges::equal(*array, other.get_array(), is_same);
  const auto* object = one.if_object();
  if (!object) return one == other;
  return other.is_object() &&
         std::ranges::equal(*object, other.get_object(), [](const auto& a, const auto& b) {
           return a.key() == b.key() && is_same(a.value(), b.value());
         });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  const auto value = parse_json(text);
  if (!value) return 0;
  fuzz::must(is_utf8(text), "accepted text is UTF-8");
  fuzz::must(depth(*value) <= 32, "depth is bounded");
  const auto again = parse_json(json::serialize(*value));
  fuzz::must(!is_writable(*value) || (again && is_same(*again, *value)),
             "written and read again it is the same");
  if (const auto* object = value->if_object())
    for (const char* path : {"a", "context.System.user.userId", "request.timestamp"}) {
      (void)find_string(*object, path);
      (void)find_integer(*object, path);
    }
  return 0;
}
