// SPDX-License-Identifier: Apache-2.0
#include "http/router.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "base/encoding.hpp"
#include "http/problem.hpp"

namespace couplet::http {
namespace {

struct Segment {
  enum class Kind { literal, name, rest };  // in order of precedence
  Kind kind = Kind::literal;
  std::string text;

  // Names do not matter: /a/{x} and /a/{y} are one place.
  [[nodiscard]] bool same_shape(const Segment& other) const {
    return kind == other.kind && (kind != Kind::literal || text == other.text);
  }
};
using Segments = std::vector<Segment>;
using Parameters = std::vector<std::pair<std::string_view, std::string>>;

struct Route {
  std::string method;
  std::string pattern;
  Segments segments;
  Handler handler;
};
// All methods of one path.
using Routes = std::vector<Route>;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

[[noreturn]] void wrong_pattern(std::string_view pattern, std::string_view why) {
  throw std::logic_error("route " + std::string(pattern) + ": " + std::string(why));
}

Segment to_segment(std::string_view pattern, std::string_view text) {
  if (text.find_first_of("{}") == std::string_view::npos) return {Segment::Kind::literal, std::string(text)};
  if (text.front() != '{' || text.back() != '}') wrong_pattern(pattern, "a {name} fills a whole segment");
  std::string_view name = text.substr(1, text.size() - 2);
  const bool rest = name.ends_with("...");
  if (rest) name.remove_suffix(3);
  if (name.empty() || name.find_first_of("{}.") != std::string_view::npos)
    wrong_pattern(pattern, "a name is wrong");
  return {rest ? Segment::Kind::rest : Segment::Kind::name, std::string(name)};
}

Segments to_segments(std::string_view pattern) {
  if (!pattern.starts_with('/')) wrong_pattern(pattern, "a pattern starts with '/'");
  Segments segments;
  std::set<std::string, std::less<>> names;
  for (std::string_view left = pattern; !left.empty();) {
    left.remove_prefix(1);  // the '/'
    const std::size_t end = std::min(left.find('/'), left.size());
    segments.push_back(to_segment(pattern, left.substr(0, end)));
    left.remove_prefix(end);
    const Segment& last = segments.back();
    if (last.kind == Segment::Kind::rest && !left.empty()) wrong_pattern(pattern, "a {name...} comes last");
    if (last.kind != Segment::Kind::literal && !names.insert(last.text).second)
      wrong_pattern(pattern, "a name twice");
  }
  return segments;
}

bool is_literal(const Segments& segments) {
  return std::ranges::all_of(segments, [](const Segment& s) { return s.kind == Segment::Kind::literal; });
}

bool same_shape(const Segments& a, const Segments& b) {
  return std::ranges::equal(a, b, [](const Segment& x, const Segment& y) { return x.same_shape(y); });
}

// Literal segments win over {names}, those over {rest...}, from the left.
bool more_specific(const Segments& a, const Segments& b) {
  return std::ranges::lexicographical_compare(a, b, {}, &Segment::kind, &Segment::kind);
}

/// The still encoded text of each {name}, or absent when the path is another one.
std::optional<std::vector<std::string_view>> match(const Segments& segments, std::string_view path) {
  std::vector<std::string_view> values;
  for (const Segment& segment : segments) {
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    if (segment.kind == Segment::Kind::rest) {
      values.push_back(path);
      return path.empty() ? std::nullopt : std::optional(values);
    }
    const std::string_view text = path.substr(0, path.find('/'));
    if (segment.kind == Segment::Kind::literal && text != segment.text) return std::nullopt;
    if (segment.kind == Segment::Kind::name && text.empty()) return std::nullopt;
    if (segment.kind == Segment::Kind::name) values.push_back(text);
    path.remove_prefix(text.size());
  }
  return path.empty() ? std::optional(values) : std::nullopt;
}

bool has_dot_segment(std::string_view path) {
  const std::string framed = "/" + std::string(path) + "/";
  return framed.contains("/../") || framed.contains("/./");
}

// An encoded '/' or NUL would mean something else to whoever uses the value as a path (HT-18).
std::optional<std::string> decode_value(const Segment& segment, std::string_view encoded) {
  const bool hides_slash = encoded.contains("%2f") || encoded.contains("%2F");
  std::optional<std::string> value = percent_decode(encoded, Plus::is_plus);
  if (!value || hides_slash || value->contains('\0')) return std::nullopt;
  if (segment.kind == Segment::Kind::rest && has_dot_segment(*value)) return std::nullopt;
  return value;
}

std::optional<Parameters> decode(const Segments& segments, const std::vector<std::string_view>& values) {
  Parameters parameters;
  for (const Segment& segment : segments) {
    if (segment.kind == Segment::Kind::literal) continue;
    std::optional<std::string> value = decode_value(segment, values[parameters.size()]);
    if (!value) return std::nullopt;
    parameters.emplace_back(segment.text, std::move(*value));
  }
  return parameters;
}

const Route* find_method(const Routes& routes, std::string_view method) {
  const auto exact = std::ranges::find(routes, method, &Route::method);
  if (exact != routes.end()) return &*exact;
  return method == "HEAD" ? find_method(routes, "GET") : nullptr;  // RFC 9110 9.3.2
}

void add_methods(std::set<std::string>& allowed, const Routes& routes) {
  for (const Route& route : routes) {
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
}

std::string join(const std::set<std::string>& methods) {
  std::string text;
  for (const std::string& method : methods) text += (text.empty() ? "" : ", ") + method;
  return text;
}

Task<Response> answer(Response response) { co_return response; }

}  // namespace

struct Router::Impl {
  std::unordered_map<std::string, Routes, TextHash, std::equal_to<>> literals;
  std::vector<Routes> patterns;  // most specific first

