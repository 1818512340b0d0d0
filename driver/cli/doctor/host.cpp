// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/doctor/host.hpp"

#include <array>
#include <cstdint>

#include <sys/resource.h>
#include <unistd.h>

#include "driver/launchers/supervisor/share.hpp"

namespace diwan::doctor {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

Finding cpus_of(const HostResources& host) {
  const auto online = static_cast<std::uint64_t>(sysconf(_SC_NPROCESSORS_ONLN));
  const std::uint64_t usable = host.cpus.size();
  const bool fewer = usable < online;
  return {"host", fewer ? Grade::note : Grade::good,
          host_name() + ": " + std::to_string(usable) + " of " + std::to_string(online) +
              " CPUs may be used by this shell",
          fewer ? "trials are given these alone; a cpuset, taskset or the job around us chose them"
                : ""};
}

Finding gpus_of(const HostResources& host) {
  const std::vector<std::string> gpus = visible_gpus(host);
  if (host.gpu_variables.empty()) {
    return {"gpus", Grade::good, "none here", ""};
  }
  std::string text;
  for (const auto& [name, value] : host.gpu_variables) {
    text += (text.empty() ? "" : ", ") + name + "=" + value;
  }
  return {"gpus", gpus.empty() ? Grade::note : Grade::good,
          std::to_string(gpus.size()) + " visible (" + text + ")",
          gpus.empty() ? "the variables hide every GPU from trials; unset them to use GPUs" : ""};
}

Finding open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t enough = 1024;
  const bool few = limit.rlim_max < enough;
  return {"host", few ? Grade::problem : Grade::good,
          "at most " + std::to_string(limit.rlim_max) + " open files",
          few ? "each running trial takes six; ask the site for more (ulimit -n)" : ""};
}

}  // namespace

Findings examine_host() {
  const HostResources host = find_host_resources(CpuScope::own);
  return {cpus_of(host), open_files(), gpus_of(host)};
}

}  // namespace diwan::doctor
