// SPDX-License-Identifier: Apache-2.0
// What the control interface takes about events.
#pragma once
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/events/event_source.hpp"

namespace couplet::emulator {

/// Shape: {user, skill_id, event, alexa_user_id?, request_id?, created_at?, permissions?, person?,
/// person_permissions?, subscriptions?, user_information?, wrong?}.
/// Errors: a sentence that names the member
Result<EventWish, std::string> event_wish_from_json(const json::object& object);

/// Shape: {held?, delay_seconds?, copies?, order?, wrong?}; what is left out stays as in `known`.
/// Errors: a sentence that names the member
Result<DeliveryMode, std::string> delivery_mode_from_json(const json::object& object, DeliveryMode known);
[[nodiscard]] json::object to_json(const DeliveryMode& mode);

/// The way that `object` names as "wrong"; nullptr when it is null or missing. Errors: a sentence
Result<const WrongWay*, std::string> wrong_way_from_json(const json::object& object);

}  // namespace couplet::emulator
