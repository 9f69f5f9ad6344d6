// SPDX-License-Identifier: Apache-2.0
#include "rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>

namespace couplet::style {
namespace {

using Names = std::vector<std::string_view>;

// The arrows: what a folder may include beside itself. A file of src/cli belongs to the program it starts.
const std::map<std::string_view, Names> kMayInclude = {
    {"base", {}},
    {"domain", {"base"}},
    {"oauth", {"domain", "base"}},
    {"alexa", {"domain", "base"}},
    {"storage", {"domain", "base"}},
    {"http", {"base"}},
    {"amazon", {"alexa", "domain", "base", "http"}},
    {"server", {"amazon", "alexa", "oauth", "storage", "domain", "http", "base"}},
    {"emulator", {"http", "base"}},
    {"ride_hailer", {"http", "base"}},
    {"cli", {"server", "emulator", "ride_hailer", "http", "base"}},
};

// The arrows inside a folder that has parts: what a part may include beside itself. Files that lie in the
// folder itself wire the parts together, and include them all. So may tests.
const std::map<std::string_view, Names> kPartMayInclude = {
    {"server/config", {}},
    {"server/common", {"server/config"}},
    {"server/links", {"server/common", "server/config"}},
    {"server/oauth", {"server/common", "server/config"}},
    {"server/events", {"server/common", "server/config"}},
    {"server/webhooks", {"server/common", "server/config"}},
    {"emulator/switches", {}},
    {"emulator/state", {"emulator/switches"}},
    {"emulator/calls", {"emulator/state", "emulator/switches"}},
    {"emulator/signing", {"emulator/calls"}},
    {"emulator/events", {"emulator/signing", "emulator/calls", "emulator/state", "emulator/switches"}},
    {"emulator/alexa", {"emulator/signing", "emulator/calls", "emulator/state", "emulator/switches"}},
    {"emulator/api", {"emulator/alexa", "emulator/calls", "emulator/state", "emulator/switches"}},
    {"emulator/doors", {"emulator/alexa", "emulator/calls", "emulator/state", "emulator/switches"}},
    {"emulator/world",
     {"emulator/doors", "emulator/alexa", "emulator/events", "emulator/calls", "emulator/state",
      "emulator/switches"}},
    {"emulator/scenario", {"emulator/alexa", "emulator/calls"}},
    {"emulator/swarm", {"emulator/scenario"}},
    {"emulator/walk", {"emulator/calls"}},
    {"emulator/control",
     {"emulator/world", "emulator/scenario", "emulator/api", "emulator/doors", "emulator/alexa",
      "emulator/events", "emulator/signing", "emulator/calls", "emulator/state", "emulator/switches"}},
    {"emulator/home",
     {"emulator/control", "emulator/world", "emulator/scenario", "emulator/api", "emulator/doors",
      "emulator/alexa", "emulator/events", "emulator/signing", "emulator/calls", "emulator/state",
      "emulator/switches"}},
};

// Bytes in, values out: these folders run in a simulated world.
constexpr std::string_view kProtocolFolders[] = {"domain", "oauth", "alexa"};
constexpr std::string_view kNotInProtocolFolders[] = {"boost/asio", "boost/beast", "openssl/",     "sqlite3",
                                                      "libpq",      "curl/",       "base/task.hpp"};

// Files longer than the limit because they are tables. The one place to list them.
constexpr std::array<std::string_view, 0> kLongTables{};
constexpr std::size_t kLongestFile = 450;
constexpr std::size_t kLongestFunction = 70;

struct BannedWord {
  std::string_view word;
  bool only_when_called;  // followed by '('
  std::string_view instead;
};
constexpr BannedWord kBannedWords[] = {
    {"system_clock::now", false, "take a Clock"},
    {"steady_clock::now", false, "take a Clock"},
    {"high_resolution_clock::now", false, "take a Clock"},
    {"random_device", false, "take a Random"},
    {"RAND_bytes", false, "take a Random"},
    {"rand", true, "take a Random"},
    {"srand", true, "take a Random"},
    {"getenv", true, "use base/environment.hpp at start-up"},
    {"secure_getenv", true, "use base/environment.hpp at start-up"},
    {"printf", true, "use base/log.hpp, or std::cout in a main file"},
    {"fprintf", true, "use base/log.hpp, or std::cerr in a main file"},
    {"puts", true, "use base/log.hpp, or std::cout in a main file"},
    {"sleep_for", false, "wait for the event"},
    {"sleep_until", false, "wait for the event"},
    {"usleep", true, "wait for the event"},
};
// Written in two parts, so that this file keeps its own rule.
constexpr std::string_view kUnfinishedWords[] = {
    "TO"
    "DO",
    "FIX"
    "ME"};

bool is_word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool has_word(std::string_view line, std::string_view word, bool only_when_called) {
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const std::string_view rest = line.substr(at + word.size());
    const bool begins = at == 0 || !is_word_character(line[at - 1]);
    const bool ends = rest.empty() || !is_word_character(rest.front());
    if (begins && ends && (!only_when_called || rest.starts_with('('))) return true;
  }
  return false;
}

std::string at_line(const SourceFile& file, std::size_t index, const std::string& what) {
  return file.path + ":" + std::to_string(index + 1) + ": " + what;
}

// "storage/sqlite/x.cpp" → "storage"
std::string_view folder_of(std::string_view path) { return path.substr(0, path.find('/')); }

std::string_view below_src(std::string_view path) { return path.substr(std::string_view("src/").size()); }

// "server/links/x.cpp" and "server/links/testing/x.hpp" → "server/links"; "server/x.cpp" → "server"
std::string_view part_of(std::string_view path) {
  std::string_view part = path.substr(0, path.rfind('/'));
  if (part.ends_with("/testing")) part.remove_suffix(std::string_view("/testing").size());
  return part;
}

// `#include "x/y.hpp"` or `#include <x/y.hpp>` → x/y.hpp; empty for other lines.
std::string_view included(std::string_view line) {
  const std::size_t word = line.find_first_not_of(" \t#");
  if (!line.starts_with('#') || word == std::string_view::npos || !line.substr(word).starts_with("include"))
    return {};
  const std::size_t open = line.find_first_of("\"<");
  const std::size_t close = line.find_last_of("\">");
  return open >= close ? std::string_view{} : line.substr(open + 1, close - open - 1);
}

// Empty when the include is fine.
std::string complaint(std::string_view folder, std::string_view path) {
  const std::string_view target = path.substr(0, path.find('/'));
  const bool in_a_folder = path.contains('/') && kMayInclude.contains(target);
  const auto& allowed = kMayInclude.at(folder);
  if (in_a_folder && target != folder && std::ranges::find(allowed, target) == allowed.end())
    return std::string(folder) + " must not include " + std::string(path);
  if (std::ranges::find(kProtocolFolders, folder) == std::end(kProtocolFolders)) return {};
  const bool refused = std::ranges::any_of(
      kNotInProtocolFolders, [path](std::string_view start) { return path.starts_with(start); });
  return refused ? std::string(folder) + " waits for nothing and calls nobody: no " + std::string(path)
                 : std::string{};
}

// Empty when the include is fine between the parts of one folder.
std::string complaint_between_parts(std::string_view part, std::string_view path) {
  const auto row = kPartMayInclude.find(part);
  const std::string_view target = part_of(path);
  if (row == kPartMayInclude.end() || target == part || folder_of(path) != folder_of(part)) return {};
  if (std::ranges::find(row->second, target) != row->second.end()) return {};
  return std::string(part) + " must not include " + std::string(path);
}

// A line that closes a block opened at column 0, and the start of such blocks: enough for clang-format's
// layout.
bool opens_function(std::string_view line) {
  constexpr std::string_view kOtherBlocks[] = {
      "namespace", "struct", "class", "enum", "extern", "}", "#", "constexpr", "inline constexpr"};
  if (line.empty() || line.front() == ' ' || !line.ends_with('{') || !line.contains('(')) return false;
  return std::ranges::none_of(kOtherBlocks,
                              [line](std::string_view start) { return line.starts_with(start); });
}

}  // namespace

