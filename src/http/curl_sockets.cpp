// SPDX-License-Identifier: Apache-2.0
#include "http/curl_sockets.hpp"

#include <unistd.h>

#include <mutex>
#include <stdexcept>

namespace couplet::http {

namespace asio = boost::asio;

/// One descriptor that curl owns: release() gives it back without closing it.
struct CurlSockets::Watch {
  Watch(asio::io_context& context, curl_socket_t s) : descriptor(context, s), socket(s) {}
  ~Watch() {
    if (descriptor.is_open()) descriptor.release();
  }
  asio::posix::stream_descriptor descriptor;
  curl_socket_t socket;
  int wanted = CURL_POLL_NONE;
  bool waits_read = false;
  bool waits_write = false;
  bool forgotten = false;
};

CurlSockets::CurlSockets(asio::io_context& context, std::function<void()> after_action)
    : context_(context),
      after_action_(std::move(after_action)),
      timer_(context),
      alive_(std::make_shared<CurlSockets*>(this)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  multi_ = curl_multi_init();
  if (!multi_) throw std::runtime_error("curl_multi_init failed");
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlSockets::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlSockets::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlSockets::~CurlSockets() {
  *alive_ = nullptr;
  curl_multi_cleanup(multi_);  // closes the pooled connections: on_close still finds its watches
}

void CurlSockets::watch_closing(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &CurlSockets::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
}

int CurlSockets::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto* const sockets = static_cast<CurlSockets*>(self);
  if (what == CURL_POLL_REMOVE)
    sockets->forget(socket);
  else
    sockets->want(socket, what);
  return 0;
}

int CurlSockets::on_close(void* self, curl_socket_t socket) {
  static_cast<CurlSockets*>(self)->forget(socket);
  return ::close(socket);
}

// curl must not be called back from inside its own callback, so even a timeout of 0 goes through the timer.
int CurlSockets::on_timer(CURLM*, long milliseconds, void* self) {
  auto* const sockets = static_cast<CurlSockets*>(self);
  sockets->timer_.cancel();
  if (milliseconds < 0) return 0;
  sockets->timer_.expires_after(std::chrono::milliseconds(milliseconds));
  sockets->timer_.async_wait([alive = sockets->alive_](const boost::system::error_code& cancelled) {
    if (!cancelled && *alive) (*alive)->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlSockets::want(curl_socket_t socket, int what) {
  std::shared_ptr<Watch>& watch = watches_[socket];
  if (!watch) watch = std::make_shared<Watch>(context_, socket);
  watch->wanted = what;
  arm(watch);
}

void CurlSockets::forget(curl_socket_t socket) {
  const auto found = watches_.find(socket);
  if (found == watches_.end()) return;
  found->second->forgotten = true;
  found->second->descriptor.release();  // its waits end with operation_aborted
  watches_.erase(found);
}

void CurlSockets::arm(const std::shared_ptr<Watch>& watch) {
  const auto wait = [&](int direction, bool Watch::* waits, asio::posix::stream_descriptor::wait_type type,
                        int event) {
    if ((watch->wanted & direction) == 0 || (*watch).*waits) return;
    (*watch).*waits = true;
    watch->descriptor.async_wait(
        type, [alive = alive_, watch, waits, event](const boost::system::error_code& error) {
          (*watch).*waits = false;
          if (watch->forgotten || !*alive) return;
          CurlSockets& sockets = **alive;
          const curl_socket_t socket = watch->socket;
          sockets.act(socket, error ? CURL_CSELECT_ERR : event);
          if (*alive && !watch->forgotten) sockets.arm(watch);
        });
  };
  wait(CURL_POLL_IN, &Watch::waits_read, asio::posix::stream_descriptor::wait_read, CURL_CSELECT_IN);
  wait(CURL_POLL_OUT, &Watch::waits_write, asio::posix::stream_descriptor::wait_write, CURL_CSELECT_OUT);
}

void CurlSockets::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  after_action_();
}

}  // namespace couplet::http
