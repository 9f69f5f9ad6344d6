// SPDX-License-Identifier: Apache-2.0
// JSON from outside. Boost.JSON keeps the last of two equal keys; two readers then disagree about one message, so a
// repeated key is refused here.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace couplet {

namespace json = boost::json;

enum class JsonError {
  malformed,     // not JSON, not UTF-8, or something after it
  repeated_key,  // the same member twice in one object
  too_deep,      // more than 32 levels
};

Result<json::value, JsonError> parse_json(std::string_view text);
/// The same, and the outermost value must be an object (malformed otherwise).
Result<json::object, JsonError> parse_json_object(std::string_view text);

/// A member of the right type, or absent. `path` steps into objects: find_string(body, "context.System.user.userId").
[[nodiscard]] std::optional<std::string_view> find_string(const json::object& object, std::string_view path);
[[nodiscard]] std::optional<std::int64_t> find_integer(const json::object& object, std::string_view path);
[[nodiscard]] std::optional<bool> find_bool(const json::object& object, std::string_view path);
[[nodiscard]] const json::object* find_object(const json::object& object, std::string_view path);
[[nodiscard]] const json::array* find_array(const json::object& object, std::string_view path);

}  // namespace couplet