Breaches check_includes(const SourceFile& file) {
  Breaches breaches;
  const std::string_view path = below_src(file.path), folder = folder_of(path);
  if (!kMayInclude.contains(folder)) return {file.path + ": this folder is not in the table of arrows"};
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string what = complaint(folder, included(lines[i]));
    if (what.empty() && !path.ends_with("_test.cpp"))
      what = complaint_between_parts(part_of(path), included(lines[i]));
    if (!what.empty()) breaches.push_back(at_line(file, i, what));
  }
  return breaches;
}

Breaches check_calls(const SourceFile& file) {
  Breaches breaches;
  if (folder_of(below_src(file.path)) == "base") return breaches;
  const std::string code = code_only(file.text);
  const auto lines = lines_of(code);
  for (std::size_t i = 0; i < lines.size(); ++i)
    for (const BannedWord& banned : kBannedWords)
      if (has_word(lines[i], banned.word, banned.only_when_called))
        breaches.push_back(at_line(file, i, "banned call; " + std::string(banned.instead)));
  return breaches;
}

Breaches check_unfinished_words(const SourceFile& file) {
  Breaches breaches;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i)
    for (const std::string_view word : kUnfinishedWords)
      if (has_word(lines[i], word, false))
        breaches.push_back(at_line(file, i, "finish it, or write an issue"));
  return breaches;
}

Breaches check_licence_line(const SourceFile& file) {
  if (file.text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) return {};
  return {at_line(file, 0, "the first line names the licence: // SPDX-License-Identifier: Apache-2.0")};
}

Breaches check_file_length(const SourceFile& file) {
  const std::size_t length = lines_of(file.text).size();
  if (length <= kLongestFile || std::ranges::find(kLongTables, file.path) != kLongTables.end()) return {};
  return {file.path + ": " + std::to_string(length) + " lines; look for the second idea"};
}

Breaches check_function_length(const SourceFile& file) {
  Breaches breaches;
  const std::string code = code_only(file.text);
  const auto lines = lines_of(code);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!opens_function(lines[i])) continue;
    std::size_t end = i;
    while (end < lines.size() && !lines[end].starts_with('}')) ++end;
    if (end - i + 1 > kLongestFunction)
      breaches.push_back(
          at_line(file, i, "a function of " + std::to_string(end - i + 1) + " lines is nearly always two"));
  }
  return breaches;
}

}  // namespace couplet::style
