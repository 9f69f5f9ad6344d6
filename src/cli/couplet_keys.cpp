// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "base/crypto.hpp"
#include "cli/couplet_verbs.hpp"
#include "server/config/config_tokens.hpp"

namespace couplet::cli {
namespace {

// 0600, and never over a file that is there: a lost master key makes every stored token useless.
bool write_new_secret(const std::filesystem::path& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const std::string line = std::string(text) + "\n";
  const bool written =
      fd >= 0 && write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) close(fd);
  if (!written)
    std::cerr << "couplet: cannot write " << path.string() << ": "
              << (why == EEXIST ? "it is there already, and is not replaced" : strerror(why)) << "\n";
  return written;
}

}  // namespace

int keys_init(const std::string& directory) {
  SystemRandom random;
  std::error_code ignored;
  std::filesystem::create_directories(directory, ignored);
  const std::filesystem::path master = std::filesystem::path(directory) / "master-1.key";
  const std::filesystem::path signing = std::filesystem::path(directory) / "signing-1.jwk";
  if (!write_new_secret(master, to_base64url(random.bytes<32>()))) return 1;
  if (!write_new_secret(signing, SigningKey::generate().reveal())) return 1;
  std::cout << "[keys]\nmaster = [\"1=file:" << master.string()
            << "\"]\nsigning = [\"file:" << signing.string() << "\"]\n";
  return 0;
}

int keys_signing_new(const std::string& directory) {
  int number = 1;
  const auto file = [&] {
    return std::filesystem::path(directory) / ("signing-" + std::to_string(number) + ".jwk");
  };
  while (std::filesystem::exists(file())) ++number;
  const PrivateJwk key = SigningKey::generate();
  if (!write_new_secret(file(), key.reveal())) return 1;
  std::cout
      << "file:" << file().string() << "\nkid: " << SigningKey::from_jwk(key)->kid()
      << "\n\n1. Append it to [keys] signing and reload (SIGHUP): it is published, and does not sign yet.\n"
         "2. After 5 minutes move it to the front and reload: it signs.\n"
         "3. When the longest access_token_lifetime has passed, remove the old one and reload.\n";
  return 0;
}

int keys_signing_list(const std::string& config_file) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  std::cout << server::describe_signing_keys(*config);
  return 0;
}

int keys_random() {
  SystemRandom random;
  std::cout << to_base64url(random.bytes<32>()) << "\n";
  return 0;
}

int keys_webhook_secret() {
  SystemRandom random;
  std::cout << "whsec_" << to_base64(random.bytes<32>()) << "\n";
  return 0;
}

int api_key_new(const std::string& name, const std::vector<std::string>& skills) {
  SystemRandom random;
  const std::string key = "cpk_" + to_base64url(random.bytes<32>());
  std::string list;
  for (const std::string& skill : skills) list += (list.empty() ? "\"" : ", \"") + skill + "\"";
  std::cout << "key: " << key << "    (shown once; give it to your backend)\n\n[[api_keys]]\nname = \""
            << name << "\"\nsha256 = \"" << to_hex(sha256(key)) << "\"\nskills = [" << list << "]\n";
  return 0;
}

}  // namespace couplet::cli
