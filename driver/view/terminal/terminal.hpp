// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "driver/view/state.hpp"

namespace diwan::view {

/// A terminal that is drawn on; there is one of it at a time. Only what changed is sent. Whatever
/// ends it, the terminal is left in order.
class Terminal {
 public:
  struct Options {
    bool ascii = false;   ///< whatever the locale and TERM say
    bool colour = false;  ///< where the terminal has any
  };
  virtual ~Terminal() = default;

  virtual Size size() const = 0;
  /// By the locale and TERM.
  virtual Drawing drawing() const = 0;
  virtual void show(const Canvas& canvas) = 0;
  /// Waits for a key, so long at most.
  virtual std::optional<Key> key(std::chrono::milliseconds patience) = 0;
  /// Has the person gone, by Ctrl-C or with the terminal?
  virtual bool is_left() const = 0;
};

/// Takes standard input and output for it.
/// @throws std::runtime_error where this build has no terminal view, or TERM is not known.
std::unique_ptr<Terminal> make_terminal(const Terminal::Options& options);

}  // namespace diwan::view
