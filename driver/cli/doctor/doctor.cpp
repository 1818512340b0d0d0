// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>
#include <utility>

#include "driver/cli/commands.hpp"
#include "driver/cli/doctor/file_system.hpp"
#include "driver/cli/doctor/host.hpp"
#include "driver/cli/doctor/mpi.hpp"
#include "driver/cli/doctor/slurm.hpp"
#include "driver/cli/programs.hpp"
#include "driver/cli/usage_error.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/table.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using doctor::Finding;
using doctor::Findings;
using doctor::Grade;

const char* name_of(Grade grade) {
  return grade == Grade::good ? "ok" : grade == Grade::note ? "note" : "problem";
}

void print(const Findings& findings, const Page& page, std::ostream& out) {
  constexpr std::size_t indent = 15;
  for (const Finding& finding : findings) {
    std::string line = finding.topic;
    line.resize(7, ' ');
    line += name_of(finding.grade);
    line.resize(indent, ' ');
    line += printable(finding.text + (finding.mend.empty() ? "" : "; " + finding.mend));
    out << wrap_to(line, page.columns, indent) << '\n';
  }
}

Value value_of(const Findings& findings) {
  Value::List items;
  for (const Finding& finding : findings) {
    items.emplace_back(
        Value::Fields{{"topic", finding.topic},
                      {"grade", name_of(finding.grade)},
                      {"text", finding.text},
                      {"mend", finding.mend.empty() ? Value() : Value(finding.mend)}});
  }
  return Value::Fields{{"version", 1}, {"findings", std::move(items)}};
}

std::string csv_of(const Findings& findings) {
  std::string text = "topic,grade,text,mend\n";
  for (const Finding& finding : findings) {
    const std::array<std::string, 4> fields = {finding.topic, name_of(finding.grade), finding.text,
                                               finding.mend};
    text += csv_line(fields);
  }
  return text;
}

ExitStatus run(const Call& call) {
  const std::string& output = call.choice("output");
  const fs::path directory = fs::weakly_canonical(call.maybe("dir").value_or("."));
  if (!fs::is_directory(directory)) {
    throw UsageError("doctor: " + directory.string() +
                     " is no directory; name the one in which experiments are to run");
  }
  const fs::path program = main_program();
  Findings findings = doctor::examine_host();
  for (const Findings& more : {doctor::examine_mpi(program), doctor::examine_slurm(program),
                               doctor::examine_file_system(directory)}) {
    findings.insert(findings.end(), more.begin(), more.end());
  }
  if (output == "table") {
    print(findings, Page::of_standard_output(), call.out);
  } else {
    call.out << (output == "csv" ? csv_of(findings) : document_text(value_of(findings), output));
  }
  const bool unusable = std::ranges::any_of(findings, [](const Finding& finding) {
    return finding.topic == "files" && finding.grade == Grade::problem;
  });
  return unusable ? ExitStatus::cannot_write : ExitStatus::done;
}

}  // namespace

Verb doctor_verb() {
  return {.name = "doctor",
          .summary = "what this site has, and what experiments would suffer from",
          .details =
              "Looks at CPUs, GPUs, MPI, Slurm and the directory in which experiments are to "
              "run (by default the present one), and grades each finding ok, note, or "
              "problem with what to do.",
          .positionals = {{.name = "dir",
                           .takes = Takes::a(Takes::Kind::folder, "DIR"),
                           .required = false}},
          .options = {output_option({"table", "json", "yaml", "csv"})},
          .exits = {{ExitStatus::cannot_write, "experiments cannot live in the directory"}},
          .examples = {{"diwan doctor /scratch/ada", "before the first search there"}},
          .run = run};
}

}  // namespace diwan
