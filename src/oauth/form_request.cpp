// SPDX-License-Identifier: Apache-2.0
#include "oauth/form_request.hpp"

#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

// The media type in lower case, without parameters: Alexa sends ";charset=UTF-8", others send it quoted or
// not at all.
std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  const std::size_t last = content_type.find_last_not_of(" \t");
  return ascii_lower(content_type.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

std::string_view cause_of(FormError error) {
  switch (error) {
    case FormError::bad_escape: return "form_bad_escape";
    case FormError::repeated_parameter: return "form_repeated_parameter";
    case FormError::too_many: return "form_too_many_parameters";
  }
  return "form";
}

}  // namespace

Result<FormParameters> read_form(std::optional<std::string_view> content_type, std::string_view body) {
  if (!content_type || media_type(*content_type) != "application/x-www-form-urlencoded")
    return fail(OAuthErrorCode::invalid_request, "content_type_is_not_form");
  auto form = FormParameters::parse(body);
  if (!form) return fail(OAuthErrorCode::invalid_request, cause_of(form.error()));
  return std::move(*form);
}

}  // namespace couplet::oauth
