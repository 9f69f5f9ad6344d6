// SPDX-License-Identifier: Apache-2.0
// Signs what Alexa posts to a skill: SignatureCertChainUrl, Signature-256 and the older Signature. Thread:
// the emulator's.
#pragma once
#include <string>

#include "base/json.hpp"
#include "emulator/signing/request_certificates.hpp"
#include "emulator/signing/wrong_ways.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

class RequestSigner {
 public:
  RequestSigner(RequestCertificates& certificates, const Clock& wall_clock)
      : certificates_(certificates), wall_clock_(wall_clock) {}

  /// POST of `message` to `url`, signed over the exact bytes of its body. `wrong` spoils it on the way.
  /// Spec: "Host a custom skill as a web service", the checks of a request's signature
  [[nodiscard]] http::OutgoingRequest signed_call(const std::string& url, json::object message,
                                                  const WrongWay* wrong = nullptr);

 private:
  RequestCertificates& certificates_;
  const Clock& wall_clock_;
};

}  // namespace couplet::emulator
