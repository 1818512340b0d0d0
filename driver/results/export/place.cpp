// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/export/place.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/results/export/export.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

constexpr const char* mark_name = ".diwan-export";

/// Without a slash at its end, so that it has a name.
fs::path named(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

/// What the names begin with that this host writes to.
std::string hidden_prefix() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return std::string(".diwan-export-") + host.data() + "-";
}

/// Was it written by a process of ours that is no more?
bool is_leftover(const fs::path& path, const std::string& prefix) {
  const std::string name = path.filename().string();
  if (!name.starts_with(prefix)) {
    return false;
  }
  ::pid_t process = 0;
  const char* const end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + prefix.size(), end, process);
  struct ::stat facts {};
  return read.ec == std::errc() && read.ptr == end && process > 0 && ::kill(process, 0) != 0 &&
         errno == ESRCH && ::lstat(path.c_str(), &facts) == 0 && facts.st_uid == ::geteuid();
}

std::string mark_begin(const std::string& experiment, std::string_view format) {
  return R"({"version":1,"experiment":)" + json_string(experiment) + R"(,"format":)" +
         json_string(format) + R"(,"files":)";
}

}  // namespace

ExportPlace::ExportPlace(const fs::path& path, Ours ours)
    : path_(named(path)),
      ours_(std::move(ours)),
      beside_(path_.parent_path() / (hidden_prefix() + std::to_string(::getpid()))) {
  refuse_others();
  remove_leftovers();
}

ExportPlace::~ExportPlace() {
  std::error_code none;
  fs::remove_all(beside_, none);
}

void ExportPlace::fail(int error) const {
  throw ExportRefused(path_.string() +
                      " cannot be written: " + std::generic_category().message(error) +
                      "; give a path in a folder that is there and that you can write to, on a "
                      "disk with room");
}

void ExportPlace::publish() {
  refuse_others();  // time has gone by
  std::error_code error;
  fs::rename(beside_, path_, error);
  if (error == std::errc::directory_not_empty || error == std::errc::file_exists) {
    replace_folder();
  } else if (error) {
    fail(error.value());
  }
}

/// What was there is beside it afterwards, and goes with this object.
void ExportPlace::replace_folder() {
  if (::renameat2(AT_FDCWD, beside_.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0) {
    return;
  }
  // Some network file systems cannot exchange two folders.
  const fs::path before = beside_.string() + ".old";
  std::error_code error;
  fs::rename(path_, before, error);
  if (error) {
    fail(error.value());
  }
  fs::rename(beside_, path_, error);
  std::error_code none;
  if (error) {
    fs::rename(before, path_, none);
    fail(error.value());
  }
  fs::remove_all(before, none);
}

void ExportPlace::refuse_others() const {
  std::error_code none;
  const fs::file_status there = fs::symlink_status(path_, none);
  if (!fs::exists(there)) {
    return;
  }
  const bool known = fs::is_directory(there) || fs::is_regular_file(there);
  if (!known || (!fs::is_empty(path_, none) && !ours_(path_))) {
    throw ExportRefused(path_.string() +
                        " is there and is no export of this experiment in this format, or was "
                        "changed since; give another path, or move it away");
  }
}

void ExportPlace::remove_leftovers() const {
  const std::string prefix = hidden_prefix();
  std::error_code none;
  for (fs::directory_iterator entry(path_.parent_path(), none), end; !none && entry != end;
       entry.increment(none)) {
    if (is_leftover(entry->path(), prefix)) {
      std::error_code ignored;
      fs::remove_all(entry->path(), ignored);
    }
  }
}

NewFile::NewFile(const ExportPlace& place, const fs::path& file)
    : place_(place), file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
  if (file_ < 0) {
    place_.fail(errno);
  }
}

NewFile::~NewFile() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

void NewFile::write(std::string_view text) {
  while (!text.empty()) {
    const ::ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      place_.fail(errno);
    }
    text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
}

void NewFile::close() {
  if (::close(std::exchange(file_, -1)) != 0 && errno != EINTR) {
    place_.fail(errno);
  }
}

ExportFolder::ExportFolder(const ExportPlace& place) : place_(place) { make(""); }

void ExportFolder::write(const fs::path& file, std::string_view text) {
  const fs::path whole = place_.beside() / file;
  if (whole.parent_path() != made_) {
    make(file.parent_path());
  }
  NewFile out(place_, whole);
  out.write(text);
  out.close();
  ++files_;
}

void ExportFolder::make(const fs::path& folder) {
  std::error_code error;
  made_ = folder.empty() ? place_.beside() : place_.beside() / folder;
  fs::create_directories(made_, error);
  if (error) {
    place_.fail(error.value());
  }
}

void ExportFolder::finish(const std::string& experiment, std::string_view format) {
  const std::size_t files = files_;
  write(mark_name, mark_begin(experiment, format) + std::to_string(files) + "}\n");
}

bool ExportFolder::is_as_left(const fs::path& folder, const std::string& experiment,
                              std::string_view format) {
  std::ifstream in(folder / mark_name, std::ios::binary);
  std::string line;
  std::getline(in, line);
  const std::string begin = mark_begin(experiment, format);
  if (!line.starts_with(begin)) {
    return false;
  }
  std::size_t left = 0;
  std::from_chars(line.data() + begin.size(), line.data() + line.size(), left);
  std::error_code error;
  const fs::file_time_type finished = fs::last_write_time(folder / mark_name, error);
  std::size_t files = 0;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_symlink(error) ||
        (!entry->is_directory(error) && !entry->is_regular_file(error)) ||
        (entry->is_regular_file(error) && entry->last_write_time(error) > finished)) {
      return false;
    }
    files += entry->is_regular_file(error) ? 1 : 0;
  }
  return !error && files == left + 1;  // the mark itself
}

}  // namespace diwan
