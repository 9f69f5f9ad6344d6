// SPDX-License-Identifier: Apache-2.0
// The OAuth clients of this installation, by client_id. Constant after start; any thread.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/client.hpp"

namespace couplet::oauth {

class ClientRegistry {
 public:
  /// Throws std::invalid_argument when two clients have one client_id: checked by the configuration.
  explicit ClientRegistry(std::vector<Client> clients);

  /// Null when there is none.
  [[nodiscard]] const Client* find(std::string_view client_id) const;

 private:
  std::map<std::string, Client, std::less<>> clients_;
};

}  // namespace couplet::oauth
