// SPDX-License-Identifier: Apache-2.0
// Return mode `page`: the return page asks for the number that the app shows to the user who started the
// link.
#pragma once
#include "alexa/confirmation_number.hpp"
#include "alexa/oauth_state.hpp"
#include "alexa/texts.hpp"
#include "base/form.hpp"
#include "http/html.hpp"
#include "http/message.hpp"
#include "storage/store.hpp"

namespace couplet::server {

inline constexpr std::string_view kConfirmationField = "confirmation_number";

enum class Confirmation {
  right,
  missing,  // no six digits; not counted
  wrong,
  too_many,  // with this one the attempt is over, and no number is right any more
  over,      // it was before; nothing was written
  store_unavailable,
};

/// Judges what was typed for this link; wrong numbers are counted in the store before anybody hears of them,
/// so many at once are no more guesses than one after the other. Nothing is asked of Amazon.
[[nodiscard]] Task<Confirmation> confirm(storage::ConfirmationStore& store, const KeyRing& keys,
                                         const alexa::StartedLink& started, std::string typed, Instant now);

/// The masked account and a field for the number, with Amazon's code and oauth_state beside it; `problem`
/// says what was wrong with the number before.
[[nodiscard]] http::Response confirmation_page(int status, const alexa::Reader& reader,
                                               const alexa::StartedLink& started, const FormParameters& form,
                                               alexa::TextKey problem);

/// Code and oauth_state once more, for the POST that finishes; as HTML.
[[nodiscard]] http::Html returned_fields(const FormParameters& form);

}  // namespace couplet::server
