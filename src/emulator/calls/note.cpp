// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/note.hpp"

#include <algorithm>
#include <string>

namespace couplet::emulator {

http::Response with_note(http::Response response, std::string_view note) {
  std::string safe(note.substr(0, 400));
  std::ranges::replace_if(safe, [](char c) { return c < ' ' || c > '~'; }, '?');
  response.headers.emplace_back(kNoteHeader, std::move(safe));
  return response;
}

std::string_view note_of(const http::Response& response) {
  const auto found = std::ranges::find(response.headers, kNoteHeader,
                                       [](const auto& pair) { return std::string_view(pair.first); });
  return found == response.headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace couplet::emulator
