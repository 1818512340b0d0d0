// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <filesystem>
#include <fstream>

#include "driver/cli/commands.hpp"
#include "driver/cli/manual/man_page.hpp"
#include "driver/cli/usage_error.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& page) {
  std::ofstream file(path, std::ios::trunc);
  file << page;
  file.close();
  if (!file) {
    throw UsageError("manual: " + path.string() + " cannot be written");
  }
}

ExitStatus run(const Call& call) {
  const fs::path folder = call.text("folder");
  const std::string date = call.maybe("date").value_or("");
  write(folder / "diwan.1", main_man_page(date));
  for (const Verb& verb : verbs()) {
    if (!verb.internal) {
      write(folder / ("diwan-" + std::string(verb.name) + ".1"), man_page(verb, date));
    }
  }
  return ExitStatus::done;
}

}  // namespace

Verb manual_verb() {
  return {.name = "manual",
          .summary = "internal: writes the manual pages, for the build",
          .positionals = {{.name = "folder", .takes = Takes::a(Takes::Kind::folder, "FOLDER")}},
          .options = {{.name = "date",
                       .takes = Takes::text("DATE"),
                       .help = "that the pages show, such as 2026-01-31"}},
          .run = run,
          .internal = true};
}

}  // namespace diwan
