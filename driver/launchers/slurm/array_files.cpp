// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/array_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/launchers/slurm/durable_file.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"

namespace diwan::slurm {

namespace fs = std::filesystem;

namespace {

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number}
                                                                  : std::nullopt;
}

void make_if_missing(const fs::path& directory) {
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::system_error{errno, std::generic_category(), "cannot make " + directory.native()};
  }
}

/// @return 0 or errno
int read_file(const fs::path& path, std::string& text) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (*file < 0) {
    return errno;
  }
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t count = read(*file, piece.data(), piece.size());
    if (count == 0) {
      return 0;
    }
    if (count > 0) {
      text.append(piece.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return errno;
    }
  }
}

/// By the file `next`; 0: there is none. @throws std::system_error
std::uint32_t next_number(const fs::path& experiment_directory) {
  const fs::path path = arrays_directory(experiment_directory) / "next";
  std::string text;
  if (const int error = read_file(path, text); error != 0 && error != ENOENT) {
    throw std::system_error{error, std::generic_category(), "cannot read " + path.native()};
  }
  return whole_number(std::string_view{text}.substr(0, text.find('\n'))).value_or(0);
}

}  // namespace

fs::path arrays_directory(const fs::path& experiment_directory) {
  return experiment_directory / "arrays";
}
fs::path array_directory(const fs::path& experiment_directory, std::uint32_t array) {
  return arrays_directory(experiment_directory) / std::to_string(array);
}
fs::path claim_path(const fs::path& experiment_directory, RunKey run) {
  return arrays_directory(experiment_directory) / "claims" /
         (std::to_string(run.trial) + "." + std::to_string(run.attempt));
}
fs::path claimant_path(const fs::path& experiment_directory, std::uint32_t job, std::uint32_t task,
                       std::uint32_t restarts) {
  return arrays_directory(experiment_directory) / "claims" /
         ("task." + std::to_string(job) + "." + std::to_string(task) + "." +
          std::to_string(restarts));
}
fs::path launches_path(const fs::path& array_directory) { return array_directory / "launches"; }
fs::path spool_path(const fs::path& array_directory, std::uint32_t task, std::uint32_t restarts) {
  return array_directory / ("spool." + std::to_string(task) + "." + std::to_string(restarts));
}
fs::path inbox_path(const fs::path& array_directory, std::uint32_t task, std::uint32_t number) {
  return array_directory / ("inbox." + std::to_string(task) + "." + std::to_string(number));
}

std::vector<std::uint32_t> known_arrays(const fs::path& experiment_directory) {
  std::vector<std::uint32_t> numbers;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{arrays_directory(experiment_directory), none}) {
    if (const auto number = whole_number(entry.path().filename().native())) {
      numbers.push_back(*number);
    }
  }
  std::ranges::sort(numbers);
  return numbers;
}

void withdraw_array(const fs::path& array_directory) {
  clear_array(array_directory);
  const fs::path arrays = array_directory.parent_path();
  const std::uint32_t number = whole_number(array_directory.filename().native()).value_or(0);
  try {
    const std::uint32_t next = std::max(next_number(arrays.parent_path()), number + 1);
    write_durably(arrays / "next", std::to_string(next) + "\n");
  } catch (const std::system_error&) {
    return;  // the folder itself keeps the number
  }
  std::error_code none;
  fs::remove_all(array_directory, none);
}

std::uint32_t make_array_directory(const fs::path& experiment_directory) {
  make_if_missing(arrays_directory(experiment_directory));
  make_if_missing(arrays_directory(experiment_directory) / "claims");
  const std::vector<std::uint32_t> known = known_arrays(experiment_directory);
  const std::uint32_t after_known = known.empty() ? 1 : known.back() + 1;
  for (std::uint32_t number = std::max(after_known, next_number(experiment_directory));; ++number) {
    const fs::path directory = array_directory(experiment_directory, number);
    if (mkdir(directory.c_str(), 0700) == 0) {
      return number;
    }
    if (errno != EEXIST) {
      throw std::system_error{errno, std::generic_category(), "cannot make " + directory.native()};
    }
  }
}

void clear_array(const fs::path& array_directory) {
  std::error_code none;
  std::vector<fs::path> unwanted;
  for (const auto& entry : fs::directory_iterator{array_directory, none}) {
    const std::string name = entry.path().filename();
    const bool said_nothing = name.starts_with("output.") && entry.file_size(none) == 0;
    if (said_nothing || name == "launches" || name == "manifest" || name == "events" ||
        name.starts_with("taken.") || name.starts_with("spool.") || name.starts_with("inbox.")) {
      unwanted.push_back(entry.path());
    }
  }
  for (const fs::path& path : unwanted) {
    fs::remove(path, none);
  }
}

std::optional<std::uint32_t> last_of(const fs::path& array_directory, const std::string& prefix,
                                     std::uint32_t task) {
  const std::string start = prefix + "." + std::to_string(task) + ".";
  std::optional<std::uint32_t> last;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{array_directory, none}) {
    const std::string name = entry.path().filename();
    if (name.starts_with(start)) {
      if (const auto number = whole_number(std::string_view{name}.substr(start.size()))) {
        last = std::max(last.value_or(0), *number);
      }
    }
  }
  return last;
}

void write_job_file(const fs::path& array_directory, const JobFile& file) {
  nlohmann::ordered_json json;
  json["version"] = 1;
  json["comment"] = file.comment;
  json["job"] = file.job ? nlohmann::ordered_json(*file.job) : nlohmann::ordered_json(nullptr);
  json["tasks"] = file.tasks;
  json["pilots"] = file.pilots;
  json["script"] = file.script;
  json["offered"] = file.offered;
  json["over"] = file.over;
  write_durably(array_directory / "job", json.dump() + "\n");
}

std::optional<JobFile> read_job_file(const fs::path& array_directory) {
  const fs::path path = array_directory / "job";
  std::string text;
  const int error = read_file(path, text);
  if (error == ENOENT) {
    return std::nullopt;
  }
  if (error != 0) {
    throw JobFileError{path.native() +
                       ": cannot be read: " + std::generic_category().message(error)};
  }
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  const auto version = json.is_object() ? json.find("version") : json.end();
  if (!json.is_object() || version == json.end() || *version != 1 || !json.contains("comment") ||
      !json["comment"].is_string()) {
    throw JobFileError{path.native() + ": is not of this version of diwan, or damaged"};
  }
  JobFile file;
  file.comment = json["comment"].get<std::string>();
  if (const auto job = json.find("job"); job != json.end() && job->is_number_unsigned()) {
    file.job = job->get<std::uint32_t>();
  }
  if (const auto tasks = json.find("tasks"); tasks != json.end() && tasks->is_number_unsigned()) {
    file.tasks = tasks->get<std::uint32_t>();
  }
  const auto flag = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() && found->get<bool>();
  };
  file.pilots = flag("pilots");
  file.script = flag("script");
  file.offered = flag("offered");
  file.over = flag("over");
  return file;
}

}  // namespace diwan::slurm
