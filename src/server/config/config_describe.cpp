// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "alexa/error_table.hpp"
#include "server/config/config_rows.hpp"

namespace couplet::server {
namespace {

// What a member is called on the page, and its value in a default-constructed table.
template <class T>
struct Describe {
  const T& defaults;
  std::pair<std::string, std::string> operator()(std::string T::* member) const {
    return {"string", quoted(defaults.*member)};
  }
  std::pair<std::string, std::string> operator()(std::int64_t T::* member) const {
    return {"integer", std::to_string(defaults.*member)};
  }
  std::pair<std::string, std::string> operator()(bool T::* member) const {
    return {"boolean", defaults.*member ? "true" : "false"};
  }
  std::pair<std::string, std::string> operator()(seconds T::* member) const {
    return {"seconds", std::to_string((defaults.*member).count())};
  }
  std::pair<std::string, std::string> operator()(milliseconds T::* member) const {
    return {"milliseconds", std::to_string((defaults.*member).count())};
  }
  std::pair<std::string, std::string> operator()(ListenAddress T::* member) const {
    return {"address", fmt::format("\"{}:{}\"", (defaults.*member).host, (defaults.*member).port)};
  }
  std::pair<std::string, std::string> operator()(std::vector<std::string> T::* member) const {
    std::string items;
    for (const std::string& item : defaults.*member) items += (items.empty() ? "" : ", ") + quoted(item);
    return {"array of strings", "[" + items + "]"};
  }
  std::pair<std::string, std::string> operator()(std::map<std::string, std::string> T::*) const {
    return {"table of strings", "{}"};
  }

 private:
  static std::string quoted(const std::string& text) { return '"' + text + '"'; }
};

template <class T>
std::string describe_rows(std::string_view table, std::span<const Row<T>> rows, bool from_environment) {
  const T defaults;
  std::string out = from_environment
                        ? "| key | type | default | environment | meaning |\n|---|---|---|---|---|\n"
                        : "| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const Row<T>& row : rows) {
    const auto [type, value] = std::visit(Describe<T>{defaults}, row.target);
    std::string range = row.most < std::numeric_limits<std::int32_t>::max()
                            ? fmt::format(", {} to {}", row.least, row.most)
                            : "";
    if (range.empty() && row.least > 0) range = fmt::format(", at least {}", row.least);
    std::string environment = from_environment ? fmt::format("`COUPLET_{}_{}` | ", table, row.key) : "";
    std::ranges::transform(environment, environment.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    out +=
        fmt::format("| `{}` | {}{} | {} | {}{} |\n", row.key, type, range,
                    row.need == Need::required ? "required" : "`" + value + "`", environment, row.sentence);
  }
  return out;
}

}  // namespace

std::string describe_errors() { return alexa::describe_link_errors(); }

std::string describe_settings() {
  std::string page =
      "# Configuration\n\n"
      "One TOML file, named by `--config`. `couplet check --config FILE` reports every fault at once, with "
      "its line and its cure.\n"
      "Secrets are never in the file: they are named by reference, `\"file:PATH\"` (relative to the "
      "configuration file) or `\"env:NAME\"`.\n"
      "Where a table has an `environment` column, that variable overrides the file. Unknown keys stop the "
      "start.\n\n"
      "This page is printed by `couplet check --settings`.\n";
  for_each_table([&](const char* name, const char* sentence, auto rows, auto member) {
    constexpr bool many = requires(Settings& settings) { (settings.*member).emplace_back(); };
    page += fmt::format("\n## {}{}{}\n\n{}\n\n", many ? "[[" : "[", name, many ? "]]" : "]", sentence);
    page += describe_rows(name, rows, !many);
  });
  return page;
}

}  // namespace couplet::server
