// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/request_signer.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "emulator/signing/skill_call.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kFreshPlace = "{fresh}";  // another text for each message

void fill(std::string& url, std::string_view place, const std::string& text) {
  const std::size_t at = url.find(place);
  if (at != std::string::npos) url.replace(at, place.size(), text);
}

std::string chain_url(std::string_view pattern, const SigningChain& chain, std::string_view body) {
  std::string url(pattern);
  fill(url, kFilePlace, chain.file_name());
  fill(url, kFreshPlace, to_hex(sha256(body)).substr(0, 16));
  return url;
}

}  // namespace

http::OutgoingRequest RequestSigner::signed_call(const std::string& url, json::object message,
                                                 const WrongWay* wrong) {
  static const WrongWay kRightWay{};
  const WrongWay& way = wrong ? *wrong : kRightWay;
  if (way.message) way.message(message, wall_clock_.now());
  std::string body = json::serialize(message);
  if (way.text) body = way.text(std::move(body));
  const RequestCertificates::Shared chain = certificates_.chain(way.chain, way.answer);
  const Bytes signature = way.sign ? way.sign(chain->key, body) : chain->key.sign(body, Hash::sha256);

  http::OutgoingRequest call = skill_call(url, "");
  call.headers.emplace_back(kChainUrlHeader, chain_url(way.url, *chain, body));
  call.headers.emplace_back(kSignatureHeader, to_base64(chain->key.sign(body, Hash::sha1)));
  call.headers.emplace_back(kSignature256Header, to_base64(signature));
  if (way.headers) way.headers(call.headers);
  call.body = way.after ? way.after(std::move(body)) : std::move(body);
  return call;
}

}  // namespace couplet::emulator
