// SPDX-License-Identifier: Apache-2.0
// libcurl's sockets and timer on an io_context: what curl wants to wait for, Asio waits for.
#pragma once
#include <curl/curl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

namespace couplet::http {

/// Drives one multi handle. Thread: the io_context's. Destroy it before the io_context.
class CurlSockets {
 public:
  /// `after_action` is called whenever curl may have finished a transfer.
  CurlSockets(boost::asio::io_context& context, std::function<void()> after_action);
  /// Every easy handle has been removed by then.
  ~CurlSockets();
  CurlSockets(const CurlSockets&) = delete;
  CurlSockets& operator=(const CurlSockets&) = delete;

  [[nodiscard]] CURLM* multi() const { return multi_; }
  /// curl must tell us before it closes a descriptor, or Asio would wait for whoever gets its number next.
  void watch_closing(CURL* easy);

 private:
  struct Watch;
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM*, long milliseconds, void* self);
  static int on_close(void* self, curl_socket_t socket);

  void want(curl_socket_t socket, int what);
  void forget(curl_socket_t socket);
  void arm(const std::shared_ptr<Watch>& watch);
  void act(curl_socket_t socket, int events);

  boost::asio::io_context& context_;
  std::function<void()> after_action_;
  boost::asio::steady_timer timer_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::shared_ptr<CurlSockets*> alive_;  // null in waits that outlive us
  CURLM* multi_;
};

}  // namespace couplet::http
