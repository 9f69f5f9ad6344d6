// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/request_certificates.hpp"

#include <algorithm>

#include "emulator/signing/certificate_authority.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kFileLimit = 200;  // many rotations; the oldest file is forgotten

}  // namespace

std::string SigningChain::file_name() const { return "echo-api-cert-" + std::to_string(number) + ".pem"; }

RequestCertificates::Shared RequestCertificates::chain(ChainRecipe recipe, ChainAnswer answer) {
  Shared& known = in_use_[{recipe, answer}];
  if (known) return known;
  MadeChain made = recipe(workshop());
  // Verifiers remember a file by its URL, over a restart of the emulator too: a number is never used twice.
  const auto now = static_cast<std::uint64_t>(wall_clock_.now().time_since_epoch().count());
  last_number_ = std::max(last_number_ + 1, now);
  known = std::make_shared<const SigningChain>(
      SigningChain{last_number_, std::move(made.key), std::move(made.pem), answer});
  files_.emplace(known->number, known);
  if (files_.size() > kFileLimit) files_.erase(files_.begin());
  return known;
}

RequestCertificates::Shared RequestCertificates::rotate() {
  leaf_key_.reset();
  in_use_.clear();
  return chain();
}

RequestCertificates::Shared RequestCertificates::find(std::uint64_t number) const {
  const auto found = files_.find(number);
  return found == files_.end() ? nullptr : found->second;
}

std::string RequestCertificates::root_pem() { return root().certificate.to_pem(); }

const Identity& RequestCertificates::root() {
  if (!root_) root_ = new_authority(wall_clock_.now(), random_);
  return *root_;
}

Workshop RequestCertificates::workshop() {
  const Instant now = wall_clock_.now();
  if (!intermediate_) {
    const PrivateKey key = PrivateKey::generate(KeyKind::rsa_2048);
    intermediate_ = Identity{key, new_intermediate(key, root(), now, random_)};
  }
  if (!leaf_key_) leaf_key_ = PrivateKey::generate(KeyKind::rsa_2048);
  return {root(), *intermediate_, *leaf_key_, now, random_};
}

}  // namespace couplet::emulator
