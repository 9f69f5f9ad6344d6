// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/chain_endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "emulator/calls/note.hpp"
#include "emulator/calls/wait.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kHugeBytes = 4 * 1024 * 1024;
constexpr std::size_t kDrip = 10;                // bytes a second: minutes for a chain
constexpr std::size_t kStream = 1024 * 1024;     // bytes a second
constexpr std::size_t kStreamRound = 64 * 1024;  // what comes again and again
constexpr std::string_view kFilePrefix = "echo-api-cert-";
constexpr std::string_view kFileSuffix = ".pem";

/// Zero when the path does not end in /echo-api-cert-N.pem.
std::uint64_t number_of(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  if (!path.starts_with(kFilePrefix) || !path.ends_with(kFileSuffix)) return 0;
  path.remove_prefix(kFilePrefix.size());
  path.remove_suffix(std::min(kFileSuffix.size(), path.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  return error == std::errc() && end == path.data() + path.size() ? number : 0;
}

http::Response file_response(int status, std::string content) {
  http::Response response{status, {}, std::move(content)};
  response.header("Content-Type", "binary/octet-stream");
  return response;
}

http::Response without_end(std::string content, std::size_t bytes_per_second) {
  http::Response response = file_response(200, std::move(content));
  response.bytes_per_second = bytes_per_second;
  response.endless = true;
  return response;
}

/// As PEM it stays good, however much of it there is.
std::string with_blank_lines(std::string pem) {
  pem.resize(std::max(pem.size(), kStreamRound), '\n');
  return pem;
}

}  // namespace

Task<http::Response> ChainEndpoint::answer(const http::Request& request) const {
  const RequestCertificates::Shared chain = certificates_.find(number_of(request.path));
  if (!chain) co_return with_note(http::text_response(404, "NoSuchKey"), "no chain has this number");
  switch (chain->answer) {
    case ChainAnswer::pem: break;
    case ChainAnswer::not_found:
      co_return with_note(file_response(404, chain->pem), "wrong way: the chain under status 404");
    case ChainAnswer::redirect:
      if (request.query.contains("moved")) break;
      co_return with_note(
          http::redirect(302, "https://s3.amazonaws.com/echo.api/" + chain->file_name() + "?moved"),
          "wrong way: the chain behind a redirect");
    case ChainAnswer::huge:
      co_return with_note(file_response(200, chain->pem + std::string(kHugeBytes, '\n')),
                          "wrong way: the chain and megabytes behind it");
    case ChainAnswer::slow:
      co_await wait_for(slow_);
      co_return with_note(file_response(200, chain->pem), "wrong way: the chain came late");
    case ChainAnswer::drips:
      co_return with_note(without_end(chain->pem, kDrip), "wrong way: the chain comes at ten bytes a second");
    case ChainAnswer::endless:
      co_return with_note(without_end(with_blank_lines(chain->pem), kStream),
                          "wrong way: the chain comes without an end");
  }
  co_return file_response(200, chain->pem);
}

}  // namespace couplet::emulator
