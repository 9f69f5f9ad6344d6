// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/account_linker.hpp"

namespace couplet::emulator {

Task<Result<Enablement, ProviderFailure>> AccountLinker::link(LinkOrder order) {
  const AccountLinking& linking = order.skill.account_linking;
  http::OutgoingRequest call = code_exchange_request(linking, order.exchange, provider_deadline_, switches_);
  const auto answer =
      co_await calls_.send(std::move(call), order.note, {order.user_id, order.skill.skill_id});
  auto tokens = read_token_answer(answer, linking, clock_.now(), nullptr, switches_);
  if (!tokens) co_return std::unexpected(std::move(tokens.error()));
  const auto granted = co_await accept_grant_.offer(order.user_id, order.skill, tokens->access_token);
  if (!granted) co_return std::unexpected(granted.error());
  co_return enablements_.link(order.user_id, order.skill.skill_id, order.stage, std::move(*tokens));
}

}  // namespace couplet::emulator
