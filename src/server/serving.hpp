// SPDX-License-Identifier: Apache-2.0
// What answers on each I/O thread, and how another configuration takes over while requests are under way.
#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "http/server.hpp"
#include "server/application.hpp"

namespace couplet::server {

/// One thread's application with the configuration it borrows. Thread: its own, but for under_way().
struct Serving {
  Serving(std::shared_ptr<const Config> c, storage::Database& database, amazon::ChainCache& chains,
          const Clock& clock, Random& random, Metrics& metrics, boost::asio::io_context& context)
      : config(std::move(c)),
        clients(config->clients),
        application(*config, database, clients, chains, clock, random, metrics, context) {}

  std::shared_ptr<const Config> config;
  oauth::ClientRegistry clients;
  Application application;
};

/// The servings of all threads: the present ones, and former ones that still have something to finish. A
/// request holds its serving (http::Request::owner), and a link attempt counts as under way; when there is
/// neither, a former serving goes, on its own thread. Thread: any.
class Servings {
 public:
  /// Everything of the new configuration is made before anything of the old one is given up.
  void replace(std::vector<std::shared_ptr<Serving>> next);
  [[nodiscard]] std::shared_ptr<Serving> present(std::size_t thread) const;
  /// For http::Server: each keeps its serving alive.
  [[nodiscard]] std::vector<std::shared_ptr<const http::Router>> routers() const;
  [[nodiscard]] bool links_under_way() const;
  /// Lets go of the former servings of this thread that nobody uses. Call it on that thread.
  void forget_unused(std::size_t thread);
  [[nodiscard]] std::size_t former() const;
  void clear();

 private:
  struct Former {
    std::size_t thread;
    std::shared_ptr<Serving> serving;
  };
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Serving>> present_;  // by thread
  std::vector<Former> former_;
};

}  // namespace couplet::server
