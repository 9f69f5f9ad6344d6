// SPDX-License-Identifier: Apache-2.0
// How a connection sends what is to go out slowly, or without an end: for emulators.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/connection.hpp"

namespace couplet::http {
namespace {

namespace asio = boost::asio;
using Progress = Transport::Progress;

constexpr std::chrono::milliseconds kBetweenRounds{100};

}  // namespace

// What compose() made of the response.
Task<bool> Connection::send_slowly(Response response) {
  std::string text = worker_->out;
  const bool has_body = !response.body.empty() && text.ends_with(response.body);  // not in answer to HEAD
  if (!response.endless || !has_body) co_return co_await drip(std::move(text), response.bytes_per_second);
  text.resize(text.size() - response.body.size());
  co_return co_await pour(std::move(text), std::move(response.body), response.bytes_per_second);
}

// Portions with a pause between them, ten a second or fewer; each has the whole write deadline.
Task<bool> Connection::drip(std::string text, std::size_t bytes_per_second) {
  const std::size_t portion_bytes = std::max<std::size_t>(bytes_per_second / 10, 1);
  const std::chrono::milliseconds between(portion_bytes * 1000 / bytes_per_second);
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view portion = rest.substr(0, portion_bytes);
    rest.remove_prefix(portion.size());
    enter(Phase::writing, limits_.write_deadline);
    const Progress progress = write_at_once(portion);
    if (progress != Progress::done &&
        (progress == Progress::end || !co_await write_rest(std::string(portion))))
      co_return false;
    if (!rest.empty() && !co_await pause(between)) co_return false;
  }
  co_return true;
}

Task<bool> Connection::pour(std::string head, std::string body, std::size_t bytes_per_second) {
  const std::size_t at_once = head.size() * 10;
  if (!co_await drip(std::move(head), at_once)) co_return false;
  while (!worker_->draining && co_await drip(body, bytes_per_second))
    if (!co_await pause(kBetweenRounds)) co_return false;
  co_return false;
}

// False when the connection was closed meanwhile.
Task<bool> Connection::pause(std::chrono::milliseconds time) {
  asio::steady_timer pace(transport_.socket().get_executor());
  pace.expires_after(time);
  co_await pace.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return transport_.socket().is_open();
}

}  // namespace couplet::http
