// SPDX-License-Identifier: Apache-2.0
#include "http/message.hpp"

#include <boost/beast/core/string.hpp>
#include <stdexcept>

namespace couplet::http {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Calls `visit(name, value)` for each pair of one Cookie header (RFC 6265 4.2.1).
template <class Visit>
void for_each_cookie(std::string_view header, Visit visit) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = trimmed(header.substr(0, end));
    if (const std::size_t equals = pair.find('='); equals != std::string_view::npos)
      visit(pair.substr(0, equals), pair.substr(equals + 1));
    header.remove_prefix(std::min(end + 1, header.size()));
  }
}

}  // namespace

std::optional<std::string_view> HeaderView::get(std::string_view name) const {
  for (const auto& [known, value] : *pairs_)
    if (boost::beast::iequals(known, name)) return value;
  return std::nullopt;
}

std::size_t HeaderView::count(std::string_view name) const {
  std::size_t found = 0;
  for (const auto& [known, value] : *pairs_) found += boost::beast::iequals(known, name) ? 1 : 0;
  return found;
}

const std::string& Request::path_parameter(std::string_view name) const {
  for (const auto& [known, value] : path_parameters)
    if (known == name) return value;
  throw std::logic_error("the route has no {" + std::string(name) + "}");
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  std::optional<std::string_view> found;
  std::size_t times = 0;
  for (const auto& [header, value] : headers.all()) {
    if (!boost::beast::iequals(header, "cookie")) continue;
    for_each_cookie(value, [&](std::string_view known, std::string_view text) {
      if (known != name) return;
      found = text;
      ++times;
    });
  }
  // Two cookies of one name: somebody on a neighbouring domain may have planted one of them (RFC 6265 8.6).
  return times == 1 ? found : std::nullopt;
}

Response& Response::header(std::string name, std::string value) & {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response&& Response::header(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Response text_response(int status, std::string_view text) {
  return Response{status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(text)};
}

Response json_response(int status, std::string json_text) {
  return Response{status, {{"Content-Type", "application/json"}}, std::move(json_text)};
}

Response redirect(int status, std::string location) {
  return Response{status, {{"Location", std::move(location)}}, {}};
}

}  // namespace couplet::http
