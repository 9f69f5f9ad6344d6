// SPDX-License-Identifier: Apache-2.0
#include "emulator/emulator.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "emulator/alexa/refresh_timer.hpp"
#include "emulator/alexa/refresher.hpp"
#include "emulator/alexa/smart_home_skill.hpp"
#include "emulator/alexa/voice.hpp"
#include "emulator/api/enablement_endpoint.hpp"
#include "emulator/api/endpoint_lookup.hpp"
#include "emulator/api/lwa_customer.hpp"
#include "emulator/api/lwa_token_endpoint.hpp"
#include "emulator/api/smapi_endpoint.hpp"
#include "emulator/calls/gate.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/control/control_api.hpp"
#include "emulator/control/control_clock.hpp"
#include "emulator/control/control_directives.hpp"
#include "emulator/control/control_events.hpp"
#include "emulator/control/control_refresh.hpp"
#include "emulator/control/control_scenarios.hpp"
#include "emulator/control/control_snapshot.hpp"
#include "emulator/doors/alexa_link_endpoint.hpp"
#include "emulator/doors/consent_endpoint.hpp"
#include "emulator/doors/consent_pages.hpp"
#include "emulator/doors/page.hpp"
#include "emulator/events/event_delivery.hpp"
#include "emulator/events/event_source.hpp"
#include "emulator/home/home_page.hpp"
#include "emulator/signing/chain_endpoint.hpp"
#include "emulator/signing/request_signer.hpp"
#include "emulator/state/api_hosts.hpp"
#include "emulator/world/world.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kAccountLinkingPath = "/v1/skills/{skill}/stages/{stage}/accountLinkingClient";
constexpr std::string_view kEnablementPath = "/v1/users/~current/skills/{skill}/enablement";

Task<http::Response> answer_style_sheet(const http::Request&) { co_return style_sheet(); }

Task<http::Response> answer_root(const http::Request&) { co_return http::redirect(302, "/_emulator"); }

bool is_closed_lwa_host(const http::Request& request, const Switches& switches) {
  const std::string host = ascii_lower(request.headers.get("Host").value_or(""));
  return switches.has({"lwa_regional_hosts", "closed"}) && !host.starts_with(kLwaApiHosts.front());
}

Task<http::Response> answer_closed_host(const http::Request&) {
  co_return with_note(http::text_response(421, "Misdirected request"),
                      "this host is switched off: lwa_regional_hosts");
}

/// Sends everything through the gate, which knows the hosts.
void add_everything(http::Router& router, Gate& gate) {
  for (const std::string_view method : {"GET", "POST", "PUT", "DELETE", "PATCH"})
    for (const std::string_view pattern : {"/", "/{rest...}"})
      router.add(method, pattern, [&gate](const http::Request& request) { return gate.pass(request); });
}

}  // namespace

struct Emulator::Impl {
  Impl(EmulatorSettings settings, http::Client& provider, const Clock& clock, Random& random);

  void add_consent_pages(http::Router& router);
  void add_alexa_web(http::Router& router);
  void add_lwa(http::Router& router);
  void add_alexa_api(http::Router& router);
  void add_people_pages(http::Router& router);
  void add_chain_files(http::Router& router);
  Gate::SubjectOf subject_lookup();

  World world;
  OutgoingCalls calls;
  RequestCertificates certificates;
  RequestSigner signer;
  ChainEndpoint chain_files;
  EventDelivery event_delivery;
  EventSource event_source;
  ConsentEndpoint alexa_app;
  ConsentEndpoint lwa_page;
  LwaTokenEndpoint lwa_token;
  LwaCustomer lwa_customer;
  EndpointLookup endpoint_lookup;
  AcceptGrant accept_grant;
  AccountLinker linker;
  EnablementEndpoint enablement;
  AlexaLinkEndpoint alexa_link;
  SmapiEndpoint smapi;
  Refresher refresher;
  RefreshTimer refresh_timer;
  Voice voice;
  SmartHomeSkill smart_home;
  ControlApi control;
  ControlEvents control_events;
  ControlDirectives control_directives;
  ControlClock control_clock;
  ControlRefresh control_refresh;
  ScenarioStage scenario_stage;
  ControlScenarios control_scenarios;
  ControlSnapshot control_snapshot;
  HomePage home;

