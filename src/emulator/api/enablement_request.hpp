// SPDX-License-Identifier: Apache-2.0
// The body of POST …/enablement.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "emulator/api/amazon_api_caller.hpp"
#include "emulator/state/model.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

struct EnablementRequest {
  Stage stage = Stage::development;
  std::string redirect_uri;  // accountLinkRequest.redirectUri
  ProviderCode auth_code;    // accountLinkRequest.authCode
};

/// Shape:  {stage, accountLinkRequest:{redirectUri, authCode, type:"AUTH_CODE"}}; unknown members are
/// ignored; a switch
///         lets accountLinkingRequest and Type stand for two of them
/// Errors: 400 with the name of what is missing
Result<EnablementRequest, ApiRefusal> read_enablement_request(std::string_view content_type,
                                                              std::string_view body,
                                                              const Switches& switches);

}  // namespace couplet::emulator
