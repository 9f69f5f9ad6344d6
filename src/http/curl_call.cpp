// SPDX-License-Identifier: Apache-2.0
#include "http/curl_call.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/encoding.hpp"
#include "http/public_address.hpp"

namespace couplet::http {
namespace {

constexpr std::size_t kHeaderLimitBytes = 32 * 1024;
constexpr long kIdleConnectionSeconds = 60;
constexpr long kCaCacheSeconds = 600;

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::optional<std::string> url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Nothing for a family that is not of the internet.
std::optional<boost::asio::ip::address> address_of(const curl_sockaddr& peer) {
  namespace ip = boost::asio::ip;
  if (peer.family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &peer.addr, sizeof v4);
    return ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (peer.family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, &peer.addr, sizeof v6);
  ip::address_v6::bytes_type bytes;
  std::ranges::copy(v6.sin6_addr.s6_addr, bytes.begin());
  return ip::address_v6(bytes);
}

}  // namespace

Result<UrlTarget, std::string> check_url(const std::string& text, const CurlClientOptions& options) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return std::unexpected("not a URL");
  const auto scheme = url_part(url.get(), CURLUPART_SCHEME);
  const auto host = url_part(url.get(), CURLUPART_HOST);
  const auto port = url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!scheme || !host || !port) return std::unexpected("not a URL");
  if (*scheme != "https" && !(*scheme == "http" && options.allow_http))
    return std::unexpected("scheme not allowed");
  if (url_part(url.get(), CURLUPART_USER) || url_part(url.get(), CURLUPART_PASSWORD))
    return std::unexpected("a user in the URL");
  const auto& allowed = options.allowed_hosts;
  const std::string name = ascii_lower(*host);
  if (!allowed.empty() && std::ranges::find(allowed, name) == allowed.end())
    return std::unexpected("host not allowed");
  return UrlTarget{*scheme, name, *scheme + "://" + name + ":" + *port};
}

CurlCall::CurlCall(boost::asio::io_context& context, OutgoingRequest request, UrlTarget target)
    : waiting(context), request_(std::move(request)), target_(std::move(target)), easy_(curl_easy_init()) {}

CurlCall::~CurlCall() = default;

bool CurlCall::append(std::unique_ptr<curl_slist, Free>& list, const std::string& text) {
  curl_slist* const longer = curl_slist_append(list.get(), text.c_str());
  if (!longer) return false;
  (void)list.release();
  list.reset(longer);
  return true;
}

bool CurlCall::prepare(const CurlClientOptions& options) {
  if (!easy_ || !is_token(request_.method) || has_line_break(request_.url) || !set_headers()) return false;
  for (const std::string& row : options.connect_to)
    if (!append(connect_to_, row)) return false;
  CURL* const easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to_.get());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_list_.get());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlCall::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlCall::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlCall::on_send);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  set_method();
  set_policy(options);
  return true;
}

bool CurlCall::set_headers() {
  bool has_type = false;
  for (const auto& [name, value] : request_.headers) {
    if (!is_token(name) || has_line_break(value)) return false;
    has_type = has_type || ascii_lower(name) == "content-type";
    // "Name;" is how curl is told to send a header without a value.
    if (!append(header_list_, value.empty() ? name + ";" : name + ": " + value)) return false;
  }
  // Not what curl would add by itself: no wait for "100 Continue", no media type that nobody asked for.
  return append(header_list_, "Expect:") && (has_type || append(header_list_, "Content-Type:"));
}

void CurlCall::set_method() {
  CURL* const easy = easy_.get();
  if (request_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool always_has_length =
      request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
  if (!request_.body.empty() || always_has_length) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlCall::set_policy(const CurlClientOptions& options) {
  CURL* const easy = easy_.get();
  const Deadlines& deadlines = request_.deadlines;
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, options.allow_http ? "https,http" : "https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);  // this authority and no other
  }
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, kCaCacheSeconds);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, kIdleConnectionSeconds);
  if (options.peer_addresses == PeerAddresses::public_only) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &CurlCall::on_open);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  }
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadlines.connect.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(deadlines.total.count()));
}

// Called when a connection stands and the request is about to go out. curl sends a request a second time by
// itself when a pooled connection turns out dead; whether the peer had read it is unknown then, so only safe
// methods may be repeated behind the caller's back (RFC 9110 9.2.2).
int CurlCall::on_send(void* self, char*, char*, int, int) {
  auto* const call = static_cast<CurlCall*>(self);
  const bool safe = call->request_.method == "GET" || call->request_.method == "HEAD";
  if (call->maybe_sent_ && !safe) return CURL_PREREQFUNC_ABORT;
  call->maybe_sent_ = true;
  return CURL_PREREQFUNC_OK;
}

// The address is the one that curl connects to, whatever the name said when somebody last looked.
curl_socket_t CurlCall::on_open(void* self, curlsocktype, curl_sockaddr* peer) {
  auto* const call = static_cast<CurlCall*>(self);
  const auto address = address_of(*peer);
  if (!address || !is_public_address(*address)) {
    call->refused_address_ = true;
    return CURL_SOCKET_BAD;
  }
  call->opened_socket_ = true;
  return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

std::size_t CurlCall::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto* const call = static_cast<CurlCall*>(self);
  const std::string_view line(data, size * count);
  call->header_bytes_ += line.size();
  call->too_large_ = call->header_bytes_ > kHeaderLimitBytes;
  if (call->too_large_) return CURL_WRITEFUNC_ERROR;
  if (line.starts_with("HTTP/")) call->response_.headers.clear();  // of "100 Continue" or the like
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && !line.starts_with("HTTP/"))
    call->response_.headers.emplace_back(ascii_lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return line.size();
}

std::size_t CurlCall::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto* const call = static_cast<CurlCall*>(self);
  const std::string_view piece(data, size * count);
  call->too_large_ = piece.size() > call->request_.response_limit_bytes - call->response_.body.size();
  if (call->too_large_) return CURL_WRITEFUNC_ERROR;
  call->response_.body += piece;
  return piece.size();
}

CurlCall::Outcome CurlCall::outcome_of(CURLcode code) {
  curl_off_t elapsed_us = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME_T, &elapsed_us);
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(elapsed_us));
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    response_.elapsed = elapsed;
    return std::move(response_);
  }
  const std::string_view detail = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  return std::unexpected(TransportError{kind_of(code), maybe_sent_, elapsed, std::string(detail)});
}

TransportError::Kind CurlCall::kind_of(CURLcode code) const {
  using Kind = TransportError::Kind;
  if (too_large_) return Kind::too_large;
  if (refused_address_ && !opened_socket_) return Kind::refused_address;
  switch (code) {
    case CURLE_URL_MALFORMAT: return Kind::refused_url;
    case CURLE_COULDNT_RESOLVE_HOST: return Kind::resolve;
    case CURLE_COULDNT_CONNECT: return Kind::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER: return Kind::tls;
    case CURLE_OPERATION_TIMEDOUT: return maybe_sent_ ? Kind::timeout : Kind::connect;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2: return Kind::malformed;
    default: return maybe_sent_ ? Kind::reset : Kind::connect;
  }
}

}  // namespace couplet::http