  http::Router people;     // consent pages, /_emulator
  http::Router consent;    // consent pages under Amazon's own names
  http::Router alexa_web;  // pitangui, layla and alexa.amazon.co.jp
  http::Router lwa;        // api.amazon.com
  http::Router alexa_api;  // the three regional hosts
  http::Router s3;         // s3.amazonaws.com, and where a verifier may be lured
  Gate browser_gate;
  Gate amazon_gate;
  http::Router browser_router;
  http::Router amazon_router;
};

Emulator::Impl::Impl(EmulatorSettings settings, http::Client& provider, const Clock& clock, Random& random)
    : world(std::move(settings.users), std::move(settings.skills), clock, random),
      calls(provider, world.journal, world.faults, world.clock),
      certificates(std::move(settings.authority), clock, random),
      signer(certificates, clock),
      chain_files(certificates),
      event_delivery(world.events, signer, calls, world.switches, world.clock, clock),
      event_source(world.directory, world.enablements, world.switches, world.events, clock, random,
                   [this] { event_delivery.wake(); }),
      alexa_app(Front::alexa_app, world.directory, world.switches, world.pending, world.tokens),
      lwa_page(Front::lwa, world.directory, world.switches, world.pending, world.tokens),
      lwa_token(world.directory, world.tokens, world.switches),
      lwa_customer(world.directory, world.tokens, world.switches, world.clock),
      endpoint_lookup(world.directory, world.tokens, world.switches),
      accept_grant(world.tokens, calls, signer, world.switches, random),
      linker(world.enablements, calls, accept_grant, world.switches, world.clock, settings.provider_deadline),
      enablement(world.directory, world.tokens, world.enablements, linker, world.switches),
      alexa_link(world.directory, world.alexa_links, linker, world.enablements, world.switches, world.clock),
      smapi(world.directory, world.switches, std::move(settings.developers)),
      refresher(world.directory, world.enablements, calls, world.switches, world.refresh_plan,
                world.refresh_counts, world.clock, settings.provider_deadline),
      refresh_timer(refresher, world.clock),
      voice(world.directory, world.enablements, calls, refresher, signer, world.switches, world.clock, clock,
            random),
      smart_home(world.directory, world.enablements, calls, signer, accept_grant, world.switches, random,
                 [this](std::string user_id, Skill skill) {
                   return refresher.refresh_if_expired(std::move(user_id), std::move(skill.skill_id));
                 }),
      control(world, enablement, alexa_link, voice),
      control_events(world.events, event_source, event_delivery, certificates),
      control_directives(smart_home),
      control_clock(world.clock, refresher),
      control_refresh(world, refresher),
      scenario_stage(std::move(settings.scenarios), browser_router, provider, clock),
      control_scenarios(scenario_stage),
      control_snapshot(world),
      home(world, {enablement, alexa_link, voice, smart_home, event_delivery, refresher, scenario_stage}),
      browser_gate(world.journal, world.faults, world.clock, subject_lookup()),
      amazon_gate(world.journal, world.faults, world.clock, subject_lookup()) {
  world.enablements.observe(
      [this](const EnablementChange& change) { event_source.enablement_changed(change); });
  world.first_refresh_plan = world.refresh_plan = settings.refresh;
  add_consent_pages(people);
  add_people_pages(people);
  add_consent_pages(consent);
  add_alexa_web(people);
  add_alexa_web(alexa_web);
  add_lwa(lwa);
  add_alexa_api(alexa_api);
  add_chain_files(s3);

  browser_gate.serve("localhost", people);
  browser_gate.serve_addresses(people);
  for (const std::string_view host : kLwaApiHosts) amazon_gate.serve(std::string(host), lwa);
  for (const Region region : kRegions) amazon_gate.serve(std::string(api_host(region)), alexa_api);
  amazon_gate.serve(std::string(kOtherFarEastHost), alexa_api);
  for (const std::string_view host : kLwaPageHosts) amazon_gate.serve(std::string(host), consent);
  amazon_gate.serve("alexa.amazon.com", consent);
  for (const char* host :
       {"s3.amazonaws.com", "s3.amazonaws.com.", "s3.amazonaws.com.evil.example", "evil.example"})
    amazon_gate.serve(host, s3);
  for (const Region region : kRegions) amazon_gate.serve(std::string(alexa_web_host(region)), alexa_web);
  add_everything(browser_router, browser_gate);
  add_everything(amazon_router, amazon_gate);
}

