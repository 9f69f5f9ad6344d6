// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/snapshot_panel.hpp"

#include <ranges>

#include "couplet_emulator_web.hpp"

namespace couplet::emulator {

http::Html snapshot_panel(const SnapshotShelf& shelf, std::string_view user_id) {
  http::Html kept;
  for (const KeptSnapshot& snapshot : shelf.kept() | std::views::reverse)
    kept +=
        http::render(web::snapshot_html, {{"user", user_id},
                                          {"id", std::to_string(snapshot.id)},
                                          {"name", snapshot.name},
                                          {"taken_at", to_iso8601(snapshot.taken_at).substr(0, 19) + "Z"}});
  if (shelf.kept().empty()) kept = http::html_literal("<li class=\"quiet\">None is kept.</li>");
  return http::render(web::snapshots_html, {{"user", user_id}, {"done", shelf.done()}, {"kept", kept}});
}

}  // namespace couplet::emulator
