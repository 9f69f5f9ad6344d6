// SPDX-License-Identifier: Apache-2.0
// A TLS client that offers what a test wants it to. Blocking, to 127.0.0.1.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

namespace couplet::http::testing {

class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // Before connect(). Everything is offered, old versions and weak suites too, and nothing verified, unless
  // said.
  void offer_version(int version);
  void offer_suites(const std::string& tls_1_2_suites);
  void offer_protocol(const std::string& alpn);
  void verify(const std::string& ca_file, const std::string& host_name);
  void resume(const TlsClient& earlier);
  /// Closes the connection after so many bytes of our first message.
  void break_after(std::size_t bytes);

  /// True when the handshake succeeded.
  [[nodiscard]] bool connect();
  /// Sends, and reads something; tickets of TLS 1.3 come with it.
  [[nodiscard]] bool ask(const std::string& request);
  [[nodiscard]] int version() const;
  [[nodiscard]] bool resumed() const;
  [[nodiscard]] bool compresses() const;
  [[nodiscard]] bool can_renegotiate();
  [[nodiscard]] std::uint32_t early_data_limit() const;
  [[nodiscard]] int chain_length() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::http::testing
