// SPDX-License-Identifier: Apache-2.0
// What the forms of /_emulator do with the whole state: scenarios and snapshots.
#include <utility>

#include "emulator/doors/page.hpp"
#include "emulator/home/home_form.hpp"
#include "emulator/home/home_page.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kPlace = "The Amazon side";
constexpr std::size_t kLongestName = 120;

/// Ends with the coroutine that plays, also when that is given up.
class Playing {
 public:
  explicit Playing(bool& playing) : playing_(playing) { playing_ = true; }
  ~Playing() { playing_ = false; }
  Playing(const Playing&) = delete;
  Playing& operator=(const Playing&) = delete;

 private:
  bool& playing_;
};

}  // namespace

Task<http::Response> HomePage::play(FormParameters form, std::string) {
  if (bench_.playing)
    co_return message_page(409, kPlace, "One at a time",
                           "A scenario is being played. Look at the page again when it is done.");
  std::string text = text_of(form, "text");
  const KnownScenario* known = parts_.scenarios.library().find(text_of(form, "name"));
  if (!known && text.empty())
    co_return message_page(400, kPlace, "Nothing to play", "Choose a scenario, or paste one.");
  bench_.chosen = known ? known->name : "";
  if (known)
    text = known->text;
  else
    bench_.pasted = text;
  const Playing playing(bench_.playing);
  auto came_of_it = co_await parts_.scenarios.play(std::move(text), {});
  bench_.came_of_it = std::move(came_of_it);
  co_return back(form, "played");
}

Task<http::Response> HomePage::keep_snapshot(FormParameters form, std::string) {
  const std::string wanted = text_of(form, "do");
  const auto id = static_cast<std::uint64_t>(number_of(form, "snapshot").value_or(0));
  if (wanted == "take") {
    std::string name = text_of(form, "name");
    if (name.size() > kLongestName)
      co_return message_page(400, kPlace, "A shorter name, please", "A name has at most 120 characters.");
    shelf_.take(world_, std::move(name));
  }
  if (wanted == "restore") {
    const auto restored = shelf_.restore(id, world_);
    if (!restored) co_return message_page(404, kPlace, "Not restored", restored.error());
  }
  if (wanted == "delete") shelf_.remove(id);
  if (wanted == "reset") shelf_.reset(world_);
  co_return back(form, "snapshots");
}

}  // namespace couplet::emulator
