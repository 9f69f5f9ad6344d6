// SPDX-License-Identifier: Apache-2.0
#include "server/purger.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace couplet::server {
namespace {

constexpr std::chrono::hours kKeepCodes{
    24};  // a replay is still recognised this long after the code expired (CD-02)
constexpr std::chrono::hours kKeepEvents{
    72};  // Amazon repeats one for an hour; a clock may be stepped (AX-14)

}  // namespace

Purger::Purger(const Config& config, storage::Store& store, const Clock& clock)
    : config_(config), store_(store), clock_(clock) {}

Task<milliseconds> Purger::step() {
  const auto begun_at = clock_.monotonic();
  const Left left = co_await purge_all();
  if (left == Left::unknown) log::warn("store.purge_failed", {{"next", "tried again in a minute"}});
  if (left != Left::maybe_more) co_return kNothingLeft;
  co_return std::chrono::ceil<milliseconds>(clock_.monotonic() - begun_at);
}

Task<Purger::Left> Purger::purge_all() {
  const Instant now = clock_.now();
  const StorageSettings& keep = config_.settings.storage;
  const auto codes = co_await store_.purge_codes(now - kKeepCodes, kAtOnce);
  const auto attempts = co_await store_.purge_attempts(now - keep.keep_attempts, kAtOnce);
  const auto events = co_await store_.purge_events(now - kKeepEvents, kAtOnce);
  const auto news = co_await store_.purge_news(now - keep.keep_webhooks, kAtOnce);
  if (!codes || !attempts || !events || !news) co_return Left::unknown;
  const auto most = std::max({*codes, *attempts, *events, *news});
  co_return most == kAtOnce ? Left::maybe_more : Left::nothing;
}

}  // namespace couplet::server
