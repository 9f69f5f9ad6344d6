// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_read.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/config/config_rows.hpp"

namespace couplet::server {
namespace {

int line_of_node(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<ListenAddress> to_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = to_number(text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

// Not the text of a string: where another kind of value is wanted, it may be a secret.
std::string shown(const toml::node& node) {
  if (node.is_string()) return "a string";
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return node.is_array() ? "an array" : node.is_table() ? "a table" : "another kind of value";
}

// Puts one TOML value into one member, or says why not.
template <class T>
class Assign {
 public:
  Assign(T& out, const Row<T>& row, const toml::node& node) : out_(out), row_(row), node_(node) {}

  std::optional<std::string> operator()(std::string T::* member) {
    const auto* text = node_.as_string();
    if (!text) return wanted("a string");
    out_.*member = text->get();
    return std::nullopt;
  }
  std::optional<std::string> operator()(std::int64_t T::* member) {
    return number("a whole number", [&](std::int64_t value) { out_.*member = value; });
  }
  std::optional<std::string> operator()(seconds T::* member) {
    return number("whole seconds", [&](std::int64_t value) { out_.*member = seconds{value}; });
  }
  std::optional<std::string> operator()(milliseconds T::* member) {
    return number("whole milliseconds", [&](std::int64_t value) { out_.*member = milliseconds{value}; });
  }
  std::optional<std::string> operator()(bool T::* member) {
    const auto* truth = node_.as_boolean();
    if (!truth) return wanted("true or false");
    out_.*member = truth->get();
    return std::nullopt;
  }
  std::optional<std::string> operator()(ListenAddress T::* member) {
    const auto* text = node_.as_string();
    const auto address = text ? to_listen_address(text->get()) : std::nullopt;
    if (!address) return wanted("\"ADDRESS:PORT\"");
    out_.*member = *address;
    return std::nullopt;
  }
  std::optional<std::string> operator()(std::vector<std::string> T::* member) {
    const auto* array = node_.as_array();
    if (!array || !std::ranges::all_of(*array, [](const toml::node& item) { return item.is_string(); }))
      return wanted("an array of strings");
    (out_.*member).clear();
    for (const toml::node& item : *array) (out_.*member).push_back(item.as_string()->get());
    return std::nullopt;
  }
  std::optional<std::string> operator()(std::map<std::string, std::string> T::* member) {
    const auto* table = node_.as_table();
    return table ? texts(*table, "", out_.*member) : wanted("a table of strings");
  }

 private:
  // A table inside is one language's: its names get a prefix.
  std::optional<std::string> texts(const toml::table& table, const std::string& prefix,
                                   std::map<std::string, std::string>& out) const {
    for (const auto& [key, value] : table) {
      const std::string name = prefix + std::string(key.str());
      if (value.is_string())
        out[name] = value.as_string()->get();
      else if (!value.is_table() || !prefix.empty())
        return wanted("a table of strings, or of one table of strings for each language");
      else if (auto problem = texts(*value.as_table(), name + ".", out))
        return problem;
    }
    return std::nullopt;
  }
  std::string wanted(std::string_view what) const {
    return fmt::format("must be {}; it is {}", what, shown(node_));
  }
  std::optional<std::string> number(std::string_view what, auto store) const {
    const auto* value = node_.as_integer();
    if (!value) return wanted(what);
    if (value->get() < row_.least || value->get() > row_.most)
      return fmt::format("must be {} from {} to {}; it is {}", what, row_.least, row_.most, value->get());
    store(value->get());
    return std::nullopt;
  }

  T& out_;
  const Row<T>& row_;
  const toml::node& node_;
};

class TableReader {
 public:
  explicit TableReader(ReadSettings& read) : read_(read) {}

  template <class T>
  void read(const toml::table& table, const std::string& path, std::span<const Row<T>> rows, T& out) {
    read_.lines[path] = line_of_node(table);
    for (const auto& [key, node] : table) {
      const std::string setting = path + "." + std::string(key.str());
      read_.lines[setting] = line_of_node(node);
      const auto row = std::ranges::find(rows, key.str(), &Row<T>::key);
      if (row == rows.end())
        unknown_key(setting, rows);
      else
        assign(*row, node, setting, out);
    }
  }

  template <class T>
  void take_environment(const std::string& path, std::span<const Row<T>> rows, T& out) {
    for (const Row<T>& row : rows) {
      std::string name = fmt::format("COUPLET_{}_{}", path, row.key);
      std::ranges::transform(name, name.begin(),
                             [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      const auto value = environment_variable(name);
      if (!value) continue;
      const std::string setting = path + "." + std::string(row.key);
      read_.lines[setting] = 0;
      const auto number = to_number(*value);
      const bool is_text = std::holds_alternative<std::string T::*>(row.target) ||
                           std::holds_alternative<ListenAddress T::*>(row.target);
      const bool is_list = std::holds_alternative<std::vector<std::string> T::*>(row.target);
      if (is_list)
        assign(row, toml::array{*value}, setting, out);
      else if (!is_text && (*value == "true" || *value == "false"))
        assign(row, toml::value<bool>{*value == "true"}, setting, out);
      else if (!is_text && number)
        assign(row, toml::value<std::int64_t>{*number}, setting, out);
      else
        assign(row, toml::value<std::string>{*value}, setting, out);
    }
  }

  template <class T>
  void demand(const std::string& path, std::span<const Row<T>> rows) {
    for (const Row<T>& row : rows) {
      const std::string setting = path + "." + std::string(row.key);
      if (row.need == Need::required && !read_.lines.contains(setting))
        read_.fault(setting, "is missing", fmt::format("set it: {}", row.sentence));
    }
  }

 private:
  template <class T>
  void assign(const Row<T>& row, const toml::node& node, const std::string& setting, T& out) {
    if (auto problem = std::visit(Assign<T>(out, row, node), row.target))
      read_.fault(setting, *problem, std::string(row.sentence));
  }

  template <class T>
  void unknown_key(const std::string& setting, std::span<const Row<T>> rows) {
    std::string known;
    for (const Row<T>& row : rows) known += (known.empty() ? "" : ", ") + std::string(row.key);
    read_.fault(setting, "is not a setting", "known here: " + known);
  }

  ReadSettings& read_;
};

template <class T>
void read_one(ReadSettings& read, const toml::table& root, const std::string& name,
              std::span<const Row<T>> rows, T& out) {
  TableReader reader(read);
  if (const toml::node* node = root.get(name)) {
    if (node->is_table())
      reader.read(*node->as_table(), name, rows, out);
    else
      read.fault(name, "must be a table", "write [" + name + "]");
  }
  reader.take_environment(name, rows, out);
  reader.demand(name, rows);
}

template <class T>
void read_many(ReadSettings& read, const toml::table& root, const std::string& name,
               std::span<const Row<T>> rows, std::vector<T>& out) {
  const toml::node* const node = root.get(name);
  if (!node) return;
  if (!node->is_array_of_tables())
    return read.fault(name, "must be an array of tables", "write [[" + name + "]]");
  TableReader reader(read);
  for (const toml::node& item : *node->as_array()) {
    const std::string path = fmt::format("{}[{}]", name, out.size());
    reader.read(*item.as_table(), path, rows, out.emplace_back());
    reader.demand(path, rows);
  }
}

void read_root(ReadSettings& read, const toml::table& root) {
  std::string known;
  for_each_table([&](const char* name, const char*, auto rows, auto member) {
    known += (known.empty() ? "" : ", ") + std::string(name);
    auto& target = read.settings.*member;
    if constexpr (requires { target.emplace_back(); })
      read_many(read, root, name, rows, target);
    else
      read_one(read, root, name, rows, target);
  });
  for (const auto& [key, node] : root) {
    bool is_known = false;
    for_each_table(
        [&](const char* name, const char*, auto, auto) { is_known = is_known || key.str() == name; });
    if (is_known) continue;
    read.lines[std::string(key.str())] = line_of_node(node);
    read.fault(std::string(key.str()), "is not a table of the configuration", "known: " + known);
  }
}

}  // namespace

int ReadSettings::line_of(const std::string& setting) const {
  std::string at = setting;
  while (!at.empty()) {
    if (const auto found = lines.find(at); found != lines.end()) return found->second;
    const std::size_t end = at.find_last_of(".[");
    at.resize(end == std::string::npos ? 0 : end);
  }
  return 0;
}

void ReadSettings::fault(const std::string& setting, std::string message, std::string cure) {
  faults.push_back(
      {ConfigFault::Weight::error, line_of(setting), setting, std::move(message), std::move(cure)});
}

void ReadSettings::warning(const std::string& setting, std::string message, std::string cure) {
  faults.push_back(
      {ConfigFault::Weight::warning, line_of(setting), setting, std::move(message), std::move(cure)});
}

std::string resolve_path(const std::string& base_dir, const std::string& file) {
  return file.empty() ? "" : (std::filesystem::path(base_dir) / file).string();
}

ReadSettings read_settings(const std::string& file) {
  ReadSettings read;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    read.fault("", "cannot read " + file, "name the file with --config");
    return read;
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    const toml::table root = toml::parse(text, file);
    read_root(read, root);
  } catch (const toml::parse_error& error) {
    read.faults.push_back({ConfigFault::Weight::error, static_cast<int>(error.source().begin.line), "",
                           std::string(error.description()), "the file must be TOML: https://toml.io"});
  }
  return read;
}

}  // namespace couplet::server
