// SPDX-License-Identifier: Apache-2.0
// Whatever is in the configuration file: it is good, or each fault says what is wrong and what to do.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "fuzz.hpp"
#include "server/config/config.hpp"
#include "server/config/config_urls.hpp"

namespace {

using namespace couplet;
using fuzz::must;

void check_file(std::string_view text) {
  static const int file = ::memfd_create("couplet.toml", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  must(::ftruncate(file, 0) == 0 &&
           ::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
       "the file can be written");
  const server::LoadedConfig loaded = server::load_config(path);
  const bool is_broken = std::ranges::any_of(
      loaded.faults, [](const auto& fault) { return fault.weight == server::ConfigFault::Weight::error; });
  must(is_broken == !loaded.config, "there is a configuration, or an error");
  for (const server::ConfigFault& fault : loaded.faults)
    must(!fault.message.empty() && !fault.cure.empty(), "a fault has a message and a cure");
}

void check_url(const std::string& text) {
  if (server::redirect_uri_problem(text).empty())
    must(std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '#'; }),
         "a redirect URI is ASCII, without a fragment");
  if (server::outgoing_url_problem(text, server::Inside::forbidden, "x").empty())
    must(text.starts_with("https://") || text.starts_with("HTTPS://"), "what is called outside is https");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::as_text(data, size);
  check_file(text);
  check_url(std::string(text));
  return 0;
}
