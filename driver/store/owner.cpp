// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/owner.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

#include "driver/store/chain.hpp"
#include "driver/store/disk.hpp"

namespace diwan {
namespace {

/// State letter and start time of a process or thread, from a `stat` file of proc(5).
struct ProcessStat {
  char state = '?';
  std::uint64_t start = 0;
};

std::optional<ProcessStat> read_stat(const std::filesystem::path& path) {
  std::optional<std::string> text;
  try {
    // proc files have no size.
    const std::optional<disk::File> file = disk::open_to_read(path);
    if (!file) {
      return std::nullopt;
    }
    text.emplace(4096, '\0');
    text->resize(disk::read_at(*file, path, 0, *text));
  } catch (const StoreError&) {  // the process ended while we looked (ESRCH)
    return std::nullopt;
  }
  // The command's name, field 2, stands in parentheses and may hold anything: count from its end.
  std::size_t place = text->rfind(')');
  if (place == std::string::npos || place + 2 >= text->size()) {
    return std::nullopt;
  }
  ProcessStat stat{(*text)[place + 2], 0};
  constexpr int fields_before_start = 20;  // from the space behind the name to field 22
  for (int field = 0; field < fields_before_start; ++field) {
    place = text->find(' ', place + 1);
    if (place == std::string::npos) {
      return std::nullopt;
    }
  }
  const char* begin = text->data() + place + 1;
  std::from_chars(begin, text->data() + text->size(), stat.start);
  return stat;
}

bool is_dead(char state) { return state == 'Z' || state == 'X'; }

/// Does the process with this start time exist, with at least one thread that is not dead? A killed
/// process is a zombie until its parent looks, and its threads may still be in a write.
bool is_running(const OwnerIdentity& owner, const std::filesystem::path& proc) {
  const std::filesystem::path process = proc / std::to_string(owner.pid);
  const std::optional<ProcessStat> stat = read_stat(process / "stat");
  if (!stat || stat->start != owner.process_start) {
    return false;
  }
  if (!is_dead(stat->state)) {
    return true;
  }
  std::error_code error;
  for (std::filesystem::directory_iterator tasks(process / "task", error), end;
       !error && tasks != end; tasks.increment(error)) {
    const std::optional<ProcessStat> task = read_stat(tasks->path() / "stat");
    if (task && !is_dead(task->state)) {
      return true;
    }
  }
  return false;
}

std::string environment(const char* name) {
  const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): read at the start
  return value != nullptr ? value : "";
}

std::string first_line(const char* path) {
  const std::optional<disk::File> file = disk::open_to_read(path);
  std::string text(256, '\0');
  text.resize(file ? disk::read_at(*file, path, 0, text) : 0);
  return text.substr(0, text.find('\n'));
}

std::string text_of(const OwnerIdentity& owner) {
  std::string text = "process " + std::to_string(owner.pid) + " on " + owner.host;
  if (!owner.job_id.empty()) {
    text += " (job " + owner.job_id + ")";
  }
  return text;
}

}  // namespace

OwnerIdentity this_process() {
  OwnerIdentity identity;
  std::array<char, HOST_NAME_MAX + 1> host{};
  ::gethostname(host.data(), host.size() - 1);
  identity.host = host.data();
  identity.boot_id = first_line("/proc/sys/kernel/random/boot_id");
  identity.pid = ::getpid();
  if (const std::optional<ProcessStat> stat = read_stat("/proc/self/stat")) {
    identity.process_start = stat->start;
  }
  identity.job_id = environment("SLURM_JOB_ID");
  const std::string restarts = environment("SLURM_RESTART_COUNT");
  std::from_chars(restarts.data(), restarts.data() + restarts.size(), identity.restart_count);
  std::array<char, 64> link{};  // "pid:[4026531836]"
  if (::readlink("/proc/self/ns/pid", link.data(), link.size() - 1) > 5) {
    std::from_chars(link.data() + 5, link.data() + link.size(), identity.pid_namespace);
  }
  return identity;
}

OwnerState::Life life_of(const OwnerIdentity& owner, const OwnerIdentity& here,
                         const std::filesystem::path& proc) {
  using enum OwnerState::Life;
  if (owner.host == here.host && !owner.boot_id.empty() && !here.boot_id.empty()) {
    if (owner.boot_id != here.boot_id) {
      return gone;
    }
    const bool same_namespace = owner.pid_namespace == here.pid_namespace ||
                                owner.pid_namespace == 0 || here.pid_namespace == 0;
    if (same_namespace) {
      return is_running(owner, proc) ? alive : gone;
    }
  }
  const bool restarted = !owner.job_id.empty() && owner.job_id == here.job_id &&
                         owner.restart_count < here.restart_count;
  return restarted ? gone : unknown;
}

void write_members(JsonWriter& json, const OwnerIdentity& identity) {
  json.key("host").text(identity.host).key("bootId").text(identity.boot_id);
  json.key("pid").integer(identity.pid).key("pidNamespace").integer(identity.pid_namespace);
  json.key("processStart").integer(identity.process_start).key("jobId").text(identity.job_id);
  json.key("restartCount").integer(identity.restart_count);
}

OwnerNote read_owner_members(JsonReader& json) {
  OwnerNote note;
  json.object([&](std::string_view key) {
    if (key == "host") {
      note.identity.host = json.text();
    } else if (key == "bootId") {
      note.identity.boot_id = json.text();
    } else if (key == "pid") {
      note.identity.pid = json.integer<std::int64_t>();
    } else if (key == "pidNamespace") {
      note.identity.pid_namespace = json.integer<std::uint64_t>();
    } else if (key == "processStart") {
      note.identity.process_start = json.integer<std::uint64_t>();
    } else if (key == "jobId") {
      note.identity.job_id = json.text();
    } else if (key == "restartCount") {
      note.identity.restart_count = json.integer<std::uint32_t>();
    } else if (key == "epoch") {
      note.epoch = json.integer<std::uint64_t>();
    } else {
      json.skip();
    }
  });
  return note;
}

void write_owner(const std::filesystem::path& directory, const OwnerNote& note) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_members(json, note.identity);
  json.key("epoch").integer(note.epoch).end_object();
  disk::replace(directory / "owner", text + "\n");
}

std::optional<OwnerNote> read_owner_file(const std::filesystem::path& directory) {
  const std::optional<std::string> text = disk::read_all(directory / "owner");
  if (!text) {
    return std::nullopt;
  }
  try {
    JsonReader json(*text);
    OwnerNote note = read_owner_members(json);
    json.end();
    return note;
  } catch (const JsonError& error) {
    throw StoreError((directory / "owner").string() + ": cannot be read (" + error.what() +
                     "); remove it if nobody runs this experiment");
  }
}

std::optional<OwnerState> read_owner(const std::filesystem::path& directory) {
  // The tip before the file: a taker makes its segment first, and we must not miss both.
  const std::optional<Tip> tip = read_tip(directory);
  std::optional<OwnerNote> note = read_owner_file(directory);
  const bool taking = tip && (note ? note->epoch < tip->header.name.epoch
                                   : tip->header.name.index == 1 && !tip->has_records);
  if (taking) {
    note = OwnerNote{tip->header.owner, tip->header.name.epoch};
  }
  if (!note) {
    return std::nullopt;
  }
  return OwnerState{note->identity, note->epoch, life_of(note->identity, this_process()),
                    text_of(note->identity)};
}

}  // namespace diwan
