// SPDX-License-Identifier: Apache-2.0
// POST /alexa/{skill}/events: what Alexa tells about the skill's users. docs/events.md.
#pragma once
#include "http/client.hpp"
#include "server/common/metrics.hpp"
#include "server/config/config.hpp"
#include "server/events/event_recorder.hpp"
#include "server/events/request_verifier.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Shape:   a signed request → 200 {"version":"1.0","response":{}} once what it does is durable (WH-07)
/// Errors:  400 without a body, whatever is wrong with it; 404 unknown skill; 503 where Alexa may try again:
/// the
///          certificate or the store cannot be reached; 502 when `forward_to` gives no answer
/// Effects: one store verb an event, and each event once (WH-03); a signed request of another type is sent on
/// Thread:  one endpoint an I/O thread; references outlive that thread's io_context
class EventEndpoint {
 public:
  EventEndpoint(const Config& config, amazon::ChainSource& chains, storage::EventStore& events,
                const oauth::AccessTokenVerifier& verifier, http::Client& forward_client, const Clock& clock,
                Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<http::Response> take(const http::Request& request, const Skill& skill, alexa::SkillRequest message);
  Task<http::Response> forward(const http::Request& request, const Skill& skill);
  http::Response refuse(const http::Request& request, const Skill& skill,
                        alexa::RequestRefusal refusal) const;
  void report(const http::Request& request, const SkillEvent& event, const EventReceipt& receipt) const;

  const Config& config_;
  RequestVerifier requests_;
  EventRecorder recorder_;
  http::Client& forward_client_;
  const Clock& clock_;
  Metrics& metrics_;
};

/// The client that sends requests on: to the hosts that the skills' `forward_to` name, and to no other.
[[nodiscard]] http::CurlClientOptions forward_client_options(const Config& config);
/// The client that fetches certificates: from Amazon's one host, by public addresses unless `connect_to`
/// stands in.
[[nodiscard]] http::CurlClientOptions chain_client_options(const Config& config);

}  // namespace couplet::server
