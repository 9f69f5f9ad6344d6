// SPDX-License-Identifier: Apache-2.0
// A certificate authority for one test, with files in a folder of its own.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "http/server.hpp"

namespace couplet::http::testing {

class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();  // removes the folder
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  /// PEM of the CA's certificate, for clients to trust.
  [[nodiscard]] std::string ca_file() const;
  /// A P-256 certificate of this CA for DNS names and IP addresses; `name` names the two files.
  [[nodiscard]] TlsFiles issue(const std::string& name, const std::vector<std::string>& host_names) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Keys;
  std::filesystem::path folder_;
  std::unique_ptr<Keys> keys_;
};

}  // namespace couplet::http::testing
