// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <stdexcept>

#include "driver/view/terminal/terminal.hpp"

namespace diwan::view {

std::unique_ptr<Terminal> make_terminal(const Terminal::Options& /*options*/) {
  throw std::runtime_error(
      "the terminal view is not in this build; configure with -DDIWAN_WITH_NCURSES=ON (it needs "
      "libncurses-dev, ncurses-devel), or look with `diwan status`");
}

}  // namespace diwan::view