  Routes& place(const Route& route) {
    if (is_literal(route.segments)) return literals[route.pattern];
    for (Routes& known : patterns)
      if (same_shape(known.front().segments, route.segments)) return known;
    const auto before = std::ranges::find_if(
        patterns, [&](const Routes& known) { return more_specific(route.segments, known.front().segments); });
    return *patterns.insert(before, Routes{});
  }
};

Router::Router() : impl_(std::make_unique<Impl>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
  if (method == "TRACE" || method == "CONNECT")
    wrong_pattern(pattern, "TRACE and CONNECT are not served (HT-16)");
  Route route{std::string(method), std::string(pattern), to_segments(pattern), std::move(handler)};
  Routes& routes = impl_->place(route);
  if (std::ranges::find(routes, method, &Route::method) != routes.end())
    wrong_pattern(pattern, "added twice");
  routes.push_back(std::move(route));
}

Task<Response> Router::dispatch(Request& request) const {
  std::set<std::string> allowed;
  if (const auto literal = impl_->literals.find(request.path); literal != impl_->literals.end()) {
    if (const Route* route = find_method(literal->second, request.method)) return route->handler(request);
    add_methods(allowed, literal->second);
  }
  for (const Routes& routes : impl_->patterns) {
    const auto values = match(routes.front().segments, request.path);
    if (!values) continue;
    const Route* const route = find_method(routes, request.method);
    if (!route) {
      add_methods(allowed, routes);
      continue;
    }
    std::optional<Parameters> parameters = decode(route->segments, *values);
    if (!parameters) return answer(problem_response(400, "the path is not well-formed"));
    request.path_parameters = std::move(*parameters);
    return route->handler(request);
  }
  if (allowed.empty()) return answer(problem_response(404));
  return answer(problem_response(405).header("Allow", join(allowed)));
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> all;
  const auto list = [&](const Routes& routes) {
    for (const Route& route : routes) all.push_back(route.method + " " + route.pattern);
  };
  for (const auto& [path, routes] : impl_->literals) list(routes);
  std::ranges::for_each(impl_->patterns, list);
  std::ranges::sort(all);
  return all;
}

}  // namespace couplet::http
