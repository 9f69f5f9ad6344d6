// SPDX-License-Identifier: Apache-2.0
// The server's side of TLS: which versions, suites and certificates.
#pragma once
#include <openssl/types.h>

#include <memory>

#include "base/result.hpp"
#include "http/server.hpp"
#include "http/tls_tickets.hpp"

namespace couplet::http {

using TlsContext = std::shared_ptr<SSL_CTX>;

/// Spec:   RFC 9325 3, 4; requirements TL-01..TL-04
/// Errors: files that cannot be read, or a key that is not the certificate's
Result<TlsContext, ListenError> make_tls_context(const TlsFiles& files,
                                                 std::shared_ptr<const TicketKeys> tickets);

}  // namespace couplet::http
