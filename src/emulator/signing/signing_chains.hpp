// SPDX-License-Identifier: Apache-2.0
// Certificate chains under which requests can be signed: the good one, and every bad one that a verifier has
// to tell from it. In each bad chain one thing is wrong and the rest is as it should be.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "emulator/signing/x509.hpp"

namespace couplet::emulator {

inline constexpr const char* kRequestSignerName = "echo-api.amazon.com";

/// What a recipe works with.
struct Workshop {
  const Identity& root;
  const Identity& intermediate;
  const PrivateKey& leaf_key;
  Instant now;
  Random& random;
};

struct MadeChain {
  PrivateKey key;   // signs requests
  std::string pem;  // leaf first
};

using ChainRecipe = MadeChain (*)(const Workshop& workshop);

/// Under the root; may sign leaves, and nothing that signs.
[[nodiscard]] Certificate new_intermediate(const PrivateKey& key, const Identity& root, Instant now,
                                           Random& random);

namespace chains {

MadeChain good(const Workshop& workshop);        // leaf, intermediate
MadeChain with_root(const Workshop& workshop);   // good: leaf, intermediate, root
MadeChain more_names(const Workshop& workshop);  // good: the SAN has other names as well

MadeChain self_signed_leaf(const Workshop& workshop);
MadeChain missing_intermediate(const Workshop& workshop);
MadeChain leaf_last(const Workshop& workshop);
MadeChain swapped_intermediate(const Workshop& workshop);  // the right name with another key
MadeChain foreign_root(const Workshop& workshop);          // whole, under a root nobody trusts
MadeChain leaf_signed_by_leaf(const Workshop& workshop);
MadeChain issuer_not_ca(const Workshop& workshop);        // CA:FALSE
MadeChain issuer_may_not_sign(const Workshop& workshop);  // CA:TRUE without keyCertSign
MadeChain path_too_long(const Workshop& workshop);        // beyond pathlen:0
MadeChain expired_intermediate(const Workshop& workshop);

MadeChain expired_leaf(const Workshop& workshop);
MadeChain future_leaf(const Workshop& workshop);
MadeChain other_name(const Workshop& workshop);
MadeChain name_in_cn_only(const Workshop& workshop);  // the SAN has another name
MadeChain no_san(const Workshop& workshop);
MadeChain wildcard_name(const Workshop& workshop);
MadeChain name_with_suffix(const Workshop& workshop);
MadeChain name_with_prefix(const Workshop& workshop);
MadeChain name_in_uri(const Workshop& workshop);
MadeChain name_in_email(const Workshop& workshop);
MadeChain no_digital_signature(const Workshop& workshop);
MadeChain unknown_critical_extension(const Workshop& workshop);

MadeChain weak_key(const Workshop& workshop);  // RSA 1024
MadeChain ec_key(const Workshop& workshop);
MadeChain sha1_signed(const Workshop& workshop);
MadeChain md5_signed(const Workshop& workshop);

MadeChain not_a_certificate(const Workshop& workshop);
MadeChain empty_file(const Workshop& workshop);

}  // namespace chains

}  // namespace couplet::emulator
