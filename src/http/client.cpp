// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

namespace couplet::http {

std::string_view IncomingResponse::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_case_name) return value;
  return {};
}

std::string_view transport_error_text(TransportError::Kind kind) {
  using Kind = TransportError::Kind;
  switch (kind) {
    case Kind::refused_url: return "refused_url";
    case Kind::refused_address: return "refused_address";
    case Kind::resolve: return "resolve";
    case Kind::connect: return "connect";
    case Kind::tls: return "tls";
    case Kind::timeout: return "timeout";
    case Kind::reset: return "reset";
    case Kind::too_large: return "too_large";
    case Kind::malformed: return "malformed";
    case Kind::overloaded: return "overloaded";
    case Kind::circuit_open: return "circuit_open";
  }
  return "unknown";
}

}  // namespace couplet::http
