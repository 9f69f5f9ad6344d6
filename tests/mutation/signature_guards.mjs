// SPDX-License-Identifier: Apache-2.0
// The checks of requests that Alexa signed, and of the certificate that the signature is judged by. Rows are as in
// guards.mjs.
import { isFalse, isTrue } from "./edits.mjs";

const headers = "src/alexa/signed_request.cpp";
const url = "src/alexa/certificate_url.cpp";
const message = "src/alexa/skill_request.cpp";
const verifier = "src/server/events/request_verifier.cpp";
const endpoint = "src/server/events/event_endpoint.cpp";
const chain = "src/base/x509_chain.cpp";
const validity = "src/base/x509_chain.hpp";
const cache = "src/amazon/chain_cache.cpp";
const fetcher = "src/amazon/chain_fetcher.cpp";

const signatures = { suite: "alexa_test", filter: "*" };
const events = { suite: "server_test", filter: "*Event*" };
const chains = { suite: "base_test", filter: "AX_*:*/AX_*" };
const played = { suite: "events.test.mjs" };
const fetches = { suite: "amazon_test", filter: "Chain*" };

const strength = "X509_VERIFY_PARAM_set_auth_level(rules, kSecurityLevel);";
/** One of OpenSSL's own checks of a chain. */
const waived = (...errors) => [
  strength,
  `${strength} X509_STORE_CTX_set_verify_cb(context.get(), [](int good, X509_STORE_CTX* at) {
    const int error = X509_STORE_CTX_get_error(at);
    return good != 0 || ${errors.map((error) => `error == X509_V_ERR_${error}`).join(" || ")} ? 1 : 0;
  });`,
];

