// SPDX-License-Identifier: Apache-2.0
// The names of Amazon's regional hosts, as the switches have them.
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "emulator/state/model.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

inline constexpr std::array kRegions{Region::na, Region::eu, Region::fe};
inline constexpr std::string_view kOtherFarEastHost =
    "api.fe.amazon.com";  // as one of Amazon's pages prints it

[[nodiscard]] inline std::string_view api_host(Region region, const Switches& switches) {
  if (region == Region::fe && switches.has({"far_east_host", "api.fe.amazon.com"})) return kOtherFarEastHost;
  return api_host(region);
}

/// Absent for a host that is no region's.
[[nodiscard]] inline std::optional<Region> region_of_host(std::string_view host, const Switches& switches) {
  for (const Region region : kRegions)
    if (host == api_host(region, switches)) return region;
  return std::nullopt;
}

/// Of LWA: the first is the one that the linking guide names, the others are closed on request.
inline constexpr std::array<std::string_view, 3> kLwaApiHosts{"api.amazon.com", "api.amazon.co.uk",
                                                              "api.amazon.co.jp"};
inline constexpr std::array<std::string_view, 3> kLwaPageHosts{"www.amazon.com", "eu.account.amazon.com",
                                                               "apac.account.amazon.com"};

}  // namespace couplet::emulator
