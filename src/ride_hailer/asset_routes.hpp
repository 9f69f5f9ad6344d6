// SPDX-License-Identifier: Apache-2.0
// The style sheet, the script and the pictures, embedded at build time.
#pragma once
#include "http/router.hpp"

namespace couplet::ride_hailer {

void add_asset_routes(http::Router& router);

}  // namespace couplet::ride_hailer
