// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/rotation_watch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <system_error>

#include <sys/inotify.h>
#include <unistd.h>

namespace diwan {

RotationWatch::RotationWatch(const std::filesystem::path& path)
    : folder_{path.parent_path()},
      name_{path.filename().native()},
      events_{inotify_init1(IN_CLOEXEC | IN_NONBLOCK)} {
  if (*events_ >= 0) {
    inotify_add_watch(*events_, folder_.c_str(), IN_CREATE | IN_DELETE | IN_MOVE | IN_ONLYDIR);
  }
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown)) {
    appeared(name_);
  }
}

void RotationWatch::update() {
  for (File& file : files_) {
    file.left = file.renaming != 0;
  }
  std::array<char, 16384> events;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
  for (ssize_t size = 0; (size = read(*events_, events.data(), events.size())) > 0;) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, events.data() + at, sizeof event);
      const std::string name = event.len == 0 ? "" : events.data() + at + sizeof event;
      at += sizeof event + event.len;
      if ((event.mask & IN_CREATE) != 0) {
        appeared(name);
      } else if ((event.mask & IN_DELETE) != 0) {
        gone(name);
      } else if ((event.mask & IN_MOVED_FROM) != 0) {
        rename_begins(name, event.cookie);
      } else if ((event.mask & IN_MOVED_TO) != 0) {
        rename_ends(name, event.cookie);
      }
    }
  }
  // To another folder, where it is not followed.
  std::erase_if(files_, [](const File& file) { return file.left && file.renaming != 0; });
}

void RotationWatch::appeared(const std::string& name) {
  if (name == name_) {
    files_.push_back({.name = name});
  }
}

void RotationWatch::gone(const std::string& name) {
  std::erase_if(files_, [&](const File& file) { return file.renaming == 0 && file.name == name; });
}

void RotationWatch::rename_begins(const std::string& name, std::uint32_t renaming) {
  for (File& file : files_) {
    if (file.renaming == 0 && file.name == name) {
      file.renaming = renaming;
    }
  }
}

void RotationWatch::rename_ends(const std::string& name, std::uint32_t renaming) {
  gone(name);  // what had the name until now
  const auto renamed = std::ranges::find(files_, renaming, &File::renaming);
  if (renamed != files_.end()) {
    *renamed = {.name = name};
  } else {
    appeared(name);
  }
}

std::deque<RotationWatch::File>::const_iterator RotationWatch::find_oldest() const {
  return std::ranges::find_if(
      files_, [&](const File& file) { return file.renaming == 0 && file.name != name_; });
}

std::optional<std::filesystem::path> RotationWatch::oldest() const {
  const auto file = find_oldest();
  return file == files_.end() ? std::nullopt : std::optional(folder_ / file->name);
}

void RotationWatch::drop_oldest() {
  if (const auto file = find_oldest(); file != files_.end()) {
    files_.erase(file);
  }
}

}  // namespace diwan
