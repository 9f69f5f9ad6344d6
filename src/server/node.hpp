// SPDX-License-Identifier: Apache-2.0
// `couplet serve`: the database, the threads with an Application each, the two listeners, and what runs
// beside them.
#pragma once
#include <memory>

#include "base/unstepped_clock.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

struct StartError {
  std::string message;
};

class Node {
 public:
  /// Codes, tokens and attempts live by the clock, so it is one that no step of the machine's brings back to
  /// an earlier time (TM-01).
  Node(std::shared_ptr<const Config> config, const UnsteppedClock& clock, Random& random);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Opens the store, listens, and takes up what a crash left unfinished.
  Result<void, StartError> start();
  [[nodiscard]] std::uint16_t public_port() const;
  [[nodiscard]] std::uint16_t operations_port() const;
  /// Reads the certificate files again; on failure the old ones stay in use.
  void reload_tls();
  /// Requests from now on are answered by `next`; those in flight end with the configuration they began with.
  /// What is fixed at the start (listeners, threads, storage) is named in the log and stays. A replaced
  /// signing key stays published until its last token is dead. Errors:  public_url differs, or there are no
  /// descriptors or memory for it: nothing has changed Thread:  that of start()
  Result<void, StartError> reload(const std::shared_ptr<const Config>& next);
  /// Finishes what is in flight, closes the store. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::server
