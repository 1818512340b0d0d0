// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

namespace diwan::view {

/// What a terminal can draw beside letters.
enum class Drawing {
  ascii,   ///< nothing
  blocks,  ///< lines and blocks: the console of Linux
  braille  ///< curves in dots, too
};

}  // namespace diwan::view
