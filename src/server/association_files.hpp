// SPDX-License-Identifier: Apache-2.0
// /.well-known/apple-app-site-association and /.well-known/assetlinks.json: which apps open our links
// (LK-17).
#pragma once
#include <string>

#include "http/router.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// Both forms Apple reads: appIDs with components, and appID with paths for iOS 12 and earlier.
[[nodiscard]] std::string apple_app_site_association(const Settings& settings);
[[nodiscard]] std::string asset_links(const Settings& settings);

void add_association_files(http::Router& router, const Settings& settings);

}  // namespace couplet::server
