// SPDX-License-Identifier: Apache-2.0
// What a genuine refresh token of a living grant is worth: which token the answer carries, and what is stored
// before it is sent. No I/O, no clock: the store's compare-and-set and a new decision settle every race.
//
//   stable   the same token again; the store is not touched
//   overlap  the successor of the token presented; a token retires once its successors were used so often
//   that it is
//            not among the last `refresh_generations`. A retired token is refused, and the grant lives on
//   strict   the successor of the newest; its predecessor is answered again within the grace window (RT-04,
//   RT-07),
//            and any other old token is reuse: the grant ends (RT-05, RT-06)
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "domain/client.hpp"
#include "domain/grant.hpp"

namespace couplet::oauth {

struct RefreshDecision {
  enum class Verdict {
    answer,        // with the token of `generation`, once `store_first` is stored
    refuse,        // invalid_grant; the grant stays as it is
    revoke_grant,  // invalid_grant, and the grant ends
  };
  Verdict verdict = Verdict::refuse;
  std::uint32_t generation = 0;                // 0: the first token, which is the one presented
  std::optional<RefreshRotation> store_first;  // absent: nothing changes
  std::string_view cause;                      // of a refusal, for the log: "refresh_token_reused"
};

/// `presented` is the generation of the genuine token. One newer than the stored state was issued by this
/// server too, and forgotten with a restored backup: it is good, and the state catches up. Spec:    RFC
/// 9700 2.2.2, 4.14.2; requirements RT-04..RT-09, RT-13, RT-19 Effects: under `stable` `store_first` is set
/// only where an idle lifetime has to be kept, at most 16 times in it
[[nodiscard]] RefreshDecision decide_refresh(const Client& client, const Grant& grant,
                                             std::uint32_t presented, Instant now);

/// How many answers one predecessor gets again within the grace window (RT-07).
inline constexpr std::uint32_t kMostRepeats = 10;

/// The first date at which a user of this client could have to link again, from what is stored; absent:
/// never. `oldest_*` as in storage: creation, last use and own end of the client's living grants.
[[nodiscard]] std::optional<Instant> earliest_end(const Client& client,
                                                  std::optional<Instant> oldest_created_at,
                                                  std::optional<Instant> oldest_used_at,
                                                  std::optional<Instant> first_expires_at);

}  // namespace couplet::oauth
