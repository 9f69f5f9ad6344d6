// SPDX-License-Identifier: Apache-2.0
// Tells the trace of a link attempt about Alexa's calls to our token endpoint, good and refused ones: behind
// Amazon's "400" to an enablement there is nearly always one of these.
#pragma once
#include <boost/asio/any_io_executor.hpp>

#include "base/form.hpp"
#include "base/key_ring.hpp"
#include "http/message.hpp"
#include "oauth/token_format.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Each call runs on beside the answer: what becomes of it changes nothing for Alexa.
/// Lifetime: what it is given outlives the I/O thread's io_context
class TokenTrace {
 public:
  TokenTrace(storage::GrantStore& grants, storage::LinkStore& links, const KeyRing& keys)
      : grants_(grants), links_(links), keys_(keys) {}

  void append(const boost::asio::any_io_executor& executor, const http::Request& request,
              AttemptId attempt_id, Hop hop);
  /// For a request that was refused before its code was looked at: by the `code` of the form, when it is one
  /// of ours. Whoever does not hold the code writes nothing into a trace.
  void append_by_code(const boost::asio::any_io_executor& executor, const http::Request& request,
                      const FormParameters& form, Hop hop);

 private:
  storage::GrantStore& grants_;
  storage::LinkStore& links_;
  const KeyRing& keys_;
};

}  // namespace couplet::server
