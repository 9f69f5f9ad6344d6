// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/token_trace.hpp"

#include <boost/asio/co_spawn.hpp>

#include "base/log.hpp"

namespace couplet::server {
namespace {

Task<void> append_hop(storage::LinkStore& links, AttemptId attempt_id, Hop hop) {
  std::vector<Hop> hops{std::move(hop)};
  const auto appended = co_await links.append_hops(attempt_id, std::move(hops));
  if (!appended) log::warn("trace.append_failed", {{"attempt_id", attempt_id.text()}});
}

Task<void> append_hop_by_code(storage::GrantStore& grants, storage::LinkStore& links, const KeyRing& keys,
                              oauth::PresentedCode presented, Hop hop) {
  const auto record = co_await grants.find_code(presented.selector);
  if (!record || !*record || !(*record)->attempt_id) co_return;
  if (oauth::match(presented, (*record)->code_hash, keys) != oauth::TokenMatch::genuine) co_return;
  co_await append_hop(links, *(*record)->attempt_id, std::move(hop));
}

}  // namespace

void TokenTrace::append(const boost::asio::any_io_executor& executor, const http::Request& request,
                        AttemptId attempt_id, Hop hop) {
  boost::asio::co_spawn(executor, append_hop(links_, attempt_id, std::move(hop)),
                        [owner = request.owner](const std::exception_ptr&) {});
}

void TokenTrace::append_by_code(const boost::asio::any_io_executor& executor, const http::Request& request,
                                const FormParameters& form, Hop hop) {
  const auto code = form.get("code");
  const auto presented =
      code ? oauth::parse_authorization_code(oauth::AuthorizationCode(std::string(*code))) : std::nullopt;
  if (!presented) return;
  boost::asio::co_spawn(executor, append_hop_by_code(grants_, links_, keys_, *presented, std::move(hop)),
                        [owner = request.owner](const std::exception_ptr&) {});
}

}  // namespace couplet::server
