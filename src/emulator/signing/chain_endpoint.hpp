// SPDX-License-Identifier: Apache-2.0
// s3.amazonaws.com: the certificate chains of signed requests.
#pragma once
#include "base/task.hpp"
#include "emulator/signing/request_certificates.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

inline constexpr milliseconds kSlowChainAnswer{20000};  // a verifier should have given up by then

/// Thread: the emulator's.
class ChainEndpoint {
 public:
  explicit ChainEndpoint(const RequestCertificates& certificates, milliseconds slow = kSlowChainAnswer)
      : certificates_(certificates), slow_(slow) {}

  /// The file is known by the last segment of the path, whatever folder and host are asked: a verifier that
  /// can be lured there must find a good chain, or its test would pass for the wrong reason.
  /// Errors: 404
  Task<http::Response> answer(const http::Request& request) const;

 private:
  const RequestCertificates& certificates_;
  milliseconds slow_;
};

}  // namespace couplet::emulator
