// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "driver/results/following.hpp"
#include "driver/view/state.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan::view::test {

/// Somebody before a screen of 80x24: presses keys, and looks.
class Watched {
 public:
  explicit Watched(diwan::test::Sample& sample) : sample_(sample) {
    sample_.flush();
    following_.emplace(sample_.directory());
  }

  void look() {
    sample_.flush();
    following_->look();
  }
  Scene scene() const {
    return {.loaded = following_->loaded(),
            .traces = following_->traces(),
            .log = log,
            .log_is_cut = false,
            .text = {}};
  }
  void press(Key::Kind kind) { press(Key{kind, 0}); }
  /// Each character is a key.
  void press(std::u32string_view keys) {
    for (const char32_t key : keys) {
      press(Key{Key::Kind::character, key});
    }
  }
  void press(const Key& key) {
    Pressed pressed = view::press(scene(), std::move(state), key, size);
    state = std::move(pressed.state);
    request = pressed.request;
    quit = pressed.quit;
  }
  Canvas canvas() const { return draw(scene(), state, size, drawing); }
  std::string line(std::size_t row) const { return canvas().line(row); }
  std::string text() const {
    const Canvas shown = canvas();
    std::string all;
    for (std::size_t row = 0; row < size.rows; ++row) {
      all += shown.line(row) + "\n";
    }
    return all;
  }
  bool shows(std::string_view what) const { return text().find(what) != std::string::npos; }

  State state;
  Size size;
  Drawing drawing = Drawing::braille;
  std::vector<std::string> log;
  std::optional<Request> request;  ///< by the last key
  bool quit = false;

 private:
  diwan::test::Sample& sample_;
  std::optional<Following> following_;
};

}  // namespace diwan::view::test
