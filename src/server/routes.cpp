// SPDX-License-Identifier: Apache-2.0
#include "server/routes.hpp"

#include "oauth/metadata.hpp"
#include "server/application.hpp"
#include "server/association_files.hpp"
#include "server/common/link_page.hpp"

namespace couplet::server {
namespace {

// A route to a member function; the endpoint outlives the router.
template <auto Method, class Endpoint>
http::Handler to(Endpoint& endpoint) {
  return [&endpoint](const http::Request& request) { return (endpoint.*Method)(request); };
}

}  // namespace

http::Router routes(const Endpoints& at) {
  http::Router router;

  // Called by the provider's backend or app.
  router.add("POST", "/v1/skills/{skill}/users/{user}/link-attempts",
             to<&LinkStartEndpoint::handle>(at.link_start));
  router.add("POST", "/v1/skills/{skill}/users/{user}/link", to<&LinkFinishEndpoint::handle>(at.link_finish));
  router.add("GET", "/v1/skills/{skill}/users/{user}/link", to<&LinkStatusEndpoint::handle>(at.link_status));
  router.add("POST", "/v1/skills/{skill}/link-status", to<&LinkStatusesEndpoint::handle>(at.link_statuses));
  router.add("DELETE", "/v1/skills/{skill}/users/{user}/link", to<&UnlinkEndpoint::handle>(at.unlink));
  router.add("POST", "/v1/skills/{skill}/users/{user}/authorization-response",
             to<&AuthorizationResponseEndpoint::handle>(at.authorization_response));
  router.add("GET", "/v1/authorization-requests/{challenge}",
             to<&AuthorizationRequestEndpoint::show>(at.authorization_request));
  router.add("POST", "/v1/authorization-requests/{challenge}/accept",
             to<&AuthorizationRequestEndpoint::accept>(at.authorization_request));
  router.add("POST", "/v1/authorization-requests/{challenge}/deny",
             to<&AuthorizationRequestEndpoint::deny>(at.authorization_request));
  router.add("DELETE", "/v1/users/{user}", to<&UserErasureEndpoint::handle>(at.user_erasure));
  router.add("GET", "/v1/users/{user}/export", to<&UserExportEndpoint::handle>(at.user_export));
  router.add("GET", "/v1/link-attempts/{attempt_id}", to<&LinkTraceEndpoint::handle>(at.link_trace));
  router.add("POST", "/v1/skills/{skill}/accept-grant", to<&AcceptGrantEndpoint::handle>(at.accept_grant));

  // Opened by browsers and phones.
  router.add("GET", "/oauth/authorize", to<&AuthorizeEndpoint::handle>(at.authorize));
  router.add("GET", "/link/launch/{ticket}", to<&LaunchPage::handle_get>(at.launch_page));
  router.add("POST", "/link/launch/{ticket}", to<&LaunchPage::handle_post>(at.launch_page));
  router.add("GET", "/link/return/{skill}", to<&ReturnPage::handle_get>(at.return_page));
  router.add("POST", "/link/return/{skill}", to<&ReturnPage::handle_post>(at.return_page));
  add_link_assets(router);
  add_association_files(router, at.settings);

  // Called by Alexa, the skill, and resource servers.
  router.add("POST", "/alexa/{skill}/events", to<&EventEndpoint::handle>(at.events));
  router.add("POST", "/oauth/token", to<&TokenEndpoint::handle>(at.token));
  router.add("POST", "/oauth/introspect", to<&IntrospectionEndpoint::handle>(at.introspection));
  router.add("POST", "/oauth/revoke", to<&RevocationEndpoint::handle>(at.revocation));
  router.add("GET", "/oauth/userinfo", to<&UserinfoEndpoint::handle>(at.userinfo));
  router.add("POST", "/oauth/userinfo", to<&UserinfoEndpoint::handle>(at.userinfo));
  router.add("GET", "/oauth/jwks.json", to<&JwksEndpoint::handle>(at.jwks));
  router.add("GET", oauth::metadata_path(at.settings.server.public_url),
             to<&MetadataEndpoint::handle>(at.metadata));
  return router;
}

}  // namespace couplet::server
