// SPDX-License-Identifier: Apache-2.0
#include "http/problem.hpp"

#include <boost/beast/http/status.hpp>

namespace couplet::http {

std::string_view reason_phrase(int status) {
  const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
  if (known == boost::beast::http::status::unknown) return {};
  return obsolete_reason(known);
}

Response problem_response(int status, std::string_view detail) {
  std::string body = R"({"type":"about:blank","title":")";
  body += reason_phrase(status);
  body += R"(","status":)" + std::to_string(status);
  if (!detail.empty()) body.append(R"(,"detail":")").append(detail).append("\"");
  body += "}";
  return Response{
      status, {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}}, std::move(body)};
}

}  // namespace couplet::http
