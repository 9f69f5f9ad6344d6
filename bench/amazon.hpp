// SPDX-License-Identifier: Apache-2.0
// Amazon's side of a full link: an emulator of its own, and people there who allow what is asked.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "child.hpp"

namespace couplet::bench {

class Amazon {
 public:
  /// Knows one development skill with these credentials, and no token URL yet.
  Amazon(const std::string& program, const std::filesystem::path& folder,
         const std::string& alexa_client_secret, const std::string& client_secret);

  [[nodiscard]] const ServerProcess& process() const { return *process_; }
  [[nodiscard]] std::string page_url() const;     // of the Alexa app and of Login with Amazon
  [[nodiscard]] std::string api_address() const;  // HOST:PORT of every API host, over TLS
  [[nodiscard]] std::string ca_file() const { return (folder_ / "ca.pem").string(); }
  void set_token_port(std::uint16_t port);
  void make_account(const std::string& user) const;
  /// What comes back when this user allows what the page asks: {"code","state"} as JSON.
  [[nodiscard]] std::string allow(const std::string& user, const std::string& page) const;

 private:
  std::filesystem::path folder_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace couplet::bench
