// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <set>
#include <vector>

namespace couplet {
namespace {

// A handler of Boost.JSON's event parser that only remembers the keys of the objects it is inside of.
struct RepeatedKeyFinder {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using Error = boost::system::error_code;

  std::vector<std::set<std::string, std::less<>>> open_objects;
  std::string key;
  bool repeated = false;

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return open_objects.emplace_back(), true; }
  bool on_object_end(std::size_t, Error&) { return open_objects.pop_back(), true; }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(std::size_t, Error&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, Error&) { return key.append(part), true; }
  bool on_key(json::string_view part, std::size_t, Error& error) {
    key.append(part);
    repeated = !open_objects.back().insert(std::exchange(key, {})).second;
    if (repeated) error = json::make_error_code(json::error::syntax);
    return !repeated;
  }
  bool on_string_part(json::string_view, std::size_t, Error&) { return true; }
  bool on_string(json::string_view, std::size_t, Error&) { return true; }
  bool on_number_part(json::string_view, Error&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Error&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Error&) { return true; }
  bool on_double(double, json::string_view, Error&) { return true; }
  bool on_bool(bool, Error&) { return true; }
  bool on_null(Error&) { return true; }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }
};

bool has_repeated_key(std::string_view text) {
  json::basic_parser<RepeatedKeyFinder> parser{json::parse_options{}};
  boost::system::error_code error;
  parser.write_some(false, text.data(), text.size(), error);
  return parser.handler().repeated;
}

const json::value* find(const json::object& object, std::string_view path) {
  const json::object* inside = &object;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    const json::value* const next = inside->if_contains(path.substr(0, dot));
    inside = next ? next->if_object() : nullptr;
    if (!inside) return nullptr;
    path.remove_prefix(dot + 1);
  }
  return inside->if_contains(path);
}

}  // namespace

Result<json::value, JsonError> parse_json(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error == json::error::too_deep) return std::unexpected(JsonError::too_deep);
  if (error) return std::unexpected(JsonError::malformed);
  if (has_repeated_key(text)) return std::unexpected(JsonError::repeated_key);
  return value;
}

Result<json::object, JsonError> parse_json_object(std::string_view text) {
  auto value = parse_json(text);
  if (!value) return std::unexpected(value.error());
  if (!value->is_object()) return std::unexpected(JsonError::malformed);
  return std::move(value->as_object());
}

std::optional<std::string_view> find_string(const json::object& object, std::string_view path) {
  const json::value* const value = find(object, path);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

std::optional<std::int64_t> find_integer(const json::object& object, std::string_view path) {
  const json::value* const value = find(object, path);
  if (!value || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<bool> find_bool(const json::object& object, std::string_view path) {
  const json::value* const value = find(object, path);
  if (!value || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

const json::object* find_object(const json::object& object, std::string_view path) {
  const json::value* const value = find(object, path);
  return value ? value->if_object() : nullptr;
}

const json::array* find_array(const json::object& object, std::string_view path) {
  const json::value* const value = find(object, path);
  return value ? value->if_array() : nullptr;
}

}  // namespace couplet
