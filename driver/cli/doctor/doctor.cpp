// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <filesystem>
#include <ostream>
#include <utility>

#include "driver/cli/commands.hpp"
#include "driver/cli/doctor/file_system.hpp"
#include "driver/cli/doctor/host.hpp"
#include "driver/cli/doctor/mpi.hpp"
#include "driver/cli/doctor/slurm.hpp"
#include "driver/cli/usage_error.hpp"
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

ExitStatus run(const Call& call) {
  const std::string& output = call.choice("output", {"table", "json", "yaml"});
  const fs::path directory = fs::weakly_canonical(call.maybe("dir").value_or("."));
  if (!fs::is_directory(directory)) {
    throw UsageError("doctor: " + directory.string() +
                     " is no directory; name the one in which experiments are to run");
  }
  const fs::path program = fs::read_symlink("/proc/self/exe");
  Findings findings = doctor::examine_host();
  for (const Findings& more : {doctor::examine_mpi(program), doctor::examine_slurm(program),
                               doctor::examine_file_system(directory)}) {
    findings.insert(findings.end(), more.begin(), more.end());
  }
  if (output == "json") {
    call.out << json_text(value_of(findings)) << '\n';
  } else if (output == "yaml") {
    call.out << yaml_text(value_of(findings));
  } else {
    print(findings, Page::of_standard_output(), call.out);
  }
  const bool unusable = std::ranges::any_of(findings, [](const Finding& finding) {
    return finding.topic == "files" && finding.grade == Grade::problem;
  });
  return unusable ? ExitStatus::cannot_write : ExitStatus::done;
}

}  // namespace

Verb doctor_verb() {
  return {.name = "doctor",
          .synopsis = "[DIR] [-o table|json|yaml]",
          .summary = "what this site has, and what experiments would suffer from",
          .positionals = {{.name = "dir", .required = false}},
          .options = [] { return output_option("table, json or yaml"); },
          .run = run};
}

}  // namespace diwan
