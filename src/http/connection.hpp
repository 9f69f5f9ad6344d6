// SPDX-License-Identifier: Apache-2.0
// The life of one connection: handshake, then request, answer, request, answer, until one side has had
// enough.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "http/request_parser.hpp"
#include "http/transport.hpp"
#include "http/worker.hpp"

namespace couplet::http {

/// Lives inside its own coroutine, see serve_connection(). Waits carry no timers of their own: the worker's
/// tick, once a second, cuts what is late. Thread: the worker's.
class Connection {
 public:
  Connection(std::shared_ptr<Worker> worker, boost::asio::ip::tcp::socket socket, const TlsContext& tls,
             std::string peer_address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<void> run();

  // For the table:
  [[nodiscard]] bool is_still_asking() const {
    return phase_ == Phase::handshake || phase_ == Phase::reading;
  }
  void cut_if_late(std::chrono::nanoseconds now);
  void wake();   // looks once more for input, then goes if the worker is draining
  void abort();  // closes the socket; run() ends

 private:
  enum class Phase {
    idle,       // between requests, or before the first
    handshake,  // TLS
    reading,    // a request has begun
    handling,   // a handler works
    writing,    // an answer waits for a slow reader
    lingering,  // all is said; what still comes in is thrown away so that the answer is not lost in a reset
    abandoned,  // the handler took too long and the client has had its 503; nobody waits for the handler any
                // more
  };
  enum class Arrival { request, refused, gone };

  Task<bool> shake_hands();
  Task<bool> exchange();  // one request and its answer; false: no more of them
  Task<void> linger();

  // Reading.
  void start_request();
  Task<Arrival> receive();
  Task<bool> receive_some();                             // into buffer_; false: gone or late
  Task<std::size_t> receive_into(std::span<char> into);  // 0: gone or late
  [[nodiscard]] bool body_is_here();
  Task<Arrival> receive_body();
  Task<Arrival> receive_counted_body();
  Task<Arrival> receive_chunked_body();
  void skip_empty_line();
  void name_request();
  Arrival refuse(Refusal refusal);
  Arrival gone_or_late();

  // Answering.
  Task<Response> handle(Request& request);
  Task<bool> deliver(Response response);
  int compose(const Response& response);
  Task<bool> send_slowly(Response response);
  Task<bool> drip(std::string text, std::size_t bytes_per_second);
  Task<bool> pour(std::string head, std::string body, std::size_t bytes_per_second);
  Task<bool> pause(std::chrono::milliseconds time);
  Transport::Progress write_at_once(std::string_view& text);
  Task<bool> write_rest(std::string rest);
  void give_up_on_handler();
  void observe(int status, std::string_view outcome) const;
  void end_request();

  // Waiting.
  Task<bool> wait(Transport::Progress progress);  // false: late or closed
  void enter(Phase phase, std::chrono::nanoseconds limit);

  std::shared_ptr<Worker> worker_;
  const ServerLimits& limits_;
  Transport transport_;
  std::string peer_address_;
  ConnectionTable::Place place_;
  bool idle_listed_ = true;
  Phase phase_ = Phase::idle;
  bool late_ = false;
  bool last_ = false;  // the connection ends after this answer
  std::chrono::nanoseconds deadline_{0};

  // Of the request at hand. While it is handled, its head stands at the front of buffer_ and does not move.
  ReceiveBuffer buffer_;
  RequestHead head_;
  std::optional<RequestParser> parser_;
  std::size_t head_bytes_ = 0;
  std::size_t consumed_bytes_ = 0;  // of buffer_, head and body
  std::string body_text_;           // the body, where it is not in the buffer
  std::string_view body_;
  std::string pipelined_;  // what came behind a chunked body
  std::string request_id_;
  std::string_view client_address_;
  std::chrono::nanoseconds began_{0};
  Refusal refusal_;
};

/// The coroutine that a connection lives in.
Task<void> serve_connection(std::shared_ptr<Worker> worker, boost::asio::ip::tcp::socket socket,
                            TlsContext tls);

}  // namespace couplet::http
