// SPDX-License-Identifier: Apache-2.0
// POST /alexa/skill: where skill requests arrive.
#pragma once
#include "http/router.hpp"
#include "ride_hailer/skill.hpp"

namespace couplet::ride_hailer {

/// Whether a request really comes from Alexa is decided before this: its signature is verified by Couplet
/// (`forward_to`) or by one of Amazon's verifier libraries in front. Without a live access token nothing
/// happens here.
void add_skill_route(http::Router& router, Skill& skill);

}  // namespace couplet::ride_hailer
