// SPDX-License-Identifier: Apache-2.0
// The certificate behind a SignatureCertChainUrl: from the cache, or fetched. `ChainSource` is the seam that
// tests replace.
#pragma once
#include <string>

#include "amazon/amazon_api.hpp"
#include "amazon/chain_cache.hpp"
#include "http/client.hpp"

namespace couplet::amazon {

class ChainSource {
 public:
  virtual ~ChainSource() = default;
  /// `url` is normalised (alexa/certificate_url.hpp); `peer_address` is that of whoever named it.
  virtual Task<ChainResult> find(std::string url, std::string peer_address) = 0;
};

/// GET without credentials, redirects, proxies or cookies; 200 only, at most 64 KiB, at most 2.5 s (AX-07).
/// The client allows s3.amazonaws.com and nothing else. Thread: that of the http::Client; the cache is
/// everybody's. Cache and clock outlive the io_context; the client and this object may go while a fetch is
/// under way.
class ChainFetcher final : public ChainSource {
 public:
  /// `trace` hears about each fetch.
  ChainFetcher(http::Client& http, ChainCache& cache, const Clock& clock, HopSink trace);
  /// A chain that should be fetched again and cannot be is used on while its certificates are valid.
  Task<ChainResult> find(std::string url, std::string peer_address) override;

 private:
  Task<ChainResult> fetch_or_wait(std::string url, std::string peer_address);

  http::Client& http_;
  ChainCache& cache_;
  const Clock& clock_;
  HopSink trace_;
};

}  // namespace couplet::amazon
