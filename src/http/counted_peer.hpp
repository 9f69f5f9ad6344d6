// SPDX-License-Identifier: Apache-2.0
// Whom an address stands for where something is counted by it.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace couplet::http {

/// An IPv4 address, also one that IPv6 wraps; of an IPv6 address its /64, because a subscriber has all of
/// that. Text that is no address stands for itself. Absent for this machine's own, 127.0.0.1 and ::1: a proxy
/// that nobody has named in `trusted_proxies`, and so it stands for everybody.
[[nodiscard]] std::optional<std::string> counted_peer(std::string_view address);

}  // namespace couplet::http