export const signedRequests = [
  ["each header is there once", headers, signatures, isFalse("certificate_urls.size() != 1 || signatures.size() != 1")],
  [
    "no header is empty",
    headers,
    signatures,
    isFalse("certificate_urls.front().empty() || signatures.front().empty()"),
  ],
  ["the signature is not over-long", headers, signatures, isFalse("signature->size() > kSignatureLimitBytes")],
  ["the timestamp is not too old", headers, signatures, isTrue("timestamp >= now - oldest_allowed(event)")],
  ["the timestamp is not ahead", headers, signatures, isTrue("timestamp <= now + kTolerance")],
  [
    "only events may be an hour old",
    headers,
    signatures,
    ["event ? kEventTolerance : kTolerance", "event ? kEventTolerance : kEventTolerance"],
  ],
  ["the URL is not over-long", url, signatures, isFalse("text.size() > kCertificateUrlLimitBytes")],
  // The first of the two looks is enough for what it sees; only escapes need the second.
  [
    "the URL has plain characters only",
    url,
    signatures,
    isFalse("!is_plain(text)"),
    isFalse("!is_plain(*decoded)"),
  ],
  ["the scheme is https", url, signatures, isFalse("ascii_lower(text.substr(0, kScheme.size())) != kScheme")],
  ["the host is Amazon's", url, signatures, isTrue("ascii_lower(host) == kCertificateHost")],
  ["the port is 443", url, signatures, isTrue('port == "443"')],
  ["no query and no fragment", url, signatures, isFalse('path.find_first_of("?#") != std::string_view::npos')],
  ["what is behind escapes is plain as well", url, signatures, isFalse("!is_plain(*decoded)")],
  ["the folder is Alexa's", url, signatures, isFalse("!resolved.starts_with(kFolder)")],
  ["the URL names a file", url, signatures, isFalse("resolved == kFolder")],
  [
    "the body is not too large",
    verifier,
    events,
    isFalse("asked.request.body.size() > alexa::kSkillRequestLimitBytes"),
  ],
  [
    "the signature is of this body",
    verifier,
    events,
    isFalse("!asked.certificate->has_signed(body, asked.signature.signature)"),
  ],
  [
    "the request is of now",
    verifier,
    events,
    isFalse("!alexa::is_timely(asked.message.event, asked.message.timestamp, clock_.now())"),
  ],
  [
    "the signature is base64",
    headers,
    signatures,
    ["if (!signature || signature->size()", "if (signature && signature->size()"],
    ["*std::move(signature)}", "std::move(signature).value_or(Bytes{})}"],
  ],
  [
    "the URL was found good",
    headers,
    signatures,
    ["if (!url) return std::unexpected(RequestRefusal::certificate_url);", ""],
    ["*std::move(url)", "std::move(url).value_or(std::string(certificate_urls.front()))"],
  ],
  ["an ordinary request is at most 150 s old", headers, signatures, ["kTolerance{150}", "kTolerance{180}"]],
  ["an event is at most an hour old", headers, signatures, ["kEventTolerance{3600}", "kEventTolerance{3605}"]],
  [
    "scheme in any case",
    url,
    signatures,
    ["ascii_lower(text.substr(0, kScheme.size()))", "text.substr(0, kScheme.size())"],
  ],
  ["host in any case", url, signatures, ["ascii_lower(host)", "host"]],
  [
    "escapes are resolved before the path is looked at",
    url,
    signatures,
    ["percent_decode(path, Plus::is_plus)", "std::optional<std::string>(std::string(path))"],
  ],
  [
    "a plus is no space",
    url,
    signatures,
    ["percent_decode(path, Plus::is_plus)", "percent_decode(path, Plus::is_space)"],
  ],
  [
    "a broken escape is refused",
    url,
    signatures,
    ["if (!decoded || !is_plain(*decoded))", "if (decoded && !is_plain(*decoded))"],
    ["without_dot_segments(*decoded)", "without_dot_segments(decoded.value_or(std::string(path)))"],
  ],
  [
    "dot segments are resolved before the path is looked at",
    url,
    signatures,
    ["= without_dot_segments(*decoded);", "= true ? *decoded : without_dot_segments(*decoded);"],
  ],
  ["dot segments lead no higher than the root", url, signatures, ["if (is_up && !kept.empty())", "if (is_up)"]],
  [
    "what is fetched is escaped again",
    url,
    signatures,
    ["+ with_escapes(resolved);", "+ (true ? resolved : with_escapes(resolved));"],
  ],
  ["the request names the skill", message, signatures, isFalse("!in_context && !in_session")],
  [
    "applicationId of the context is the skill's",
    message,
    signatures,
    isTrue("in_context.value_or(skill.skill_id.text()) == skill.skill_id.text()"),
  ],
  [
    "applicationId of the session is the skill's",
    message,
    signatures,
    isTrue("in_session.value_or(skill.skill_id.text()) == skill.skill_id.text()"),
  ],
  ["applicationId is looked at", message, signatures, isFalse("!is_for(*message, skill)")],
  ["ids are not over-long", message, signatures, isTrue("text->size() <= kIdLimitBytes")],
  [
    "ids are plain",
    message,
    signatures,
    isTrue("std::ranges::all_of(*text, [](char c) { return c > 0x20 && c < 0x7f; })"),
  ],
  [
    "the timestamp is there, and one of ISO 8601",
    message,
    signatures,
    ["if (!timestamp) return std::unexpected(RequestRefusal::timestamp);", ""],
    ["request.timestamp = *timestamp;", "request.timestamp = timestamp.value_or(Instant{});"],
  ],
  [
    "no member of the message is there twice",
    "src/base/json.cpp",
    { ...signatures, filter: "AX_*" },
    isFalse("has_repeated_key(text)"),
  ],
  ["a header counts in any case", verifier, events, ["ascii_lower(header) == name", "header == wanted"]],
  [
    "nothing is parsed before its signature was found good",
    verifier,
    events,
    [
      "&RequestVerifier::check_signature, &RequestVerifier::check_message,",
      "&RequestVerifier::check_message, &RequestVerifier::check_signature,",
    ],
  ],
];