Gate::SubjectOf Emulator::Impl::subject_lookup() {
  return [this](const http::Request& request) {
    return subject_of_call(request, world.directory, world.tokens);
  };
}

void Emulator::Impl::add_consent_pages(http::Router& router) {
  for (auto& [front, endpoint] :
       {std::pair{Front::alexa_app, &alexa_app}, std::pair{Front::lwa, &lwa_page}}) {
    router.add("GET", path_of(front),
               [endpoint](const http::Request& request) { return endpoint->show(request); });
    router.add("POST", path_of(front),
               [endpoint](const http::Request& request) { return endpoint->decide(request); });
  }
  // Where the Alexa app and amazon.com show an enabled skill, and its switch to disable it.
  for (const char* skill_page : {"/spa/index.html", "/dp/{asin}"}) router.add("GET", skill_page, answer_root);
  router.add("GET", "/_emulator/emulator.css", answer_style_sheet);
}

void Emulator::Impl::add_alexa_web(http::Router& router) {
  router.add("GET", "/api/skill/link/{vendor}",
             [this](const http::Request& request) { return alexa_link.take_answer(request); });
  router.add("GET", kTokenAnswerPath,
             [this](const http::Request& request) { return alexa_link.show_token_answer(request); });
  router.add("POST", kTokenAnswerPath,
             [this](const http::Request& request) { return alexa_link.take_token(request); });
  router.add("GET", "/_emulator/alexa_token.js",
             [this](const http::Request& request) { return alexa_link.show_token_script(request); });
}

void Emulator::Impl::add_lwa(http::Router& router) {
  const auto add = [&](std::string_view method, std::string_view path, const http::Handler& handler) {
    router.add(method, path, [this, handler](const http::Request& request) {
      return is_closed_lwa_host(request, world.switches) ? answer_closed_host(request) : handler(request);
    });
  };
  add("POST", "/auth/o2/token", [this](const http::Request& request) { return lwa_token.answer(request); });
  add("GET", "/auth/o2/tokeninfo",
      [this](const http::Request& request) { return lwa_customer.token_info(request); });
  add("GET", "/user/profile", [this](const http::Request& request) { return lwa_customer.profile(request); });
}

void Emulator::Impl::add_alexa_api(http::Router& router) {
  router.add("GET", kAccountLinkingPath, [this](const http::Request& request) { return smapi.get(request); });
  router.add("PUT", kAccountLinkingPath, [this](const http::Request& request) { return smapi.put(request); });
  router.add("DELETE", kAccountLinkingPath,
             [this](const http::Request& request) { return smapi.remove(request); });
  router.add("GET", "/v1/alexaApiEndpoint",
             [this](const http::Request& request) { return endpoint_lookup.answer(request); });
  router.add("POST", kEnablementPath,
             [this](const http::Request& request) { return enablement.enable(request); });
  router.add("GET", kEnablementPath,
             [this](const http::Request& request) { return enablement.status(request); });
  router.add("DELETE", kEnablementPath,
             [this](const http::Request& request) { return enablement.disable(request); });
}

void Emulator::Impl::add_chain_files(http::Router& router) {
  router.add("GET", "/{file...}",
             [this](const http::Request& request) { return chain_files.answer(request); });
}

void Emulator::Impl::add_people_pages(http::Router& router) {
  router.add("GET", "/", answer_root);
  home.add_routes(router);
  control.add_routes(router);
  control_events.add_routes(router);
  control_directives.add_routes(router);
  control_clock.add_routes(router);
  control_refresh.add_routes(router);
  control_scenarios.add_routes(router);
  control_snapshot.add_routes(router);
}

Emulator::Emulator(EmulatorSettings settings, http::Client& provider, const Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(std::move(settings), provider, clock, random)) {}
Emulator::~Emulator() = default;

const http::Router& Emulator::browser_router() const { return impl_->browser_router; }
const http::Router& Emulator::amazon_router() const { return impl_->amazon_router; }
void Emulator::start(boost::asio::io_context& context) {
  impl_->event_delivery.start(context);
  impl_->refresh_timer.start(context);
}
void Emulator::stop() {
  impl_->event_delivery.stop();
  impl_->refresh_timer.stop();
}
World& Emulator::world() { return impl_->world; }

}  // namespace couplet::emulator
