// SPDX-License-Identifier: Apache-2.0
#include "http/testing/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace couplet::http::testing {

RawServer::RawServer(Script script) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, script = std::move(script)] { serve(script); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);  // accept() returns
  thread_.join();
  ::close(listener_);
}

void RawServer::serve(const Script& script) const {
  for (int number = 0;; ++number) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    const timeval patience{10, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    Peer peer(fd);
    script(peer, number);
    ::close(fd);
  }
}

std::string RawServer::Peer::read_request(std::size_t body_bytes) {
  std::string text;
  char octet = 0;
  while (!text.ends_with("\r\n\r\n") && ::recv(fd_, &octet, 1, 0) == 1) text += octet;
  if (!text.ends_with("\r\n\r\n")) return "";
  for (std::size_t i = 0; i < body_bytes && ::recv(fd_, &octet, 1, 0) == 1; ++i) text += octet;
  return text;
}

void RawServer::Peer::send(std::string_view octets) {
  (void)::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
}

void RawServer::Peer::wait_for_end() {
  char octet = 0;
  while (::recv(fd_, &octet, 1, 0) > 0) {
  }
}

void RawServer::Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace couplet::http::testing
