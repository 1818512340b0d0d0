// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>

#include "driver/results/status.hpp"
#include "driver/view/layout.hpp"
#include "driver/view/parts.hpp"

namespace diwan::view {
namespace {

const std::vector<std::string>& help_text() {
  static const std::vector<std::string> text = {
      "Up Down PgUp PgDn Home End   choose a trial; Left Right move the parameters",
      "Enter      its details and its log, which is followed while it runs",
      "e          explain it: why it waits, failed or was stopped",
      "c          cancel it; it counts as killed",
      "s r        sort by the next column; turn the order around",
      "/          filter by words, all of which have to be there: failed gpu03",
      "           or by values: lr<0.01  loss>=2  opt=adam  time>600  status=running",
      "           the name of a status means the status and nothing else",
      "           Esc takes the filter away",
      "l          logarithmic scale of the curve",
      "n          notices: what is odd about the search",
      "p          pause: no further trial starts; again: go on",
      "S          stop the run; diwan resume goes on with it later",
      "q          quit; the run goes on",
      "",
      "Of running trials: the course of the objective, its value, host:GPU, how long "
      "they have run, and still take, by those that ended. A ! marks one that has been "
      "silent for longer than is usual. All is read from the files in the directory; "
      "c, p and S ask the coordinator by a file, as diwan cancel, pause and stop do."};
  return text;
}

std::vector<std::string> notice_texts(const Loaded& loaded) {
  std::vector<std::string> texts;
  for (const SearchNotice& notice : notices(loaded)) {
    if (!texts.empty()) {
      texts.emplace_back();
    }
    texts.push_back(notice.text);
  }
  return texts.empty() ? std::vector<std::string>{"Nothing odd was noticed."} : texts;
}

}  // namespace

std::vector<std::string> text_lines(const Scene& scene, const State& state, std::size_t columns) {
  constexpr std::size_t most_lines = 500;
  const std::vector<std::string> paragraphs = state.page == Page::explanation ? scene.text
                                              : state.page == Page::notices
                                                  ? notice_texts(scene.loaded)
                                                  : help_text();
  std::vector<std::string> lines;
  for (const std::string& paragraph : paragraphs) {
    const auto parts = wrapped(paragraph, columns, most_lines);
    lines.insert(lines.end(), parts.begin(), parts.end());
    if (parts.empty()) {
      lines.emplace_back();
    }
  }
  return lines;
}

void draw_text(Canvas& canvas, const Scene& scene, const State& state, Drawing drawing) {
  const Size size = canvas.size();
  const bool explains = state.page == Page::explanation;
  const std::string number = state.selected ? " #" + std::to_string(*state.selected) : "";
  draw_heading(canvas, {1, 0, 1, size.columns},
               explains                      ? "explanation of" + number
               : state.page == Page::notices ? "notices"
                                             : "keys",
               drawing);
  const std::vector<std::string> lines = text_lines(scene, state, size.columns - 2);
  const std::size_t room = text_rows(size);
  const std::size_t most = lines.size() > room ? lines.size() - room : 0;
  const std::size_t first = std::min(state.scrolled, most);
  for (std::size_t i = first; i < std::min(first + room, lines.size()); ++i) {
    canvas.put(2 + i - first, 1, lines[i]);
  }
  draw_message(canvas, scene, state);
  draw_keys(canvas, {{"Esc", "back"}, {"Up Down PgUp PgDn", "scroll"}});
}

}  // namespace diwan::view
