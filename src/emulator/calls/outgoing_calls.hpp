// SPDX-License-Identifier: Apache-2.0
// Calls from the emulated Alexa to the provider: journaled, and subject to the fault book. Thread: the
// emulator's.
#pragma once
#include "base/task.hpp"
#include "emulator/calls/call_subject.hpp"
#include "emulator/calls/fault_book.hpp"
#include "emulator/calls/journal.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

class OutgoingCalls {
 public:
  OutgoingCalls(http::Client& client, Journal& journal, FaultBook& faults, const Clock& clock)
      : client_(client), journal_(journal), faults_(faults), clock_(clock) {}

  /// Errors: as http::Client; a reset fault comes back as TransportError::Kind::reset
  Task<Result<http::IncomingResponse, http::TransportError>> send(http::OutgoingRequest request,
                                                                  std::string note, CallSubject subject = {});

 private:
  using Answer = Result<http::IncomingResponse, http::TransportError>;
  Task<Answer> send_with_faults(http::OutgoingRequest request, CallFacts facts);
  Task<Answer> send_under(FaultAction fault, http::OutgoingRequest request);

  http::Client& client_;
  Journal& journal_;
  FaultBook& faults_;
  const Clock& clock_;
};

}  // namespace couplet::emulator
