// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/doctor/file_system.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "driver/launchers/supervisor/error_text.hpp"

namespace diwan::doctor {
namespace {

namespace fs = std::filesystem;

struct Kind {
  long magic;
  std::string_view name;
  bool shared;  ///< other hosts may see it
};
// From linux/magic.h, and of file systems that are not in the kernel, from their own headers.
constexpr std::array kinds = {
    Kind{0xEF53, "ext4", false},        Kind{0x58465342, "XFS", false},
    Kind{0x9123683E, "Btrfs", false},   Kind{0x01021994, "tmpfs", false},
    Kind{0x794C7630, "overlay", false}, Kind{0x2FC12FC1, "ZFS", false},
    Kind{0x6969, "NFS", true},          Kind{0x0BD00BD0, "Lustre", true},
    Kind{0x47504653, "GPFS", true},     Kind{0x19830326, "BeeGFS", true},
    Kind{0x00C36400, "Ceph", true},     Kind{0x20030528, "OrangeFS", true}};

const Kind* kind_of(const fs::path& directory) {
  struct statfs status {};
  if (statfs(directory.c_str(), &status) != 0) {
    return nullptr;
  }
  const auto found = std::ranges::find(kinds, static_cast<long>(status.f_type), &Kind::magic);
  return found == kinds.end() ? nullptr : &*found;
}

/// Closes and removes at the end, whatever was tried.
class Trial {
 public:
  explicit Trial(const fs::path& directory) {
    std::string pattern = directory / ".diwan-doctor-XXXXXX";
    made_ = mkdtemp(pattern.data()) != nullptr;
    error_ = errno;
    place_ = pattern;
  }
  ~Trial() {
    std::error_code none;
    if (made_) {
      fs::remove_all(place_, none);
    }
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  bool made() const { return made_; }
  int error() const { return error_; }
  fs::path file(const char* name) const { return place_ / name; }

 private:
  fs::path place_;
  bool made_ = false;
  int error_ = 0;
};

/// errno of making a file with this text; 0.
int put(const fs::path& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) {
    return errno;
  }
  const int error = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size())
                        ? 0
                        : std::max(errno, 1);
  close(file);
  return error;
}

int try_rename(const Trial& trial) {
  if (const int error = std::max(put(trial.file("a"), "a"), put(trial.file("b"), "b"));
      error != 0) {
    return error;
  }
  return rename(trial.file("a").c_str(), trial.file("b").c_str()) == 0 ? 0 : errno;
}

int try_link(const Trial& trial) {
  if (link(trial.file("b").c_str(), trial.file("c").c_str()) != 0) {
    return errno;
  }
  return link(trial.file("b").c_str(), trial.file("c").c_str()) != 0 && errno == EEXIST ? 0
                                                                                        : EPROTO;
}

int try_lock(const Trial& trial) {
  const int file = open(trial.file("b").c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    return errno;
  }
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const int error = fcntl(file, F_SETLK, &lock) == 0 ? 0 : errno;
  close(file);
  return error;
}

/// The median of some appends of 4 KiB with fsync; none where one fails.
std::optional<std::chrono::microseconds> sync_time(const Trial& trial) {
  constexpr std::size_t times = 15;
  const int file = open(trial.file("s").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) {
    return std::nullopt;
  }
  const std::string block(4096, 'x');
  std::array<std::chrono::microseconds, times> taken{};
  bool failed = false;
  for (auto& time : taken) {
    const auto begin = std::chrono::steady_clock::now();
    failed = failed || write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0;
    time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                                 begin);
  }
  close(file);
  std::ranges::sort(taken);
  return failed ? std::nullopt : std::optional{taken[times / 2]};
}

std::string milliseconds_text(std::chrono::microseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms", static_cast<double>(time.count()) / 1000);
  return text.data();
}

void examine_room(const fs::path& directory, Findings& findings) {
  struct statvfs room {};
  if (statvfs(directory.c_str(), &room) != 0) {
    return;
  }
  constexpr double gibibyte = 1024.0 * 1024 * 1024;
  const double free = static_cast<double>(room.f_bavail) * static_cast<double>(room.f_frsize);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f GiB free", free / gibibyte);
  const bool few_files = room.f_files > 0 && room.f_favail < 10000;
  findings.push_back({"files", free < gibibyte || few_files ? Grade::problem : Grade::good,
                      std::string{text.data()} +
                          (room.f_files > 0 ? ", " + std::to_string(room.f_favail) + " more files"
                                            : std::string{}),
                      free < gibibyte || few_files
                          ? "make room: each trial keeps its logs and checkpoint (--keep)"
                          : ""});
}

}  // namespace

Findings examine_file_system(const fs::path& directory) {
  Findings findings;
  const Kind* kind = kind_of(directory);
  const std::string name =
      kind == nullptr ? "a file system unknown to us" : std::string{kind->name};
  findings.push_back({"files",
                      kind != nullptr && kind->name == "tmpfs" ? Grade::problem : Grade::good,
                      directory.native() + " is on " + name +
                          (kind != nullptr && kind->shared ? ", which nodes may share" : ""),
                      kind != nullptr && kind->name == "tmpfs"
                          ? "its files are gone with the host; work on another one"
                          : ""});
  struct stat status {};
  if (stat(directory.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
      (status.st_mode & S_ISVTX) == 0) {
    findings.push_back({"files", Grade::problem, "everybody may write to " + directory.native(),
                        "chmod o-w: others could replace an experiment's files"});
  }
  const Trial trial{directory};
  if (!trial.made()) {
    findings.push_back({"files", Grade::problem,
                        "nothing can be written here: " + error_text(trial.error()),
                        "change to a directory of your own"});
    return findings;
  }
  const std::array<std::pair<const char*, int>, 3> tried = {
      {{"rename", try_rename(trial)}, {"link", try_link(trial)}, {"lock", try_lock(trial)}}};
  std::string work;
  for (const auto& [what, error] : tried) {
    if (error == 0) {
      work += (work.empty() ? "" : ", ") + std::string{what};
      continue;
    }
    const std::string_view each = what;
    // Ownership rests on link and rename alone.
    findings.push_back({"files", each == "lock" ? Grade::note : Grade::problem,
                        std::string{what} + " does not work here: " + error_text(error),
                        each == "lock"   ? "Diwan needs no locks; databases such as SQLite do"
                        : each == "link" ? "--launcher slurm needs it; work on another file system"
                                         : "work on another file system"});
  }
  if (!work.empty()) {
    findings.push_back({"files", Grade::good, work + ": work", ""});
  }
  if (const auto time = sync_time(trial)) {
    using namespace std::chrono_literals;
    findings.push_back(
        {"files", *time > 100ms ? Grade::note : Grade::good,
         "a synced append takes " + milliseconds_text(*time),
         *time > 100ms ? "short trials wait for it; a faster file system helps" : ""});
  } else {
    findings.push_back({"files", Grade::problem, "fsync fails here",
                        "nothing is safe on such a file system; work on another one"});
  }
  examine_room(directory, findings);
  return findings;
}

bool is_shared(const fs::path& directory) {
  const Kind* kind = kind_of(directory);
  return kind != nullptr && kind->shared;
}

}  // namespace diwan::doctor
