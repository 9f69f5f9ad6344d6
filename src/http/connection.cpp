// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "http/forwarded.hpp"
#include "http/problem.hpp"

namespace couplet::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Progress = Transport::Progress;

constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kKeptBodyBytes = 4096;
constexpr std::size_t kMaxPendingChunkBytes = 8 * 1024;  // of a chunk's head, or of the trailers
constexpr std::size_t kMaxRequestIdBytes = 64;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr const char* kRetryAfterSeconds = "5";

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRequestIdBytes && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

std::string text_of_current_exception() {
  try {
    throw;
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "not a std::exception";
  }
}

}  // namespace

Task<void> serve_connection(std::shared_ptr<Worker> worker, tcp::socket socket, TlsContext tls) {
  boost::system::error_code gone;
  const auto peer = socket.remote_endpoint(gone);
  if (gone) co_return;
  asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  Connection connection(std::move(worker), std::move(socket), tls, address.to_string());
  co_await connection.run();
}

Connection::Connection(std::shared_ptr<Worker> worker, tcp::socket socket, const TlsContext& tls,
                       std::string peer_address)
    : worker_(std::move(worker)),
      limits_(worker_->options->limits),
      transport_(std::move(socket), tls),
      peer_address_(std::move(peer_address)),
      place_(worker_->connections.add(*this)),
      buffer_(worker_->blocks) {
  worker_->open->add();
}

Connection::~Connection() {
  worker_->connections.remove(place_, idle_listed_);
  worker_->open->remove();
}

Task<void> Connection::run() {
  if (transport_.is_tls() && !co_await shake_hands()) co_return co_await linger();
  while (co_await exchange()) {
  }
  if (phase_ == Phase::writing) co_return co_await linger();
  if (phase_ == Phase::idle) transport_.end_output();
}

Task<bool> Connection::shake_hands() {
  enter(Phase::handshake, limits_.handshake_deadline);
  for (;;) {
    const Progress progress = transport_.handshake().progress;
    if (progress == Progress::done) co_return true;
    if (progress == Progress::end || !co_await wait(progress)) co_return false;
  }
}

Task<bool> Connection::exchange() {
  const Arrival arrival = co_await receive();
  if (arrival == Arrival::gone) co_return false;
  if (arrival == Arrival::refused) {
    last_ = true;
    co_return co_await deliver(problem_response(refusal_.status, refusal_.detail));
  }
  Request request{
      head_.method, head_.path,          head_.query, HeaderView(head_.fields), body_, client_address_,
      request_id_,  transport_.is_tls(), {}};
  Response response = co_await handle(request);
  if (phase_ == Phase::abandoned) co_return false;
  if (response.status == kNoAnswer) {
    observe(kNoAnswer, {});
    co_return false;
  }
  last_ = !head_.keep_alive || worker_->draining;
  co_return co_await deliver(std::move(response));
}

// ---- reading

Task<Connection::Arrival> Connection::receive() {
  start_request();
  HeadScan scan(HeadLimits{limits_.header_bytes, limits_.uri_bytes});
  for (;;) {
    const HeadScan::State state = scan.look_at(buffer_.text());
    if (state == HeadScan::State::complete) break;
    if (state == HeadScan::State::refused) co_return refuse(scan.refusal());
    const bool first = buffer_.empty();
    if (!co_await receive_some()) co_return gone_or_late();
    if (first) skip_empty_line();
  }
  head_bytes_ = consumed_bytes_ = scan.head_bytes();
  parser_.emplace(head_, body_text_, limits_.body_bytes);
  if (const Refusal refusal = parser_->parse_head(buffer_.text().substr(0, head_bytes_)))
    co_return refuse(refusal);
  name_request();
  client_address_ =
      client_address(peer_address_, HeaderView(head_.fields), worker_->options->trusted_proxies);
  if (body_is_here()) co_return Arrival::request;
  co_return co_await receive_body();
}

void Connection::start_request() {
  parser_.reset();
  head_.clear();
  head_bytes_ = consumed_bytes_ = 0;
  body_ = {};
  body_text_.clear();
  if (body_text_.capacity() > kKeptBodyBytes) body_text_.shrink_to_fit();
  client_address_ = peer_address_;
  request_id_.clear();
  refusal_ = {};
  began_ = {};
  if (buffer_.empty()) {
    buffer_.release();
    return enter(Phase::idle, limits_.idle_deadline);
  }
  buffer_.compact();
  skip_empty_line();
  enter(Phase::reading, limits_.header_deadline);
}

// Some old clients end a form body with a line feed too many (RFC 9112 2.2).
void Connection::skip_empty_line() {
  if (!buffer_.text().starts_with("\r\n")) return;
  buffer_.consume(2);
  buffer_.compact();
}

