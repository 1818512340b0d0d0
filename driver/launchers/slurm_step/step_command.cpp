// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/step_command.hpp"

#include <charconv>
#include <string_view>

namespace diwan::slurm_step {
namespace {

// $0 is the step that is to be gone first; srun would wait for what it holds.
constexpr const char* end_before = R"(scancel "$0" 2>/dev/null; exec "$@")";

std::vector<std::string> rank_words(const StepPlan& plan, const StepOrder& order) {
  std::vector<std::string> words = {plan.program.native(), "exec",   "--rank",
                                    order.folder.native(), "--kind", plan.kind};
  if (!plan.roles.empty()) {
    words.insert(words.end(), {"--roles", text_of(plan.roles)});
  }
  if (plan.layout.slots_on_a_node) {
    words.insert(words.end(), {"--slots", std::to_string(*plan.layout.slots_on_a_node)});
  }
  if (plan.layout.gpus_per_task > 0) {
    words.emplace_back("--gpus");
  }
  if (order.time_limit) {
    words.insert(words.end(), {"--time-limit", std::to_string(order.time_limit->count())});
  }
  if (!order.mpi.empty()) {
    words.emplace_back("--mpi");
  }
  if (!order.directory.empty()) {
    words.insert(words.end(), {"--directory", order.directory.native()});
  }
  words.emplace_back("--");
  return words;
}

}  // namespace

std::vector<std::string> step_command(const StepPlan& plan, const StepOrder& order) {
  const Layout& layout = plan.layout;
  std::vector<std::string> words;
  if (!order.gone_before.empty()) {
    words = {"sh", "-c", end_before, order.gone_before};
  }
  words.insert(words.end(), {"srun", "--jobid=" + plan.job, "--job-name=" + order.name, "--exact",
                             "--nodes=" + std::to_string(layout.nodes),
                             "--ntasks=" + std::to_string(layout.tasks)});
  if (layout.tasks == layout.nodes * layout.tasks_on_a_node) {
    words.push_back("--ntasks-per-node=" + std::to_string(layout.tasks_on_a_node));
  }
  words.insert(words.end(),
               {"--distribution=block", "--cpus-per-task=" + std::to_string(layout.cpus_per_task),
                // Without a word about them a step takes all GPUs of the job, and all its memory.
                layout.gpus_per_task > 0 ? "--gpus-per-task=" + std::to_string(layout.gpus_per_task)
                                         : "--gres=none",
                "--mem=" + std::to_string(layout.memory_mebibytes) +
                    (layout.memory_mebibytes > 0 ? "M" : ""),
                "--kill-on-bad-exit=1", "--wait=0", "--input=all",
                "--mpi=" + (order.mpi.empty() ? std::string("none") : order.mpi)});
  const std::vector<std::string> rank = rank_words(plan, order);
  words.insert(words.end(), rank.begin(), rank.end());
  return words;
}

std::string text_of(const Roles& roles) {
  std::string text;
  for (const auto& [role, count] : roles) {
    text += (text.empty() ? "" : ",") + role + "=" + std::to_string(count);
  }
  return text;
}

Roles roles_in(std::string_view text) {
  Roles roles;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    const std::size_t equals = item.find('=');
    std::uint32_t count = 0;
    const std::string_view digits =
        equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      return {};
    }
    roles.emplace_back(item.substr(0, equals), count);
  }
  return roles;
}

}  // namespace diwan::slurm_step
