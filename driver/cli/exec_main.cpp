// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/cli.hpp"
#include "driver/cli/commands.hpp"

int main(int argc, char** argv) { return diwan::cli_main(argc, argv, {diwan::exec_verb()}, {}); }
