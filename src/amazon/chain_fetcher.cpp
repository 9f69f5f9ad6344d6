// SPDX-License-Identifier: Apache-2.0
#include "amazon/chain_fetcher.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/counted_peer.hpp"

namespace couplet::amazon {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kLimitBytes = 64 * 1024;
constexpr milliseconds kConnect{1500};
constexpr milliseconds kForTheWayBack{250};  // from the fetching thread

// Whether the answer will be another one when somebody asks again.
ChainProblem problem_of(const http::TransportError& error) {
  using Kind = http::TransportError::Kind;
  const bool is_final =
      error.kind == Kind::too_large || error.kind == Kind::malformed || error.kind == Kind::refused_url;
  return is_final ? ChainProblem::refused : ChainProblem::unavailable;
}

struct Waiting {
  explicit Waiting(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  std::optional<ChainResult> result;
};

// What was fetched, judged; the hop is told how it went.
ChainResult judge(const Result<http::IncomingResponse, http::TransportError>& answer, const ChainCache& cache,
                  Hop& hop) {
  if (!answer) {
    hop.elapsed = answer.error().elapsed;
    hop.cause = http::transport_error_text(answer.error().kind);
    return std::unexpected(problem_of(answer.error()));
  }
  hop.elapsed = answer->elapsed;
  hop.status = answer->status;
  if (answer->status != 200) {
    const bool may_change = answer->status == 429 || answer->status >= 500;
    hop.cause = may_change ? "unavailable" : "not_found";
    return std::unexpected(may_change ? ChainProblem::unavailable : ChainProblem::refused);
  }
  auto certificate = cache.verify(answer->body);
  if (certificate) return *std::move(certificate);
  hop.cause = chain_fault_text(certificate.error());
  return std::unexpected(ChainProblem::refused);
}

// Owns what it uses after the wait, but for the cache: another configuration may have taken over meanwhile.
Task<void> fetch(http::Client& http, ChainCache& cache, Instant now, HopSink trace, std::string url) {
  const milliseconds deadline = cache.limits().fetch_deadline;
  http::OutgoingRequest request;
  request.url = url;
  request.deadlines = {std::min(kConnect, deadline), deadline, deadline};
  request.response_limit_bytes = kLimitBytes;
  Hop hop;
  hop.at = now;
  hop.name = "s3.certificate_chain";
  const auto answer = co_await http.send(std::move(request));
  const ChainResult result = judge(answer, cache, hop);
  trace(std::move(hop));
  cache.settle(url, result);
}

}  // namespace

ChainFetcher::ChainFetcher(http::Client& http, ChainCache& cache, const Clock& clock, HopSink trace)
    : http_(http), cache_(cache), clock_(clock), trace_(std::move(trace)) {}

Task<ChainResult> ChainFetcher::find(std::string url, std::string peer_address) {
  ChainCache& cache = cache_;  // after the wait this object may be gone
  if (auto known = cache.find(url)) co_return *std::move(known);
  auto found = co_await fetch_or_wait(url, std::move(peer_address));
  if (!found)  // where it was refused, the old one has gone as well
    if (auto overdue = cache.find_overdue(url)) co_return *std::move(overdue);
  co_return found;
}

Task<ChainResult> ChainFetcher::fetch_or_wait(std::string url, std::string peer_address) {
  const auto executor = co_await asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor);
  const auto part =
      cache_.join(url, http::counted_peer(peer_address), [waiting, executor](const ChainResult& result) {
        asio::post(executor, [waiting, result] {
          waiting->result = result;
          waiting->timer.cancel();
        });
      });
  if (part == ChainCache::Part::none) co_return std::unexpected(ChainProblem::unavailable);
  // By itself, so that a caller that hangs up takes nobody's answer with it.
  if (part == ChainCache::Part::fetch)
    asio::co_spawn(executor, fetch(http_, cache_, clock_.now(), trace_, std::move(url)), asio::detached);
  waiting->timer.expires_after(cache_.limits().fetch_deadline + kForTheWayBack);
  co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!waiting->result) co_return std::unexpected(ChainProblem::unavailable);
  co_return *std::move(waiting->result);
}

}  // namespace couplet::amazon
