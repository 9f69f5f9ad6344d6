// SPDX-License-Identifier: Apache-2.0
#include "oauth/client_registry.hpp"

#include <stdexcept>

namespace couplet::oauth {

ClientRegistry::ClientRegistry(std::vector<Client> clients) {
  for (Client& client : clients) {
    std::string client_id = client.client_id.text();
    if (!clients_.emplace(std::move(client_id), std::move(client)).second)
      throw std::invalid_argument("two OAuth clients have one client_id");
  }
}

const Client* ClientRegistry::find(std::string_view client_id) const {
  const auto found = clients_.find(client_id);
  return found == clients_.end() ? nullptr : &found->second;
}

}  // namespace couplet::oauth