export const certificates = [
  ["a certificate that cannot be read spoils the file", chain, chains, ["return ended ?", "return true || ended ?"]],
  ["a chain has ten certificates at most", chain, chains, isFalse("certificates.size() > kMostCertificates")],
  ["a file without certificates is refused", chain, chains, isFalse("certificates.empty()")],
  ["the certificate is Alexa's", chain, chains, isFalse("!is_for(*leaf, dns_name)")],
  ["its name stands in a DNS entry", chain, chains, isFalse("name->type != GEN_DNS")],
  [
    "its name is the whole entry",
    chain,
    chains,
    ["ascii_lower({data, size}) == dns_name", "ascii_lower({data, size}).find(dns_name) != std::string::npos"],
  ],
  ["the certificate may sign", chain, chains, isFalse("!may_sign(leaf)")],
  ["it is no authority", chain, chains, isTrue("!is_authority")],
  ["it says what its key is for", chain, chains, ["&& has_usage &&", "&& (true || has_usage) &&"]],
  [
    "its key is for signatures",
    chain,
    chains,
    isTrue("(X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0"),
  ],
  ["its key is RSA", chain, chains, isFalse("EVP_PKEY_get_base_id(key->key.get()) != EVP_PKEY_RSA")],
  [
    "the chain is checked",
    chain,
    chains,
    isFalse("X509_verify_cert(context.get()) != 1"),
  ],
  ["each link is signed by the next", chain, chains, waived("CERT_SIGNATURE_FAILURE")],
  ["issuers have the CA flag", chain, chains, waived("INVALID_CA")],
  // OpenSSL looks at the key usage twice.
  ["issuers may issue, by their key usage", chain, chains, waived("INVALID_CA", "KEYUSAGE_NO_CERTSIGN")],
  ["no chain is longer than its issuers allow", chain, chains, waived("PATH_LENGTH_EXCEEDED")],
  ["no link is missing", chain, chains, waived("UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
  ["no certificate vouches for itself", chain, chains, waived("DEPTH_ZERO_SELF_SIGNED_CERT")],
  ["no chain brings its own root", chain, chains, waived("SELF_SIGNED_CERT_IN_CHAIN")],
  ["no critical extension is unknown", chain, played, waived("UNHANDLED_CRITICAL_EXTENSION")],
  ["no MD5, no SHA-1", chain, chains, ["kSecurityLevel = 2;", "kSecurityLevel = 0;"]],
  ["keys have 2,048 bits", chain, chains, ["kSecurityLevel = 2;", "kSecurityLevel = 1;"]],
  [
    "every certificate of the chain is valid now",
    chain,
    chains,
    [
      "X509_VERIFY_PARAM_set_time(rules, unix_seconds(now));",
      "X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME), static_cast<void>(now);",
    ],
  ],
  [
    "the earliest end of the chain is kept",
    chain,
    chains,
    ["std::min(validity.not_after, ", "std::max(validity.not_after, "],
  ],
  [
    "the latest beginning of the chain is kept",
    chain,
    chains,
    ["std::max(validity.not_before, ", "std::min(validity.not_before, "],
  ],
  ["a kept certificate has begun", validity, chains, isTrue("not_before_ <= now")],
  ["a kept certificate has not ended", validity, chains, isTrue("now <= not_after_")],
  ["the key has made the signature", chain, chains, ["octets.size()) == 1;", "octets.size()) <= 1;"]],

  [
    "a cached chain is looked at for its dates",
    cache,
    fetches,
    isTrue("chain->second.certificate.valid_at(clock_.now())"),
  ],
  ["a chain past its age is fetched again", cache, fetches, isFalse("now >= chain->due_at")],
  ["a chain that is refused takes the old one with it", cache, fetches, ["  chains_.erase(url);", ""]],
  [
    "only what is unavailable leaves the old one",
    cache,
    fetches,
    isTrue("result.error() == ChainProblem::unavailable"),
  ],
  [
    "what could not be fetched again has a pause",
    cache,
    fetches,
    ["std::max(chain->due_at, now + limits_.retry_age)", "std::max(chain->due_at, now)"],
  ],
  ["a failure is kept for a while", cache, fetches, isFalse("now - problem->second.found_at < limits_.problem_age")],
  ["so many fetches at once", cache, fetches, isFalse("fetches_.size() >= limits_.fetches_at_once")],
  ["so many fetches in a minute", cache, fetches, isFalse("fetches_this_minute_ >= limits_.fetches_per_minute")],
  ["so many fetches for one peer", cache, fetches, isFalse("fetches >= limits_.fetches_per_peer")],
  [
    "so many requests wait for one fetch",
    cache,
    fetches,
    isFalse("fetch->second.waiting.size() >= limits_.waiting_per_fetch"),
  ],
  [
    "so many chains and failures are kept",
    cache,
    fetches,
    ["if (map.size() < most) return;", "if (true || map.size() < most) return;"],
  ],
  ["the file comes with status 200", fetcher, fetches, isFalse("answer->status != 200")],
  [
    "the file has 64 KiB at most",
    fetcher,
    fetches,
    ["response_limit_bytes = kLimitBytes;", "response_limit_bytes = 2 * kLimitBytes;"],
  ],
  [
    "the fetch ends in time",
    fetcher,
    fetches,
    ["{std::min(kConnect, deadline), deadline, deadline}", "{std::min(kConnect, deadline), deadline, 2 * deadline}"],
  ],
  [
    "the file comes from Amazon's host",
    endpoint,
    events,
    ["options.allowed_hosts = {std::string(alexa::kCertificateHost)};", ""],
  ],
  [
    "no file comes from a private address",
    endpoint,
    events,
    ["http::PeerAddresses::public_only", "http::PeerAddresses::any"],
  ],
];
