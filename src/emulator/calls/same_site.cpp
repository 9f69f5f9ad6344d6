// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/same_site.hpp"

#include <string>

namespace couplet::emulator {

bool is_from_another_site(const http::Request& request) {
  if (const auto site = request.headers.get("Sec-Fetch-Site")) return site != "same-origin" && site != "none";
  const auto origin = request.headers.get("Origin");
  return origin && *origin != "http://" + std::string(request.headers.get("Host").value_or(""));
}

}  // namespace couplet::emulator
