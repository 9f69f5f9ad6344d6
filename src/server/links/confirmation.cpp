// SPDX-License-Identifier: Apache-2.0
#include "server/links/confirmation.hpp"

#include "couplet_server_web.hpp"
#include "server/common/link_page.hpp"

namespace couplet::server {

using alexa::text;
using alexa::TextKey;

Task<Confirmation> confirm(storage::ConfirmationStore& store, const KeyRing& keys,
                           const alexa::StartedLink& started, std::string typed, Instant now) {
  const auto number = alexa::typed_number(typed);
  if (!number) co_return Confirmation::missing;
  // There: oauth_state was opened with the same key.
  const auto expected = alexa::confirmation_number(keys, started.attempt_id, started.key_id);
  const bool is_right = expected && constant_time_equal(*number, *expected);
  const auto wrong = co_await store.record_confirmation(started.attempt_id, is_right,
                                                        alexa::kMaxWrongNumbers + 1, now, started.expires_at);
  if (!wrong) co_return Confirmation::store_unavailable;
  if (*wrong > alexa::kMaxWrongNumbers) co_return Confirmation::over;
  if (*wrong == alexa::kMaxWrongNumbers) co_return Confirmation::too_many;
  co_return is_right ? Confirmation::right : Confirmation::wrong;
}

http::Html returned_fields(const FormParameters& form) {
  http::Html fields;
  for (const auto& [name, value] : form.all())
    if (name == "code" || name == "state")
      fields += http::render(web::hidden_field_html, {{"name", name}, {"value", value}});
  return fields;
}

http::Response confirmation_page(int status, const alexa::Reader& reader, const alexa::StartedLink& started,
                                 const FormParameters& form, TextKey problem) {
  const http::Html field =
      http::render(problem == TextKey::none ? web::number_html : web::number_again_html,
                   {{"label", text(TextKey::confirm_label, reader)}, {"problem", text(problem, reader)}});
  return link_page(reader, {.status = status,
                            .title = TextKey::confirm_title,
                            .content = http::render(web::confirmation_html,
                                                    {{"title", text(TextKey::confirm_title, reader)},
                                                     {"message", text(TextKey::confirm, reader)},
                                                     {"account", started.masked_account},
                                                     {"caution", text(TextKey::confirm_caution, reader)},
                                                     {"finish", text(TextKey::finish, reader)},
                                                     {"field", field},
                                                     {"fields", returned_fields(form)}}),
                            .has_script = true});
}

}  // namespace couplet::server
