// SPDX-License-Identifier: Apache-2.0
#include "http/router.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

namespace couplet::http {
namespace {

Task<Response> name_and_parameters(std::string name, const Request& request) {
  for (const auto& [parameter, value] : request.path_parameters)
    name += " " + std::string(parameter) + "=" + value;
  co_return text_response(200, name);
}

Handler says(std::string name) {
  return [name](const Request& request) { return name_and_parameters(name, request); };
}

Response dispatch(const Router& router, std::string_view method, std::string_view path) {
  const HeaderView::Pairs none;
  Request request{method, path, "", HeaderView(none), "", "", "", false, {}};
  boost::asio::io_context context;
  Response answer;
  boost::asio::co_spawn(context, router.dispatch(request),
                        [&](const std::exception_ptr& thrown, Response response) {
                          EXPECT_EQ(thrown, nullptr);
                          answer = std::move(response);
                        });
  context.run();
  return answer;
}

Router example() {
  Router router;
  router.add("GET", "/", says("home"));
  router.add("GET", "/a/b", says("literal"));
  router.add("GET", "/{x}/{y}", says("both"));
  router.add("GET", "/a/{y}", says("second"));
  router.add("POST", "/a/{other}", says("posted"));
  router.add("GET", "/files/{path...}", says("files"));
  return router;
}

std::string_view header(const Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers)
    if (known == name) return value;
  return {};
}

struct Row {
  std::string_view method, path;
  int status;
  std::string_view body;  // of 200s
};

class RouterTable : public testing::TestWithParam<Row> {};

TEST_P(RouterTable, HT_16_answers) {
  const Response answer = dispatch(example(), GetParam().method, GetParam().path);
  EXPECT_EQ(answer.status, GetParam().status) << GetParam().method << " " << GetParam().path;
  if (GetParam().status == 200) EXPECT_EQ(answer.body, GetParam().body) << GetParam().path;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RouterTable,
    testing::Values(Row{"GET", "/", 200, "home"}, Row{"HEAD", "/", 200, "home"},
                    Row{"GET", "/a/b", 200, "literal"}, Row{"GET", "/a/c", 200, "second y=c"},
                    Row{"POST", "/a/b", 200, "posted other=b"}, Row{"GET", "/q/c", 200, "both x=q y=c"},
                    Row{"GET", "/a/%61%20+", 200, "second y=a +"},
                    Row{"GET", "/files/x/y.txt", 200, "files path=x/y.txt"},
                    Row{"GET", "/files/one", 200, "files path=one"}, Row{"GET", "/a/", 404, ""},
                    Row{"GET", "//", 404, ""}, Row{"GET", "/a/b/c", 404, ""}, Row{"GET", "/a", 404, ""},
                    Row{"GET", "*", 404, ""}, Row{"GET", "", 404, ""}, Row{"GET", "/files/", 404, ""},
                    Row{"DELETE", "/a/b", 405, ""}, Row{"TRACE", "/", 405, ""}, Row{"get", "/", 405, ""},
                    Row{"POST", "/q/c", 405, ""}));

// HT-18: what a handler could take for another path never reaches it.
INSTANTIATE_TEST_SUITE_P(HT_18, RouterTable,
                         testing::Values(Row{"GET", "/a/%2fetc", 400, ""}, Row{"GET", "/a/%2Fetc", 400, ""},
                                         Row{"GET", "/a/%00", 400, ""}, Row{"GET", "/a/%zz", 400, ""},
                                         Row{"GET", "/a/%4", 400, ""}, Row{"GET", "/files/../x", 400, ""},
                                         Row{"GET", "/files/x/%2e%2e/y", 400, ""},
                                         Row{"GET", "/files/%2e", 400, ""}));

TEST(Router, HT_16_allow_names_the_methods_of_the_path) {
  EXPECT_EQ(header(dispatch(example(), "DELETE", "/a/c"), "Allow"), "GET, HEAD, POST");
  EXPECT_EQ(header(dispatch(example(), "POST", "/"), "Allow"), "GET, HEAD");
}

TEST(Router, routes_are_listed_as_they_were_written) {
  const auto routes = example().routes();
  EXPECT_EQ(routes.front(), "GET /");
  EXPECT_EQ(routes.back(), "POST /a/{other}");
  EXPECT_EQ(routes.size(), 6U);
}

TEST(Router, wrong_patterns_stop_the_start) {
  for (const char* pattern : {"", "a", "/{}", "/x{y}", "/{x}{y}", "/{x}/{x}", "/{x...}/y", "/{a"}) {
    Router router;
    EXPECT_THROW(router.add("GET", pattern, says("x")), std::logic_error) << pattern;
  }
  Router router = example();
  EXPECT_THROW(router.add("GET", "/a/b", says("x")), std::logic_error);
  EXPECT_THROW(router.add("GET", "/a/{z}", says("x")), std::logic_error);
  EXPECT_THROW(router.add("TRACE", "/z", says("x")), std::logic_error);
}

}  // namespace
}  // namespace couplet::http
