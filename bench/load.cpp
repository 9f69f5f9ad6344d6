// SPDX-License-Identifier: Apache-2.0
#include "load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "base/clock.hpp"

namespace couplet::bench {
namespace {

using std::chrono::nanoseconds;

class Socket {
 public:
  explicit Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("nobody listens on port " + std::to_string(port));
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

struct Answer {
  std::size_t bytes = 0;  // 0: not complete
  std::size_t body_at = 0;
  int status = 0;
};

Answer look_at(std::string_view received) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const std::size_t length_at = received.substr(0, end).find(kLength);
  const std::size_t length = length_at == std::string_view::npos
                                 ? 0
                                 : std::strtoul(received.data() + length_at + kLength.size(), nullptr, 10);
  const std::size_t bytes = end + 4 + length;
  if (received.size() < bytes) return {};
  return {bytes, end + 4, std::atoi(received.data() + std::string_view("HTTP/1.1 ").size())};
}

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(port) {}
  [[nodiscard]] int fd() const { return socket_.fd(); }

  // A request is far smaller than a socket's buffer: it goes out whole, or the connection is broken.
  bool send(const std::function<bool(std::string&)>& next, nanoseconds now) {
    sent_at_ = now;
    request_.clear();
    received_.clear();
    return next(request_) && ::send(fd(), request_.data(), request_.size(), MSG_NOSIGNAL) ==
                                 static_cast<ssize_t>(request_.size());
  }
  // False when the connection has ended.
  bool receive() {
    std::array<char, 16384> piece;
    const ssize_t bytes = ::recv(fd(), piece.data(), piece.size(), 0);
    if (bytes <= 0) return bytes < 0 && errno == EAGAIN;
    received_.append(piece.data(), static_cast<std::size_t>(bytes));
    return true;
  }
  [[nodiscard]] Answer answer() const { return look_at(received_); }
  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] nanoseconds sent_at() const { return sent_at_; }

 private:
  Socket socket_;
  std::string request_;
  std::string received_;
  nanoseconds sent_at_{0};
};

double percentile_ms(std::vector<nanoseconds>& latencies, double share) {
  if (latencies.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1));
  std::ranges::nth_element(latencies, latencies.begin() + static_cast<std::ptrdiff_t>(at));
  return std::chrono::duration<double, std::milli>(latencies[at]).count();
}

class Loop {
 public:
  explicit Loop(const Load& load) : load_(load), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (std::size_t i = 0; i < load.connections; ++i) {
      clients_.push_back(std::make_unique<Client>(load.port));
      epoll_event event{.events = EPOLLIN, .data = {.ptr = clients_.back().get()}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_.back()->fd(), &event);
    }
  }
  ~Loop() { ::close(epoll_); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Measured run() {
    const nanoseconds began = clock_.monotonic();
    until_ = began + load_.duration;
    for (const auto& client : clients_) begin(*client, began);
    while (working_ > 0) turn();
    measured_.seconds = std::chrono::duration<double>(last_answer_ - began).count();
    measured_.answers = latencies_.size();
    measured_.p50_ms = percentile_ms(latencies_, 0.50);
    measured_.p99_ms = percentile_ms(latencies_, 0.99);
    return measured_;
  }

 private:
  void begin(Client& client, nanoseconds now) {
    if (now < until_ && client.send(load_.next_request, now)) ++working_;
  }

  void turn() {
    std::array<epoll_event, 128> events;
    constexpr int kPatienceMs = 10'000;
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kPatienceMs);
    if (ready == 0) throw std::runtime_error("the server under test has stopped answering");
    for (int i = 0; i < ready; ++i) take(*static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
  }

  void take(Client& client) {
    if (!client.receive()) {
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, client.fd(), nullptr);
      ++measured_.unexpected;
      --working_;
      return;
    }
    const Answer answer = client.answer();
    if (answer.bytes == 0) return;
    last_answer_ = clock_.monotonic();
    latencies_.push_back(last_answer_ - client.sent_at());
    if (answer.status != load_.expected_status) ++measured_.unexpected;
    --working_;
    begin(client, last_answer_);
  }

  const Load& load_;
  SystemClock clock_;
  int epoll_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<nanoseconds> latencies_;
  Measured measured_;
  nanoseconds until_{0};
  nanoseconds last_answer_{0};
  std::size_t working_ = 0;
};

}  // namespace

Measured run_load(const Load& load) { return Loop(load).run(); }

WholeAnswer ask_once(std::uint16_t port, const std::string& request, int expected_status) {
  Client client(port);
  client.send([&](std::string& out) { return out = request, true; }, nanoseconds{0});
  while (client.answer().bytes == 0)
    if (!client.receive()) throw std::runtime_error("the server under test has closed the connection");
  const Answer answer = client.answer();
  const std::string& text = client.received();
  WholeAnswer whole{text.substr(0, answer.body_at), text.substr(answer.body_at)};
  if (answer.status != expected_status)
    throw std::runtime_error("status " + std::to_string(answer.status) + " where " +
                             std::to_string(expected_status) + " was expected: " + whole.body);
  return whole;
}

}  // namespace couplet::bench
