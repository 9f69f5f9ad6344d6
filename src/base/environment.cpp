// SPDX-License-Identifier: Apache-2.0
#include "base/environment.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace couplet {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::string_view kEnvironment = "env:";

std::filesystem::path file_path(std::string_view reference, const std::string& base_dir) {
  return std::filesystem::path(base_dir) / std::filesystem::path(reference.substr(kFile.size()));
}

}  // namespace

std::optional<std::string> environment_variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (!value) return std::nullopt;
  return std::string(value);
}

Result<SecretText, std::string> read_secret_reference(std::string_view reference,
                                                      const std::string& base_dir) {
  if (reference.starts_with(kEnvironment)) {
    const std::string name(reference.substr(kEnvironment.size()));
    auto value = environment_variable(name);
    if (!value || value->empty()) return std::unexpected("the environment variable " + name + " is not set");
    return SecretText(std::move(*value));
  }
  if (!reference.starts_with(kFile))
    return std::unexpected("secrets are named by reference: \"file:PATH\" or \"env:NAME\"");
  const auto path = file_path(reference, base_dir);
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("cannot read " + path.string());
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return std::unexpected(path.string() + " is empty");
  return SecretText(std::move(text));
}

bool readable_by_others(std::string_view reference, const std::string& base_dir) {
  if (!reference.starts_with(kFile)) return false;
  struct stat info{};
  return stat(file_path(reference, base_dir).c_str(), &info) == 0 &&
         (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

}  // namespace couplet
