// SPDX-License-Identifier: Apache-2.0
// Every route of the public listener on one screen.
#pragma once
#include "http/router.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

class TokenEndpoint;
class IntrospectionEndpoint;
class RevocationEndpoint;
class UserinfoEndpoint;
class MetadataEndpoint;
class JwksEndpoint;
class AuthorizeEndpoint;
class AuthorizationRequestEndpoint;
class AuthorizationResponseEndpoint;
class EventEndpoint;
class AcceptGrantEndpoint;
class LinkStartEndpoint;
class LinkFinishEndpoint;
class LinkStatusEndpoint;
class LinkStatusesEndpoint;
class UnlinkEndpoint;
class UserErasureEndpoint;
class UserExportEndpoint;
class LinkTraceEndpoint;
class LaunchPage;
class ReturnPage;

struct Endpoints {
  TokenEndpoint& token;
  IntrospectionEndpoint& introspection;
  RevocationEndpoint& revocation;
  UserinfoEndpoint& userinfo;
  MetadataEndpoint& metadata;
  JwksEndpoint& jwks;
  AuthorizeEndpoint& authorize;
  AuthorizationRequestEndpoint& authorization_request;
  AuthorizationResponseEndpoint& authorization_response;
  EventEndpoint& events;
  AcceptGrantEndpoint& accept_grant;
  LinkStartEndpoint& link_start;
  LinkFinishEndpoint& link_finish;
  LinkStatusEndpoint& link_status;
  LinkStatusesEndpoint& link_statuses;
  UnlinkEndpoint& unlink;
  UserErasureEndpoint& user_erasure;
  UserExportEndpoint& user_export;
  LinkTraceEndpoint& link_trace;
  LaunchPage& launch_page;
  ReturnPage& return_page;
  const Settings& settings;
};

[[nodiscard]] http::Router routes(const Endpoints& endpoints);

}  // namespace couplet::server
