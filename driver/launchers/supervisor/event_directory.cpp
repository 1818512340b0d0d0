// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/event_directory.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/registry.hpp"
#include "collectors/skip_count.hpp"
#include "collectors/tfevents/event_collector.hpp"
#include "driver/launchers/supervisor/growing_file.hpp"

namespace diwan {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 20;

}  // namespace

std::vector<fs::path> event_files(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
    std::error_code gone;
    if (is_event_file(entry->path().filename().native()) && entry->is_regular_file(gone)) {
      found.push_back(entry->path());
    }
  }
  std::ranges::sort(found);
  return found;
}

std::vector<std::string> event_tags(const fs::path& directory) {
  constexpr std::size_t head_bytes = std::size_t{1} << 18;
  std::vector<std::string> names;
  for (const fs::path& path : event_files(directory)) {
    std::string head(head_bytes, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    const fs::path folder = path.lexically_relative(directory).parent_path();
    for (const std::string& tag : scalar_tags(head)) {
      std::string name = folder.empty() ? tag : folder.native() + '/' + tag;
      if (std::ranges::find(names, name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  }
  return names;
}

struct EventDirectory::File {
  std::string name;       ///< relative to the directory's parent, when it was found
  fs::path path;          ///< where it was seen last
  bool has_news = false;  ///< its size was another than what was read
  GrowingFile bytes;
  std::unique_ptr<Collector> collector;
  std::uint64_t last_read = 0;  ///< when something was found in it
};

/// Of the order file: from that place in the file before, another one was read.
struct EventDirectory::Turn {
  std::uint64_t at = 0;
  std::string name;
};

EventDirectory::EventDirectory(fs::path directory, fs::path order_file,
                               std::vector<std::string> metrics)
    : directory_{std::move(directory)},
      order_path_{std::move(order_file)},
      metrics_{std::move(metrics)} {}

EventDirectory::~EventDirectory() {
  if (order_file_ >= 0) {
    ::close(order_file_);
  }
}

void EventDirectory::look_for_files(bool thorough) {
  const auto begin = std::chrono::steady_clock::now();
  if (!thorough && begin < next_look_) {
    return;
  }
  for (const fs::path& path : event_files(directory_)) {
    struct stat status {};
    if (stat(path.c_str(), &status) == 0) {
      File& file = file_of(status, path);
      file.path = path;
      file.has_news = status.st_size != file.bytes.at();
    }
  }
  // At most a twentieth of the time is spent on looking.
  constexpr int pauses = 20;
  const auto end = std::chrono::steady_clock::now();
  next_look_ = end + pauses * (end - begin);
}

EventDirectory::File& EventDirectory::file_of(const struct stat& status, const fs::path& path) {
  const auto known =
      std::ranges::find_if(files_, [&](const auto& file) { return file->bytes.is(status); });
  if (known != files_.end()) {
    return **known;
  }
  File& file = *files_.emplace_back(std::make_unique<File>());
  file.name = path.lexically_relative(directory_.parent_path()).native();
  file.collector = make_event_collector(metrics_, file.name);
  file.bytes.identify(status);
  return file;
}

/// A trial may write hundreds of files: those that have not grown for the longest time are closed
/// again.
bool EventDirectory::open(File& file) {
  constexpr std::ptrdiff_t most_open = 32;
  const auto is_open = [](const auto& each) { return each->bytes.is_open(); };
  if (file.bytes.is_open()) {
    return true;
  }
  if (std::ranges::count_if(files_, is_open) >= most_open) {
    const auto idle = std::ranges::min_element(files_, {}, [&](const auto& each) {
      return is_open(each) ? each->last_read : std::numeric_limits<std::uint64_t>::max();
    });
    (*idle)->bytes.close();
  }
  file.has_news = false;
  return file.bytes.reopen(file.path);
}

/// Each name is ended by NUL, which no path can hold.
void EventDirectory::turn_to(const File& file) {
  if (current_ == &file) {
    return;
  }
  const auto at = current_ == nullptr ? 0 : current_->bytes.at();
  current_ = &file;
  if (order_file_ < 0) {
    order_file_ = ::open(order_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  }
  const std::string line = std::to_string(at) + ' ' + file.name + '\0';
  // Without it the values come in another order, should they have to come again: no loss worth
  // ending a run for.
  [[maybe_unused]] const ssize_t written = ::write(order_file_, line.data(), line.size());
}

std::vector<EventDirectory::Turn> EventDirectory::written_order() const {
  std::ifstream file(order_path_, std::ios::binary);
  std::vector<Turn> turns;
  for (std::string line; std::getline(file, line, '\0');) {
    Turn& turn = turns.emplace_back();
    const char* const end = line.data() + line.size();
    const char* const blank = std::from_chars(line.data(), end, turn.at).ptr;
    turn.name.assign(blank == end ? end : blank + 1, end);
  }
  return turns;
}

bool EventDirectory::read(File& file, std::uint64_t limit_bytes, const Take& take) {
  if (file.bytes.was_cut()) {
    file.collector->finish();
    add_skipped(skipped_, file.collector->skipped());
    file.collector = make_event_collector(metrics_, file.name);
    file.bytes.rewind();
  }
  const bool found = file.bytes.read(
      [&](std::string_view bytes) { take(file.collector->feed(bytes)); }, limit_bytes);
  if (found) {
    file.last_read = ++reads_;
  }
  return found;
}

bool EventDirectory::read(const Take& take, bool thorough) {
  look_for_files(thorough);
  bool found = false;
  for (const auto& file : files_) {
    if ((file->bytes.is_open() || file->has_news) && open(*file) &&
        read(*file, piece_bytes, take)) {
      turn_to(*file);
      found = true;
    }
  }
  return found;
}

void EventDirectory::read_again(const Take& take) {
  look_for_files(true);
  const auto read_on = [&](File* file, std::uint64_t until) {
    if (file == nullptr || !open(*file)) {
      return;
    }
    const auto at = static_cast<std::uint64_t>(file->bytes.at());
    if (at < until) {
      read(*file, until - at, take);
    }
  };
  File* file = nullptr;
  for (const Turn& turn : written_order()) {
    read_on(file, turn.at);
    const auto next =
        std::ranges::find(files_, turn.name, [](const auto& each) { return each->name; });
    file = next == files_.end() ? nullptr : next->get();
  }
  constexpr std::uint64_t to_its_end = std::numeric_limits<std::uint64_t>::max();
  read_on(file, to_its_end);
  for (const auto& each : files_) {
    read_on(each.get(), to_its_end);
  }
}

void EventDirectory::finish() {
  for (const auto& file : files_) {
    file->collector->finish();
  }
}

Skipped EventDirectory::skipped() const {
  Skipped sum = skipped_;
  for (const auto& file : files_) {
    add_skipped(sum, file->collector->skipped());
  }
  return sum;
}

}  // namespace diwan
