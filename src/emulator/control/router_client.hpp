// SPDX-License-Identifier: Apache-2.0
// A client that reaches one router of this process without sockets, and everything else over another client.
#pragma once
#include <string>

#include "http/client.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

/// Thread: the router's.
class RouterClient final : public http::Client {
 public:
  /// URLs that begin with `url` go to `router`; both outlive the client.
  RouterClient(std::string url, const http::Router& router, http::Client& others)
      : url_(std::move(url)), router_(router), others_(others) {}
  Task<Result<http::IncomingResponse, http::TransportError>> send(http::OutgoingRequest request) override;

 private:
  std::string url_;
  const http::Router& router_;
  http::Client& others_;
};

}  // namespace couplet::emulator