Task<bool> Connection::receive_some() {
  // Between requests there is nothing to read: to try would cost a system call, and memory while we wait.
  if (phase_ == Phase::idle && !transport_.holds_input() && !worker_->draining)
    if (!co_await wait(Progress::wait_read)) co_return false;
  const std::size_t bytes = co_await receive_into(buffer_.free_space());
  if (bytes == 0) co_return false;
  buffer_.received(bytes);
  if (phase_ == Phase::idle) enter(Phase::reading, limits_.header_deadline);
  co_return true;
}

Task<std::size_t> Connection::receive_into(std::span<char> into) {
  for (;;) {
    const Transport::Io io = transport_.read(into);
    if (io.progress == Progress::done) co_return io.bytes;
    if (io.progress == Progress::end) co_return 0;
    if (phase_ == Phase::idle && worker_->draining) co_return 0;
    if (!co_await wait(io.progress)) co_return 0;
  }
}

bool Connection::body_is_here() {
  if (head_.framing == BodyFraming::none) return true;
  if (head_.framing == BodyFraming::chunked) return false;
  if (buffer_.text().size() - head_bytes_ < head_.content_length) return false;
  body_ = buffer_.text().substr(head_bytes_, head_.content_length);
  consumed_bytes_ += body_.size();
  return true;
}

Task<Connection::Arrival> Connection::receive_body() {
  enter(Phase::reading, limits_.body_deadline);
  if (head_.expects_continue && buffer_.text().size() == head_bytes_) {
    std::string_view invitation = kContinue;
    const bool sent =
        write_at_once(invitation) == Progress::done || co_await write_rest(std::string(invitation));
    if (!sent) co_return Arrival::gone;
  }
  if (head_.framing == BodyFraming::chunked) co_return co_await receive_chunked_body();
  co_return co_await receive_counted_body();
}

Task<Connection::Arrival> Connection::receive_counted_body() {
  // In the buffer where it fits without moving the head; grown as it comes, not as it is announced,
  // elsewhere.
  if (head_bytes_ + head_.content_length <= buffer_.capacity()) {
    while (!body_is_here())
      if (!co_await receive_some()) co_return gone_or_late();
    co_return Arrival::request;
  }
  body_text_ = buffer_.text().substr(head_bytes_);
  while (body_text_.size() < head_.content_length) {
    const std::size_t have = body_text_.size();
    body_text_.resize(std::min<std::size_t>(head_.content_length, std::max(2 * have, kReadBytes)));
    const std::size_t bytes = co_await receive_into(std::span(body_text_).subspan(have));
    body_text_.resize(have + bytes);
    if (bytes == 0) co_return gone_or_late();
  }
  body_ = body_text_;
  consumed_bytes_ = buffer_.text().size();
  co_return Arrival::request;
}

Task<Connection::Arrival> Connection::receive_chunked_body() {
  std::string raw(buffer_.text().substr(head_bytes_));
  consumed_bytes_ = buffer_.text().size();
  const std::size_t limit = 8 * limits_.body_bytes + kMaxPendingChunkBytes;  // one octet a chunk costs six
  for (std::size_t taken = 0; taken <= limit;) {
    const RequestParser::Fed fed = parser_->feed_chunks(raw);
    if (fed.refusal) co_return refuse(fed.refusal);
    taken += fed.consumed;
    raw.erase(0, fed.consumed);
    if (fed.done) {
      pipelined_ = std::move(raw);
      body_ = body_text_;
      co_return Arrival::request;
    }
    const std::size_t have = raw.size();
    if (have > kMaxPendingChunkBytes) co_return refuse({400, "a chunk's head is too long"});
    raw.resize(have + kReadBytes);
    const std::size_t bytes = co_await receive_into(std::span(raw).subspan(have));
    raw.resize(have + bytes);
    if (bytes == 0) co_return gone_or_late();
  }
  co_return refuse({413, "the body is too large"});
}

void Connection::name_request() {
  const auto given = HeaderView(head_.fields).get("x-request-id");
  if (given && is_request_id(*given))
    request_id_ = *given;
  else
    request_id_ = to_hex(worker_->random.bytes<8>());
}

Connection::Arrival Connection::refuse(Refusal refusal) {
  refusal_ = refusal;
  if (began_.count() == 0) began_ = worker_->clock.monotonic();
  if (request_id_.empty()) name_request();
  return Arrival::refused;
}

Connection::Arrival Connection::gone_or_late() {
  if (late_ && phase_ == Phase::reading) return refuse({408, "the request took too long"});
  return Arrival::gone;
}

// ---- answering

Task<Response> Connection::handle(Request& request) {
  enter(Phase::handling, limits_.handler_deadline);
  try {
    const std::shared_ptr<const Router> router = worker_->router;
    request.owner = router;
    co_return co_await router->dispatch(request);
  } catch (...) {  // the only one: what a handler did not foresee ends here
    log::error("http.handler_failed", {{"request_id", request_id_}, {"detail", text_of_current_exception()}});
  }
  co_return problem_response(500);
}

