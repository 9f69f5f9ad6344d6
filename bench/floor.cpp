// SPDX-License-Identifier: Apache-2.0
#include "floor.hpp"

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "base/clock.hpp"
#include "base/jws.hpp"
#include "base/random.hpp"
#include "http/server.hpp"
#include "row_writer.hpp"

namespace couplet::bench {
namespace {

// About what an access token says.
constexpr std::string_view kClaims =
    R"({"iss":"http://127.0.0.1:8080","sub":"user-alice","aud":"http://127.0.0.1:8080","client_id":"alexa",)"
    R"("exp":1700003600,"iat":1700000000,"jti":"AZq3x1m2Qk6c0b7yVt8nWg","scope":"profile rides"})";
constexpr std::size_t kRowBytes = 260;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Floor {
 public:
  Floor(const FloorOptions& options, boost::asio::io_context& context)
      : context_(context), answer_(read_file(options.answer_file)) {
    if (options.signs)
      key_ = std::make_unique<SigningKey>(std::move(*SigningKey::from_jwk(SigningKey::generate())));
    if (!options.row_file.empty()) rows_ = std::make_unique<RowWriter>(options.row_file);
  }

  Task<http::Response> answer(const http::Request&) {
    if (key_) signed_bytes_ += key_->sign(kClaims, "at+jwt").size();
    if (rows_) co_await rows_->insert(context_, std::string(kRowBytes, 'r'));
    co_return http::json_response(200, answer_).header("Cache-Control", "no-store");
  }

 private:
  boost::asio::io_context& context_;
  std::string answer_;
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<RowWriter> rows_;
  std::size_t signed_bytes_ = 0;
};

}  // namespace

int serve_floor(const FloorOptions& options) {
  const SystemClock clock;
  SystemRandom random;
  http::Runtime runtime(1);
  boost::asio::io_context signal_context(1);
  boost::asio::signal_set signals(signal_context, SIGTERM, SIGINT);
  signals.async_wait([](boost::system::error_code, int) {});
  Floor floor(options, runtime.context(0));
  http::Router router;
  router.add("POST", "/{path...}", [&floor](const http::Request& request) { return floor.answer(request); });
  http::Server server({}, clock, random);
  if (const auto started = server.start(runtime.contexts(), {&router}); !started) return 1;
  runtime.start();
  std::cout << "listening floor http://127.0.0.1:" << server.port() << "\nready" << std::endl;
  signal_context.run();
  server.stop(std::chrono::seconds{1});
  runtime.stop(std::chrono::seconds{1});
  return 0;
}

}  // namespace couplet::bench
