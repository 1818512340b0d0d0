// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/step_folder.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace diwan {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The end of a file that may be long.
std::string end_of(const fs::path& file) {
  constexpr std::streamoff enough = 16384;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) {
    return {};
  }
  in.seekg(std::max<std::streamoff>(static_cast<std::streamoff>(in.tellg()) - enough, 0));
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// The last line in which one of these stands.
std::string last_line(std::string_view text, std::initializer_list<std::string_view> marks) {
  std::string found;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (std::ranges::any_of(marks, [&](std::string_view mark) {
          return line.find(mark) != std::string_view::npos;
        })) {
      found = line;
    }
  }
  return found;
}

/// When a file that has something in it was last written to. It is opened: so that NFS asks the
/// server, and not what it remembers.
std::optional<std::int64_t> written(const fs::path& file) {
  struct stat status {};
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const bool known = descriptor >= 0 && fstat(descriptor, &status) == 0;
  if (descriptor >= 0) {
    close(descriptor);
  }
  constexpr std::int64_t second_ns = 1'000'000'000;
  return known && status.st_size > 0
             ? std::optional(status.st_mtim.tv_sec * second_ns + status.st_mtim.tv_nsec)
             : std::nullopt;
}

/// srun says of each task how it ended: "srun: error: n2: task 1: Exited with exit code 2".
bool tells_of_tasks(std::string_view text) {
  return !last_line(text, {": task ", ": tasks "}).empty();
}

void lost(Ended& ended, LostCause cause, std::string reason) {
  ended.outcome = RunOutcome::lost;
  ended.cause = cause;
  ended.reason = std::move(reason);
}

}  // namespace

StepFolder step_folder(const fs::path& attempt_directory) { return {attempt_directory / "step"}; }

void make_step_folder(const StepFolder& folder, std::uint32_t nodes, const std::string& life) {
  std::error_code error;
  const fs::path attempt = folder.path.parent_path();
  for (const fs::path& each :
       {attempt.parent_path().parent_path(), attempt.parent_path(), attempt, folder.path}) {
    if (fs::create_directory(each, error)) {
      fs::permissions(each, fs::perms::owner_all, error);
    }
  }
  std::ofstream{folder.life()} << life;
  std::vector<fs::path> files = {folder.began(),      folder.hindered(), folder.told(),
                                 folder.unfinished(), folder.failed(),   folder.done(),
                                 folder.hosts()};
  for (std::uint32_t node = 0; node < nodes; ++node) {
    files.push_back(folder.asked(node));
    files.push_back(folder.answered(node));
  }
  for (const fs::path& file : files) {
    const std::ofstream made{file};
  }
}

StepBegin read_step_begin(const StepFolder& folder) {
  StepBegin begin;
  std::ifstream in(folder.began());
  std::string at;
  std::string end;
  std::getline(in, begin.id);
  std::getline(in, begin.nodes);
  std::getline(in, begin.gpus);
  std::getline(in, at);
  std::int64_t milliseconds = 0;
  std::from_chars(at.data(), at.data() + at.size(), milliseconds);
  begin.at = Time{std::chrono::milliseconds{milliseconds}};
  return std::getline(in, end) && end == "." ? begin : StepBegin{};
}

void write_step_begin(const StepFolder& folder, const StepBegin& begin) {
  const auto at = std::chrono::floor<std::chrono::milliseconds>(begin.at.time_since_epoch());
  std::ofstream(folder.began(), std::ios::trunc) << begin.id << "\n"
                                                 << begin.nodes << "\n"
                                                 << begin.gpus << "\n"
                                                 << at.count() << "\n.\n";
}

std::string step_of(const StepFolder& folder, const std::string& life) {
  return text_of(folder.life()) == life ? read_step_begin(folder).id : "";
}

void judge_step(const StepFolder& folder, const fs::path& error_log, Ended& ended) {
  if (ended.outcome == RunOutcome::succeeded) {
    if (written(folder.unfinished())) {
      lost(ended, LostCause::preempted, text_of(folder.told()));
    }
    return;
  }
  const auto told = written(folder.told());
  const auto failed = written(folder.failed());
  const std::string said = end_of(error_log);
  const std::string node = last_line(said, {"srun: error: Node failure", "DUE TO NODE FAILURE"});
  if (!node.empty()) {
    lost(ended, LostCause::node_gone, node);
  } else if (written(folder.hindered())) {
    lost(ended, LostCause::not_begun, text_of(folder.hindered()));
  } else if (told && (!failed || *told <= *failed)) {
    lost(ended, LostCause::preempted, text_of(folder.told()));
  } else if (failed) {
    ended.reason = text_of(folder.failed());
  } else if (read_step_begin(folder).id.empty()) {
    const std::string why = last_line(said, {"srun: error:", "slurmstepd: error:", "srun: fatal:"});
    lost(ended, tells_of_tasks(said) ? LostCause::unknown : LostCause::not_begun,
         std::string(did_not_begin) + (why.empty() ? ended.reason + " of srun" : why));
  } else if (const std::string job = last_line(said, {"*** JOB "}); !job.empty()) {
    lost(ended, LostCause::preempted, job);
  } else if (const std::string why = last_line(said, {"*** STEP "}); !why.empty()) {
    lost(ended, LostCause::unknown, "not by diwan: " + why);
  } else if (ended.signal) {
    lost(ended, LostCause::unknown, "srun was ended by " + ended.reason);
  }
}

}  // namespace diwan
