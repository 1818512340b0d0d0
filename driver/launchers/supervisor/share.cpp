// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/share.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include <sched.h>
#include <unistd.h>

namespace diwan {

namespace {

/// In the order in which the first that is set says what is visible.
constexpr std::array gpu_variable_names = {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
                                           "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL",
                                           "ZE_AFFINITY_MASK"};
constexpr const char* rocr = "ROCR_VISIBLE_DEVICES";

/// A CPU mask as the kernel takes it; long enough for any machine.
using CpuMask = std::array<unsigned long, 1024>;
constexpr std::size_t word_bits = 8 * sizeof(unsigned long);

cpu_set_t* as_set(CpuMask& mask) { return reinterpret_cast<cpu_set_t*>(mask.data()); }

std::vector<std::uint32_t> cpus_in(const CpuMask& mask) {
  std::vector<std::uint32_t> cpus;
  for (std::size_t i = 0; i < mask.size() * word_bits; ++i) {
    if (((mask.at(i / word_bits) >> (i % word_bits)) & 1UL) != 0) {
      cpus.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return cpus;
}

std::vector<std::uint32_t> affinity_of(pid_t process) {
  CpuMask mask{};
  if (sched_getaffinity(process, sizeof mask, as_set(mask)) != 0) {
    return {};
  }
  return cpus_in(mask);
}

/// Asks the kernel for every CPU: it grants those of our cpuset, whichever cgroup version made it.
std::vector<std::uint32_t> cpuset_cpus() {
  CpuMask before{};
  if (sched_getaffinity(0, sizeof before, as_set(before)) != 0) {
    return {};
  }
  CpuMask all{};
  all.fill(~0UL);
  if (sched_setaffinity(0, sizeof all, as_set(all)) != 0) {
    return cpus_in(before);
  }
  std::vector<std::uint32_t> cpus = affinity_of(0);
  sched_setaffinity(0, sizeof before, as_set(before));
  return cpus;
}

/// The parent (mpirun, orted, slurmstepd) is not pinned, but carries what the user or the site set
/// for all of us. A site that lends single CPUs without a cpuset shows more than
/// SLURM_CPUS_ON_NODE: then our own mask is all that we know to be ours.
std::vector<std::uint32_t> node_cpus() {
  const std::vector<std::uint32_t> cpuset = cpuset_cpus();
  const std::vector<std::uint32_t> parent = affinity_of(getppid());
  std::vector<std::uint32_t> cpus;
  std::ranges::set_intersection(cpuset, parent, std::back_inserter(cpus));
  if (cpus.empty()) {
    cpus = cpuset;
  }
  if (const char* lent = std::getenv("SLURM_CPUS_ON_NODE"); lent != nullptr) {
    const std::string_view text{lent};
    std::size_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    if (count != 0 && cpus.size() > count) {
      return affinity_of(0);
    }
  }
  return cpus;
}

std::size_t count_entries(const char* directory, std::string_view prefix) {
  std::error_code error;
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
    const std::string name = entry.path().filename();
    const std::string_view rest =
        std::string_view{name}.substr(std::min(prefix.size(), name.size()));
    if (name.starts_with(prefix) && !rest.empty() &&
        rest.find_first_not_of("0123456789") == std::string_view::npos) {
      ++count;
    }
  }
  return count;
}

/// AMD's compute nodes with a GPU on them; the others are CPUs.
std::size_t count_amd_gpus() {
  std::error_code error;
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator{"/sys/class/kfd/kfd/topology/nodes", error}) {
    std::uint64_t id = 0;
    std::ifstream{entry.path() / "gpu_id"} >> id;
    count += id != 0 ? 1 : 0;
  }
  return count;
}

std::string numbers_below(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? "" : ",") + std::to_string(i);
  }
  return text;
}

/// A list as the runtimes read it: it ends at the first entry that names no device.
std::vector<std::string> devices_in(std::string_view text) {
  std::vector<std::string> devices;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view device = text.substr(0, comma);
    device.remove_prefix(std::min(device.find_first_not_of(' '), device.size()));
    device = device.substr(0, device.find_last_not_of(' ') + 1);
    if (device.empty() || device.starts_with('-') || device == "NoDevFiles" || device == "none") {
      break;
    }
    devices.emplace_back(device);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return devices;
}

std::string join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : ",") + item;
  }
  return text;
}

/// Places of `asked` neighbours among `count` for slot index of parts; asked 0: an equal share.
std::vector<std::size_t> places(std::size_t count, const Division& division, std::size_t asked) {
  const std::size_t parts = std::max<std::size_t>(division.parts, 1);
  std::size_t from = division.index * count / parts;
  std::size_t length = std::max<std::size_t>((division.index + 1) * count / parts - from, 1);
  if (asked > 0) {
    from = division.index * asked;
    length = asked;
  }
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < std::min(length, count); ++i) {
    chosen.push_back((from + i) % count);
  }
  return chosen;
}

