// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api about skill events and signatures. Documented in docs/emulator.md.
#pragma once
#include "base/task.hpp"
#include "emulator/events/event_delivery.hpp"
#include "emulator/events/event_source.hpp"
#include "emulator/signing/request_certificates.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

/// Errors: as ControlApi. Thread: the emulator's
class ControlEvents {
 public:
  ControlEvents(EventQueue& queue, EventSource& source, EventDelivery& delivery,
                RequestCertificates& certificates)
      : queue_(queue), source_(source), delivery_(delivery), certificates_(certificates) {}
  void add_routes(http::Router& router);

 private:
  using Action = Task<http::Response> (ControlEvents::*)(const http::Request&);
  void add(http::Router& router, std::string_view method, std::string_view pattern, Action action);

  Task<http::Response> list(const http::Request& request);
  Task<http::Response> send(const http::Request& request);
  Task<http::Response> drop_all(const http::Request& request);
  Task<http::Response> drop(const http::Request& request);
  Task<http::Response> deliver_all(const http::Request& request);
  Task<http::Response> deliver(const http::Request& request);
  Task<http::Response> put_mode(const http::Request& request);
  Task<http::Response> list_wrong_ways(const http::Request& request);
  Task<http::Response> show_signing(const http::Request& request);
  Task<http::Response> rotate(const http::Request& request);
  [[nodiscard]] http::Response state_of(std::uint64_t id) const;

  EventQueue& queue_;
  EventSource& source_;
  EventDelivery& delivery_;
  RequestCertificates& certificates_;
};

}  // namespace couplet::emulator
