// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/call_subject.hpp"

#include "base/form.hpp"

namespace couplet::emulator {

namespace {

/// The segment behind "/skills/".
std::string_view skill_of_path(std::string_view path) {
  constexpr std::string_view kBefore = "/skills/";
  const std::size_t at = path.find(kBefore);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = path.substr(at + kBefore.size());
  return rest.substr(0, rest.find('/'));
}

void add_form(std::string_view text, const Directory& directory, const AmazonTokens& tokens,
              CallSubject& subject) {
  const auto form = FormParameters::parse(text);
  if (!form) return;
  if (const auto user = form->get("user"); user && subject.user.empty()) subject.user = *user;
  if (const auto token = form->get("refresh_token"); token && subject.user.empty())
    subject.user = tokens.refresh_token(*token).grant.user_id;
  if (const auto code = form->get("code"); code && subject.user.empty())
    subject.user = tokens.user_of_code(*code);
  const Skill* skill = directory.find_skill_of_client(form->get("client_id").value_or(""));
  if (skill && subject.skill_id.empty()) subject.skill_id = skill->skill_id;
}

}  // namespace

CallSubject subject_of_call(const http::Request& request, const Directory& directory,
                            const AmazonTokens& tokens) {
  CallSubject subject;
  subject.skill_id = skill_of_path(request.path);
  const std::string_view authorization = request.headers.get("Authorization").value_or("");
  if (authorization.starts_with("Bearer ")) {
    const AmazonGrant grant = tokens.access_token(authorization.substr(7)).grant;
    subject.user = grant.user_id;
    const Skill* skill = directory.find_skill_of_client(grant.alexa_client_id);
    if (skill && subject.skill_id.empty()) subject.skill_id = skill->skill_id;
  }
  add_form(request.query, directory, tokens, subject);
  add_form(request.body, directory, tokens, subject);
  return subject;
}

}  // namespace couplet::emulator
