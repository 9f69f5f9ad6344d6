// SPDX-License-Identifier: Apache-2.0
// The calls that a link is made of, in words: who calls whom and for what, and what it means when one fails.
// What Amazon's calls mean is in the error table; what Alexa's call to our token endpoint means is here.
#pragma once
#include <span>
#include <string_view>

#include "alexa/error_table.hpp"
#include "domain/link.hpp"

namespace couplet::alexa {

struct HopRow {
  std::string_view name;  // of Hop
  std::string_view from;
  std::string_view to;
  std::string_view act;
  LinkStep step;  // whose rows of the error table tell its causes
};

[[nodiscard]] std::span<const HopRow> hop_rows();
/// A general row for a name that is not in the table.
[[nodiscard]] const HopRow& find_hop(std::string_view name);

/// Why our token endpoint refused Alexa; `cause` is the part of Hop::cause behind the colon, or the OAuth
/// error before it.
struct TokenRefusalRow {
  std::string_view cause;
  std::string_view meaning;
  std::string_view advice;
};
[[nodiscard]] std::span<const TokenRefusalRow> token_refusal_rows();

struct HopExplanation {
  std::string_view meaning;
  std::string_view advice;
};
/// For operators; both empty when the call went well.
[[nodiscard]] HopExplanation explain_hop(const Hop& hop);

/// What lies behind Amazon's "400" or "500" to the enablement, or behind a "linked" that is none: how Alexa's
/// own call to the token endpoint went, or that there was none. Both empty when that went well, or nobody can
/// know.
[[nodiscard]] HopExplanation explain_behind(std::span<const Hop> hops);

}  // namespace couplet::alexa
