// SPDX-License-Identifier: Apache-2.0
// Every call that comes in passes here: it is sent to the router of its host, journaled, and meets the fault
// that was ordered for it.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/task.hpp"
#include "emulator/calls/call_subject.hpp"
#include "emulator/calls/fault_book.hpp"
#include "emulator/calls/journal.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class Gate {
 public:
  using SubjectOf = std::function<CallSubject(const http::Request&)>;
  /// `subject_of` is asked only while a fault wants to know.
  Gate(Journal& journal, FaultBook& faults, const Clock& clock, SubjectOf subject_of)
      : journal_(journal), faults_(faults), clock_(clock), subject_of_(std::move(subject_of)) {}

  /// `router` outlives the gate.
  void serve(std::string host, const http::Router& router) { routers_[std::move(host)] = &router; }
  /// For calls that name an IPv4 address. Other unknown names are refused: a page somewhere else must not
  /// reach the control interface by pointing its own name here.
  void serve_addresses(const http::Router& router) { addresses_ = &router; }

  /// Errors: 421 for a host that the emulator does not stand in for
  Task<http::Response> pass(const http::Request& request);

 private:
  [[nodiscard]] const http::Router* router_of(const std::string& host) const;
  Task<http::Response> effect(http::Request request, CallFacts facts, const http::Router& router);
  static http::Response spoil(http::Response response, const FaultAction& action);

  Journal& journal_;
  FaultBook& faults_;
  const Clock& clock_;
  SubjectOf subject_of_;
  std::map<std::string, const http::Router*> routers_;
  const http::Router* addresses_ = nullptr;
};

}  // namespace couplet::emulator
