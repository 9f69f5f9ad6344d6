// SPDX-License-Identifier: Apache-2.0
// `couplet serve`: the database, the threads with an Application each, the two listeners, and what runs
// beside them.
#pragma once
#include <memory>

#include "server/config.hpp"

namespace couplet::server {

struct StartError {
  std::string message;
};

class Node {
 public:
  /// The configuration outlives the node.
  Node(const Config& config, const Clock& clock, Random& random);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Opens the store, listens, and takes up what a crash left unfinished.
  Result<void, StartError> start();
  [[nodiscard]] std::uint16_t public_port() const;
  [[nodiscard]] std::uint16_t operations_port() const;
  /// Reads the certificate files again (SIGHUP).
  void reload();
  /// Finishes what is in flight, closes the store. Idempotent.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::server
