// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/trial_texts.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/launchers/launcher.hpp"
#include "driver/results/report/document.hpp"
#include "driver/results/report/page.hpp"
#include "driver/results/row.hpp"
#include "driver/results/table.hpp"
#include "driver/shell/log_tail.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t shown_log_lines = 20;  ///< of each log of a run that failed

TrialTexts texts_of(const Loaded& loaded, const Trial& trial) {
  TrialTexts texts;
  texts.yaml = yaml_text(assignment_value(loaded.spec, trial.assignment));
  texts.environment = env_text(loaded, trial);
  if (has_command(loaded)) {
    texts.arguments = args_text(loaded, trial);
    texts.command = command_text(loaded, trial);
  }
  return texts;
}

/// NAME.html here, of NAME.diwan.
fs::path standard_file(const fs::path& directory) {
  const fs::path whole = fs::absolute(directory).lexically_normal();
  fs::path name = whole.has_filename() ? whole.filename() : whole.parent_path().filename();
  return name.replace_extension(".html");
}

/// Is there something at this path that no report was written to?
bool holds_something_else(const fs::path& file) {
  std::error_code none;
  if (!fs::exists(file, none)) {
    return false;
  }
  std::array<char, 256> begin{};
  std::ifstream(file, std::ios::binary).read(begin.data(), begin.size());
  return std::string_view(begin.data(), begin.size()).find(report_mark) == std::string_view::npos;
}

/// All of it or nothing: a reader never sees half a page, and a full disk costs no older one.
void write_file(const fs::path& file, const std::string& page) {
  const fs::path beside = file.string() + "." + std::to_string(::getpid()) + ".part";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << page;
  out.close();
  std::error_code problem;
  if (!out) {
    problem = std::error_code(errno, std::generic_category());
  } else {
    fs::rename(beside, file, problem);
  }
  if (problem) {
    std::error_code none;
    fs::remove(beside, none);
    throw UsageError("report: " + file.string() + " cannot be written: " + problem.message() +
                     "; -o names another file, `-o -` the standard output");
  }
}

Baseline baseline_from(const Loaded& search, const std::string& dir) {
  try {
    return baseline_of(search, load(experiment_directory(dir)));
  } catch (const std::invalid_argument& problem) {
    throw UsageError(std::string("report: --baseline: ") + problem.what());
  }
}

ExitStatus run(const Call& call) {
  const fs::path directory = experiment_directory(call.text("dir"));
  const auto given = call.maybe("output");
  if (given == "json" || given == "yaml" || given == "csv") {
    throw UsageError("report: -o names the file to write, and a report is a page of HTML; for " +
                     *given + " see `diwan trials -o " + *given + "`, or write -o ./" + *given);
  }
  const fs::path file = given ? fs::path(*given) : standard_file(directory);
  if (!given && holds_something_else(file)) {
    throw UsageError("report: " + file.string() +
                     " is there already and is no report; -o names another file");
  }
  ReportFacts facts = read_report_facts(directory);
  if (const auto baseline = call.maybe("baseline")) {
    facts.baseline = baseline_from(facts.loaded, *baseline);
  }
  for (const std::string& problem : facts.problems) {
    call.err << "diwan: report: left out: " << problem << '\n';
  }
  const ReportSources sources{
      .texts = [&](const Trial& trial) { return texts_of(facts.loaded, trial); },
      .last_lines =
          [&](const Trial& trial, RunKey attempt) {
            return log_tail(attempt_directory(directory, trial.name, attempt.attempt),
                            shown_log_lines);
          }};
  const std::string page = report_page(facts.loaded.spec.name, report_document(facts, sources));
  if (file == "-") {
    call.out << page;
    return ExitStatus::done;
  }
  write_file(file, page);
  call.out << file.string() << '\n';
  return ExitStatus::done;
}

}  // namespace

Verb report_verb() {
  return {
      .name = "report",
      .summary = "one HTML page with figures, to open in a browser",
      .details = "It needs no network and no server, and the same directory gives the same bytes.",
      .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
      .options = {{.name = "output",
                   .letter = 'o',
                   .takes = Takes::a(Takes::Kind::file, "FILE"),
                   .help = "the file to write, by default NAME.html here; - for standard output"},
                  {.name = "baseline",
                   .takes = Takes::a(Takes::Kind::directory, "DIR"),
                   .help =
                       "another experiment with the same objective, best of random search, that "
                       "the verdict measures the best by"}},
      .examples = {{"diwan report search.diwan", "writes search.html"},
                   {"diwan report search.diwan --baseline random.diwan",
                    "with the gain over random search"}},
      .run = run};
}

}  // namespace diwan
