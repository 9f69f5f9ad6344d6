// SPDX-License-Identifier: Apache-2.0
#include "http/testing/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/beast/core/string.hpp>
#include <cerrno>
#include <stdexcept>

namespace couplet::http::testing {
namespace {

constexpr time_t kPatienceSeconds = 10;

int connect_to(std::uint16_t port, int fd) {
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  throw std::runtime_error("cannot connect to the server under test");
}

}  // namespace

struct RawClient::Tls {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
};

std::string RawAnswer::header(std::string_view name) const {
  for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = std::string_view(head).substr(at, head.find("\r\n", at) - at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !boost::beast::iequals(line.substr(0, colon), name)) continue;
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    return std::string(line.substr(value));
  }
  return "";
}

RawClient::Pending::Pending() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

RawClient::Pending::~Pending() {
  if (fd_ >= 0) ::close(fd_);
}

RawClient::RawClient(std::uint16_t port, Pending pending) : fd_(connect_to(port, pending.release())) {}

RawClient::RawClient(std::uint16_t port, Security security) : RawClient(port, Pending()) {
  if (security == Security::plain) return;
  tls_ = std::make_unique<Tls>();
  SSL_set_fd(tls_->ssl.get(), fd_);
  if (SSL_connect(tls_->ssl.get()) != 1) throw std::runtime_error("no TLS with the server under test");
}

RawClient::~RawClient() { ::close(fd_); }

bool RawClient::send(std::string_view octets) {
  while (!octets.empty()) {
    const auto sent = tls_ ? SSL_write(tls_->ssl.get(), octets.data(), static_cast<int>(octets.size()))
                           : ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_output() { ::shutdown(fd_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(fd_);
  fd_ = -1;
}

std::size_t RawClient::read_some(char* into, std::size_t bytes) {
  const auto received =
      tls_ ? SSL_read(tls_->ssl.get(), into, static_cast<int>(bytes)) : ::recv(fd_, into, bytes, 0);
  if (received > 0) return static_cast<std::size_t>(received);
  if (!tls_ && received < 0 && errno == EAGAIN)
    throw std::runtime_error("the server under test does not answer");
  if (received < 0) was_reset_ = true;
  return 0;
}

RawAnswer RawClient::read_answer(bool head_only) {
  RawAnswer answer;
  std::size_t wanted = std::string::npos;
  for (;;) {
    const std::size_t end = received_.find("\r\n\r\n");
    if (end != std::string::npos && wanted == std::string::npos) {
      answer.head = received_.substr(0, end + 2);
      const std::string length = head_only ? "" : answer.header("Content-Length");
      wanted = end + 4 + (length.empty() ? 0 : std::stoul(length));
    }
    if (wanted <= received_.size()) break;
    char piece[4096];
    const std::size_t bytes = read_some(piece, sizeof piece);
    if (bytes == 0) return {};
    received_.append(piece, bytes);
  }
  answer.status = std::stoi(answer.head.substr(answer.head.find(' ') + 1));
  answer.body = received_.substr(answer.head.size() + 2, wanted - answer.head.size() - 2);
  received_.erase(0, wanted);
  return answer;
}

std::string RawClient::read_bytes(std::size_t count) {
  char piece[4096];
  while (received_.size() < count) {
    const std::size_t bytes = read_some(piece, sizeof piece);
    if (bytes == 0) break;
    received_.append(piece, bytes);
  }
  std::string read = received_.substr(0, count);
  received_.erase(0, count);
  return read;
}

std::string RawClient::read_to_end() {
  char piece[4096];
  while (const std::size_t bytes = read_some(piece, sizeof piece)) received_.append(piece, bytes);
  return std::move(received_);
}

bool RawClient::ended_in_order() {
  read_to_end();
  return !was_reset_;
}

bool RawClient::has_news(std::chrono::milliseconds patience) const {
  pollfd readable{fd_, POLLIN, 0};
  return ::poll(&readable, 1, static_cast<int>(patience.count())) > 0;
}

std::vector<RawAnswer> RawClient::exchange(std::string_view octets) {
  send(octets);
  std::vector<RawAnswer> answers;
  for (RawAnswer answer = read_answer(); answer.status != 0; answer = read_answer())
    answers.push_back(answer);
  return answers;
}

}  // namespace couplet::http::testing
