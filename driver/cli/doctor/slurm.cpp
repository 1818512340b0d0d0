// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/doctor/slurm.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include <poll.h>
#include <unistd.h>

#include "driver/cli/doctor/slurm_limits.hpp"
#include "driver/launchers/slurm/scheduler/command.hpp"
#include "driver/launchers/slurm/scheduler/configuration.hpp"
#include "driver/launchers/slurm/scheduler/scheduler.hpp"
#include "driver/launchers/supervisor/spawn.hpp"

namespace diwan::doctor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds patience = 30s;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// What a command of Slurm gives up with.
std::string last_line(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  return text.substr(text.rfind('\n') + 1);
}

slurm::Finished ask(Spawner& spawner, const std::vector<std::string>& words) {
  return slurm::run_command(spawner, words, slurm::slurm_environment(environ), "", patience);
}

/// As a launcher asks it.
Findings ask_limits(const fs::path& program) {
  Findings findings;
  const auto scheduler = slurm::make_scheduler(program);
  scheduler->limits();
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    pollfd entry{.fd = scheduler->descriptor(), .events = POLLIN, .revents = 0};
    poll(&entry, 1, 100);
    for (const slurm::Answer& answer : scheduler->answers()) {
      if (const auto* remark = std::get_if<slurm::Remark>(&answer)) {
        findings.push_back({"slurm", Grade::note, remark->text, ""});
      } else if (const auto* limits = std::get_if<slurm::Limits>(&answer)) {
        findings.push_back({"slurm", Grade::good,
                            "the controller answers: Slurm " + limits->version +
                                ", arrays of at most " + std::to_string(limits->max_array_size) +
                                " tasks",
                            ""});
        return findings;
      } else if (const auto* refused = std::get_if<slurm::Refused>(&answer)) {
        findings.push_back({"slurm", Grade::problem,
                            "the controller does not answer: " + refused->text,
                            "ask the site's administrators; running trials are not harmed"});
        return findings;
      }
    }
  }
  findings.push_back({"slurm", Grade::problem,
                      "the controller gave no answer in " + std::to_string(patience / 1s) + " s",
                      "ask the site's administrators; running trials are not harmed"});
  return findings;
}

void examine_config(Spawner& spawner, Findings& findings) {
  const slurm::Finished shown = ask(spawner, {"scontrol", "show", "config"});
  if (shown.status != 0) {
    return;
  }
  if (const auto wait = setting(shown.out, "KillWait")) {
    findings.push_back({"slurm", Grade::good,
                        "between TERM and KILL lie " + *wait +
                            " (KillWait): trials have so long to save their work",
                        ""});
  }
  if (const auto mode = setting(shown.out, "PreemptMode")) {
    findings.push_back({"slurm", Grade::good, "PreemptMode is " + *mode, ""});
  }
  const Findings limits = examine_limits(
      [&](const std::vector<std::string>& words) { return ask(spawner, words); }, shown.out);
  findings.insert(findings.end(), limits.begin(), limits.end());
}

Finding examine_plugin(Spawner& spawner) {
  const slurm::Finished help = ask(spawner, {"srun", "--help"});
  const bool loaded = help.out.find("--diwan-experiment") != std::string::npos;
  return {"slurm", Grade::good,
          loaded ? "the SPANK plugin is loaded (--diwan-experiment)"
                 : "the SPANK plugin is not loaded; nothing needs it",
          ""};
}

}  // namespace

Findings examine_slurm(const fs::path& program) {
  if (const std::string problem = slurm::configuration_problem(); !problem.empty()) {
    return {{"slurm", Grade::problem, problem, ""}};
  }
  Spawner spawner;
  const slurm::Finished version = ask(spawner, {"sbatch", "--version"});
  if (version.status == 127) {
    return {{"slurm", Grade::good, "no Slurm here (no sbatch on the PATH)", ""}};
  }
  if (version.status != 0) {
    return {{"slurm", Grade::problem, "sbatch does not work: " + last_line(version.error),
             "look at slurm.conf (SLURM_CONF)"}};
  }
  Findings findings = {{"slurm", Grade::good, first_line(version.out) + " (sbatch)", ""}};
  const fs::path library = program.parent_path().parent_path() / "libexec/diwan/diwan-slurm";
  if (!fs::exists(library)) {
    findings.push_back({"slurm", Grade::good,
                        "this build asks Slurm by its commands; with libslurm it would be quicker",
                        ""});
  }
  const Findings answered = ask_limits(program);
  findings.insert(findings.end(), answered.begin(), answered.end());
  if (answered.back().grade != Grade::problem) {
    examine_config(spawner, findings);
    findings.push_back(examine_plugin(spawner));
  }
  if (const char* job = std::getenv("SLURM_JOB_ID"); job != nullptr) {
    findings.push_back({"slurm", Grade::good, std::string{"this shell is in job "} + job, ""});
  }
  return findings;
}

}  // namespace diwan::doctor
