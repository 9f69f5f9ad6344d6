// SPDX-License-Identifier: Apache-2.0
// One outgoing call as curl sees it: an easy handle, what it sends, what it has received.
#pragma once
#include <curl/curl.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "http/client.hpp"

namespace couplet::http {

/// Where a URL leads; the unit of connection limits.
struct UrlTarget {
  std::string scheme;
  std::string host;
  std::string origin;  // scheme://host:port
};

/// Absent, with the reason, when it is not a URL that these options allow.
Result<UrlTarget, std::string> check_url(const std::string& url, const CurlClientOptions& options);

/// Lifetime: shared by the coroutine that waits and the client that works. Thread: the io_context's.
class CurlCall {
 public:
  CurlCall(boost::asio::io_context& context, OutgoingRequest request, UrlTarget target);
  ~CurlCall();
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;

  /// Sets the easy handle up. False when the request cannot be sent as it is (a line break in a header).
  [[nodiscard]] bool prepare(const CurlClientOptions& options);
  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  [[nodiscard]] const UrlTarget& target() const { return target_; }
  [[nodiscard]] const Deadlines& deadlines() const { return request_.deadlines; }
  [[nodiscard]] bool answer_has_begun() const { return header_bytes_ > 0; }
  [[nodiscard]] bool maybe_sent() const { return maybe_sent_; }

  using Outcome = Result<IncomingResponse, TransportError>;
  /// What curl's result means.
  [[nodiscard]] Outcome outcome_of(CURLcode code);

  std::optional<Outcome> outcome;     // set once
  boost::asio::steady_timer waiting;  // cancelled when `outcome` is set

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_send(void* self, char*, char*, int, int);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* peer);

  bool set_headers();
  void set_method();
  void set_policy(const CurlClientOptions& options);
  [[nodiscard]] TransportError::Kind kind_of(CURLcode code) const;

  struct Free {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  bool append(std::unique_ptr<curl_slist, Free>& list, const std::string& text);

  OutgoingRequest request_;
  UrlTarget target_;
  std::unique_ptr<CURL, Free> easy_;
  std::unique_ptr<curl_slist, Free> header_list_;
  std::unique_ptr<curl_slist, Free> connect_to_;
  char error_text_[CURL_ERROR_SIZE] = "";
  IncomingResponse response_;
  std::size_t header_bytes_ = 0;
  bool maybe_sent_ = false;
  bool too_large_ = false;
  bool opened_socket_ = false;    // to an address that is allowed
  bool refused_address_ = false;  // at least one
};

}  // namespace couplet::http
