// SPDX-License-Identifier: Apache-2.0
// Where Amazon's documents and captures disagree, or where Amazon itself varies: one switch each, set over
// the control interface.
#pragma once

namespace couplet::emulator {

enum class ExpiresInForm { number, string };  // LWA's expires_in; both are printed in Amazon's pages

enum class EndpointAnswer {
  region,   // the host of the user's region
  several,  // all three: Amazon could not decide
  none,     // an empty list
};

struct Switches {
  ExpiresInForm expires_in = ExpiresInForm::number;
  EndpointAnswer endpoints = EndpointAnswer::region;
};

}  // namespace couplet::emulator
