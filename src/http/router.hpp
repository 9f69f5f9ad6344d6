// SPDX-License-Identifier: Apache-2.0
// Which handler answers which method and path. One router an I/O thread; built at start, then constant.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.hpp"
#include "http/message.hpp"

namespace couplet::http {

/// The request outlives the returned task.
using Handler = std::function<Task<Response>(const Request&)>;

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Pattern: "/v1/skills/{skill}/users/{user}/link"; a {name} is one non-empty path segment, percent-decoded
  /// before the handler sees it (a segment with a broken escape, NUL or an encoded '/' is answered 400). A
  /// trailing
  /// "{name...}" takes the rest of the path. Literal segments win over {names}. Throws std::logic_error when
  /// the pattern is wrong or the route is there already.
  void add(std::string_view method, std::string_view pattern, Handler handler);

  /// 404 for unknown paths, 405 with Allow for other methods, HEAD as GET without a body (HT-16). `request`
  /// gets its path_parameters here.
  [[nodiscard]] Task<Response> dispatch(Request& request) const;

  /// "GET /healthz", sorted; for the test that compares routes with the OpenAPI description.
  [[nodiscard]] std::vector<std::string> routes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::http