Task<bool> Connection::deliver(Response response) {
  last_ = last_ || response.endless;  // only the connection's end could end it
  const int status = compose(response);
  const std::string_view outcome = response.outcome;
  phase_ = Phase::writing;
  if (response.bytes_per_second > 0) {
    const bool sent = co_await send_slowly(std::move(response));
    observe(status, outcome);
    end_request();
    co_return sent && !last_;
  }
  std::string_view text = worker_->out;
  const Progress progress = write_at_once(text);
  // The rest is copied: other connections use the same scratch while this one waits.
  const bool sent =
      progress == Progress::done || (progress != Progress::end && co_await write_rest(std::string(text)));
  observe(status, outcome);
  end_request();
  co_return sent && !last_;
}

int Connection::compose(const Response& response) {
  Delivery delivery{worker_->date.at(worker_->clock.now()),
                    request_id_,
                    transport_.is_tls(),
                    last_,
                    head_.http_1_1,
                    head_.method == "HEAD"};
  worker_->out.clear();
  if (append_response(worker_->out, response, delivery)) return response.status;
  log::error("http.bad_response_header", {{"request_id", request_id_}});
  (void)append_response(worker_->out, problem_response(500), delivery);
  return 500;
}

Progress Connection::write_at_once(std::string_view& text) {
  while (!text.empty()) {
    const Transport::Io io = transport_.write(text);
    if (io.progress != Progress::done) return io.progress;
    text.remove_prefix(io.bytes);
  }
  return Progress::done;
}

Task<bool> Connection::write_rest(std::string rest) {
  const Phase before = phase_;
  enter(Phase::writing, limits_.write_deadline);
  std::string_view text = rest;
  for (Progress progress = Progress::wait_write; progress != Progress::done;) {
    if (progress == Progress::end || !co_await wait(progress)) co_return false;
    progress = write_at_once(text);
  }
  phase_ = before;
  co_return true;
}

// Called by the tick while the handler still waits for something. Its work is not cut off half-way: it runs
// to its end, only that nobody is told any more.
void Connection::give_up_on_handler() {
  last_ = true;
  const Response late =
      problem_response(503, "the answer took too long").header("Retry-After", kRetryAfterSeconds);
  (void)compose(late);
  std::string_view text = worker_->out;
  (void)write_at_once(text);  // what does not go out at once is lost
  observe(late.status, late.outcome);
  transport_.end_output();
  phase_ = Phase::abandoned;
  log::warn("http.handler_late", {{"request_id", request_id_}, {"path", head_.path}});
}

void Connection::observe(int status, std::string_view outcome) const {
  if (!worker_->observer) return;
  const auto elapsed = worker_->clock.monotonic() - began_;
  worker_->observer(
      Exchange{head_.method, head_.path, request_id_, client_address_, status, outcome, elapsed});
}

void Connection::end_request() {
  buffer_.consume(std::min(consumed_bytes_, buffer_.text().size()));
  if (pipelined_.empty()) return;
  buffer_.append(pipelined_);
  pipelined_ = {};
}

// ---- waiting

Task<bool> Connection::wait(Progress progress) {
  const auto what = progress == Progress::wait_write ? tcp::socket::wait_write : tcp::socket::wait_read;
  co_await transport_.socket().async_wait(what, asio::as_tuple(asio::use_awaitable));
  co_return !late_ && transport_.socket().is_open();
}

void Connection::enter(Phase phase, std::chrono::nanoseconds limit) {
  const auto now = worker_->clock.monotonic();
  const bool idle = phase == Phase::idle;
  if (idle && !idle_listed_) worker_->connections.to_idle(place_);
  if (!idle && idle_listed_) worker_->connections.to_busy(place_);
  idle_listed_ = idle;
  if (phase == Phase::reading && began_.count() == 0) began_ = now;
  phase_ = phase;
  deadline_ = now + limit;
  late_ = false;
}

void Connection::cut_if_late(std::chrono::nanoseconds now) {
  if (phase_ == Phase::abandoned || now < deadline_) return;
  if (phase_ == Phase::handling) return give_up_on_handler();
  if (phase_ != Phase::reading) return abort();
  late_ = true;  // receive() answers 408
  wake();
}

void Connection::wake() {
  boost::system::error_code gone;
  transport_.socket().cancel(gone);
}

void Connection::abort() {
  boost::system::error_code gone;
  transport_.socket().close(gone);
}

Task<void> Connection::linger() {
  enter(Phase::lingering, kLinger);
  transport_.end_output();
  while (!transport_.discard_input())
    if (!co_await wait(Progress::wait_read)) co_return;
}

}  // namespace couplet::http