template <class T>
std::vector<T> pick(const std::vector<T>& items, const std::vector<std::size_t>& chosen) {
  std::vector<T> picked;
  picked.reserve(chosen.size());
  for (const std::size_t place : chosen) {
    picked.push_back(items.at(place));
  }
  return picked;
}

/// Do the variables above ROCR's index into its list? Slurm, where it was not told whose devices
/// they are, gives all of them the same text, which for each is a list of its own.
bool index_into_rocr(const std::map<std::string, std::string>& variables) {
  const auto lowest = variables.find(rocr);
  return lowest != variables.end() && std::ranges::any_of(variables, [&](const auto& variable) {
           return variable.first != "ZE_AFFINITY_MASK" && variable.second != lowest->second;
         });
}

/// The members of ROCR's list to which an index list that stands above it points.
std::vector<std::string> through_rocr(const std::vector<std::string>& devices,
                                      const std::map<std::string, std::string>& variables) {
  for (const char* name : {"HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL"}) {
    const auto variable = variables.find(name);
    if (variable == variables.end()) {
      continue;
    }
    std::vector<std::string> chosen;
    for (const std::string& text : devices_in(variable->second)) {
      std::size_t place = devices.size();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place);
      if (error != std::errc{} || end != text.data() + text.size() || place >= devices.size()) {
        return chosen;
      }
      chosen.push_back(devices.at(place));
    }
    return chosen;
  }
  return devices;
}

}  // namespace

HostResources find_host_resources(CpuScope scope) {
  HostResources host;
  host.cpus = scope == CpuScope::own ? affinity_of(0) : node_cpus();
  for (const char* name : gpu_variable_names) {
    if (const char* value = std::getenv(name); value != nullptr) {
      host.gpu_variables.emplace(name, value);
    }
  }
  if (host.gpu_variables.empty()) {
    if (const std::size_t nvidia = count_entries("/dev", "nvidia"); nvidia > 0) {
      host.gpu_variables.emplace("CUDA_VISIBLE_DEVICES", numbers_below(nvidia));
    } else if (const std::size_t amd = count_amd_gpus(); amd > 0) {
      host.gpu_variables.emplace(rocr, numbers_below(amd));
    }
  }
  return host;
}

std::vector<std::string> visible_gpus(const HostResources& host) {
  if (index_into_rocr(host.gpu_variables)) {
    return through_rocr(devices_in(host.gpu_variables.at(rocr)), host.gpu_variables);
  }
  for (const char* name : gpu_variable_names) {
    if (const auto variable = host.gpu_variables.find(name); variable != host.gpu_variables.end()) {
      return devices_in(variable->second);
    }
  }
  return {};
}

std::uint32_t trials_by_gpus(const HostResources& host, std::uint32_t per_trial) {
  const auto gpus = static_cast<std::uint32_t>(visible_gpus(host).size());
  return per_trial == 0 || gpus == 0 ? UINT32_MAX : std::max(gpus / per_trial, 1U);
}

std::string shortage(const HostResources& host, std::uint32_t trials, std::uint32_t cpus,
                     std::uint32_t gpus) {
  std::string text;
  if (std::size_t{cpus} * trials > host.cpus.size()) {
    text = (trials == 1 ? "a trial asks" : std::to_string(trials) + " trials at a time ask") +
           " for cpusPerTask " + std::to_string(cpus) + ", and " +
           std::to_string(host.cpus.size()) + " can be used here: that is all there is for " +
           (trials == 1 ? "it" : "them together");
  }
  if (const std::size_t visible = visible_gpus(host).size(); gpus > visible) {
    text += (text.empty() ? "" : "; ") + std::string("a trial asks for gpusPerTask ") +
            std::to_string(gpus) + ", and " +
            (visible == 0 ? "no GPU is" : "only " + std::to_string(visible) + " are") +
            " visible here";
  }
  return text;
}

SlotShare divide(const HostResources& host, const Division& division) {
  SlotShare share;
  const bool all_cpus = division.cpus == 0 && host.cpus.size() < division.parts;
  share.cpus = all_cpus || host.cpus.empty()
                   ? host.cpus
                   : pick(host.cpus, places(host.cpus.size(), division, division.cpus));
  std::ranges::sort(share.cpus);

  const std::vector<std::string> gpus = visible_gpus(host);
  if (gpus.empty()) {
    return share;
  }
  const std::vector<std::size_t> chosen = places(gpus.size(), division, division.gpus);
  share.gpus = pick(gpus, chosen);
  const bool indexed = index_into_rocr(host.gpu_variables);
  for (const auto& [name, value] : host.gpu_variables) {
    if (indexed && name != "ZE_AFFINITY_MASK") {
      share.gpu_variables.emplace_back(
          name, name == rocr ? join(share.gpus) : numbers_below(chosen.size()));
    } else if (const auto devices = devices_in(value); devices.size() == gpus.size()) {
      share.gpu_variables.emplace_back(name, join(pick(devices, chosen)));
    }
  }
  return share;
}

}  // namespace diwan
