// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <deque>
#include <map>
#include <set>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "http/curl_call.hpp"
#include "http/curl_sockets.hpp"

namespace couplet::http {
namespace {

namespace asio = boost::asio;
using Outcome = CurlCall::Outcome;
using CallPtr = std::shared_ptr<CurlCall>;
using Kind = TransportError::Kind;

constexpr long kPooledConnections = 256;

Outcome not_sent(Kind kind, std::string detail) {
  return std::unexpected(TransportError{kind, false, std::chrono::milliseconds{0}, std::move(detail)});
}

void settle(CurlCall& call, Outcome outcome) {
  if (call.outcome) return;
  call.outcome.emplace(std::move(outcome));
  call.waiting.cancel();
}

}  // namespace

/// Calls by origin: so many at work, so many in line.
struct CurlClient::Impl {
  struct Origin {
    std::size_t working = 0;
    std::deque<CallPtr> line;
  };

  Impl(asio::io_context& c, CurlClientOptions o)
      : context(c), options(std::move(o)), sockets(c, [this] { collect(); }) {
    curl_multi_setopt(sockets.multi(), CURLMOPT_MAXCONNECTS, kPooledConnections);
  }
  ~Impl();

  void submit(const CallPtr& call);
  void begin(const CallPtr& call);
  void collect();
  void finish(CURL* easy, Outcome outcome);
  void abandon(const CallPtr& call);
  void next_in_line(const std::string& origin);

  asio::io_context& context;
  CurlClientOptions options;
  std::map<std::string, Origin> origins;
  std::map<CURL*, CallPtr> working;
  CurlSockets sockets;
};

CurlClient::CurlClient(asio::io_context& context, CurlClientOptions options) {
  std::signal(SIGPIPE, SIG_IGN);  // a TLS write to a peer that is gone
  impl_ = std::make_shared<Impl>(context, std::move(options));
}

CurlClient::~CurlClient() = default;

CurlClient::Impl::~Impl() {
  for (auto& [easy, call] : working) {
    curl_multi_remove_handle(sockets.multi(), easy);
    settle(*call,
           std::unexpected(TransportError{Kind::reset, call->maybe_sent(), {}, "the client was closed"}));
  }
  for (auto& [name, origin] : origins)
    for (const CallPtr& call : origin.line)
      settle(*call, not_sent(Kind::overloaded, "the client was closed"));
}

Task<Outcome> CurlClient::send(OutgoingRequest request) {
  const std::weak_ptr<Impl> impl = impl_;  // the client may be gone when this coroutine goes on
  auto target = check_url(request.url, impl_->options);
  if (!target) co_return not_sent(Kind::refused_url, std::move(target.error()));
  const auto call = std::make_shared<CurlCall>(impl_->context, std::move(request), std::move(*target));
  if (!call->prepare(impl_->options)) co_return not_sent(Kind::refused_url, "the request is not well-formed");

  const SystemClock clock;
  const auto began = clock.monotonic();
  const auto left_of = [&](std::chrono::milliseconds deadline) {
    return deadline - (clock.monotonic() - began);
  };
  impl_->submit(call);
  bool awaits_first_byte = true;
  while (!call->outcome) {
    const Deadlines& deadlines = call->deadlines();
    call->waiting.expires_after(left_of(awaits_first_byte ? deadlines.first_byte : deadlines.total));
    auto [cancelled] = co_await call->waiting.async_wait(asio::as_tuple(asio::use_awaitable));
    if (call->outcome || cancelled) continue;
    const std::shared_ptr<Impl> still = impl.lock();
    const bool late = !awaits_first_byte || !call->answer_has_begun();
    awaits_first_byte = false;
    if (late && still) still->abandon(call);
  }
  Outcome outcome = std::move(*call->outcome);
  // libcurl stops its own watch at the last thing that happened, which for a call that was given up is long
  // ago.
  if (!outcome)
    outcome.error().elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.monotonic() - began);
  co_return outcome;
}

void CurlClient::Impl::submit(const CallPtr& call) {
  Origin& origin = origins[call->target().origin];
  if (origin.working < options.connections_per_host) {
    ++origin.working;
    return begin(call);
  }
  if (origin.line.size() >= options.waiting_per_host)
    return settle(*call, not_sent(Kind::overloaded, "too many calls wait for " + call->target().origin));
  origin.line.push_back(call);
}

void CurlClient::Impl::begin(const CallPtr& call) {
  working.emplace(call->easy(), call);
  sockets.watch_closing(call->easy());
  if (curl_multi_add_handle(sockets.multi(), call->easy()) != CURLM_OK)
    finish(call->easy(), not_sent(Kind::connect, "curl did not take the call"));
}

// Takes what curl has finished.
void CurlClient::Impl::collect() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(sockets.multi(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    finish(easy, working.at(easy)->outcome_of(message->data.result));
  }
}

void CurlClient::Impl::finish(CURL* easy, Outcome outcome) {
  const CallPtr call = working.at(easy);
  working.erase(easy);
  curl_multi_remove_handle(sockets.multi(), easy);
  settle(*call, std::move(outcome));
  next_in_line(call->target().origin);
}

void CurlClient::Impl::abandon(const CallPtr& call) {
  if (working.contains(call->easy()))
    return finish(call->easy(), call->maybe_sent() ? call->outcome_of(CURLE_OPERATION_TIMEDOUT)
                                                   : not_sent(Kind::connect, "no connection in time"));
  std::erase(origins[call->target().origin].line, call);
  settle(*call, not_sent(Kind::overloaded, "waited in line for too long"));
}

void CurlClient::Impl::next_in_line(const std::string& name) {
  Origin& origin = origins.at(name);
  if (origin.line.empty()) {
    if (--origin.working == 0) origins.erase(name);
    return;
  }
  const CallPtr next = origin.line.front();
  origin.line.pop_front();
  begin(next);
}

}  // namespace couplet::http
