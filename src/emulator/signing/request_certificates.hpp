// SPDX-License-Identifier: Apache-2.0
// The chains under which the emulated Alexa signs its requests, and the files at which verifiers find them:
// https://s3.amazonaws.com/echo.api/echo-api-cert-N.pem. Thread: the emulator's.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "emulator/signing/signing_chains.hpp"

namespace couplet::emulator {

/// What a verifier gets that asks for the file.
enum class ChainAnswer {
  pem,
  not_found,  // 404, with the chain as its body
  redirect,   // 302 to where the chain is
  huge,       // 200, the chain and megabytes behind it
  slow,       // 200, the chain, but late
  drips,      // 200, then ten bytes a second, which never end
  endless,    // 200, then the chain and lines, which never end
};

struct SigningChain {
  std::uint64_t number = 0;  // the N of its file
  PrivateKey key;
  std::string pem;
  ChainAnswer answer = ChainAnswer::pem;

  [[nodiscard]] std::string file_name() const;  // "echo-api-cert-N.pem"
};

class RequestCertificates {
 public:
  using Shared = std::shared_ptr<const SigningChain>;

  /// Without a root it makes its own. Nothing is made before it is asked for: keys cost time. Dates are of
  /// `wall_clock`, as verifiers compare them with their own.
  RequestCertificates(std::optional<Identity> root, const Clock& wall_clock, Random& random)
      : root_(std::move(root)), wall_clock_(wall_clock), random_(random) {}

  /// The one of this kind that is in use.
  Shared chain(ChainRecipe recipe = chains::good, ChainAnswer answer = ChainAnswer::pem);
  /// A new leaf with a new key and a new N from now on; the old files stay where they are.
  Shared rotate();
  /// Absent when no file has this number.
  [[nodiscard]] Shared find(std::uint64_t number) const;
  /// PEM; what a verifier must trust.
  [[nodiscard]] std::string root_pem();

 private:
  const Identity& root();
  Workshop workshop();

  std::optional<Identity> root_;
  const Clock& wall_clock_;
  Random& random_;
  std::optional<Identity> intermediate_;
  std::optional<PrivateKey> leaf_key_;
  std::map<std::pair<ChainRecipe, ChainAnswer>, Shared> in_use_;
  std::map<std::uint64_t, Shared> files_;
  std::uint64_t last_number_ = 0;
};

}  // namespace couplet::emulator
