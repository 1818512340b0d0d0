// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/control.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/timestamp.hpp"
#include "driver/core/counted.hpp"
#include "driver/core/experiment.hpp"
#include "driver/results/value.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using Kind = ControlRequest::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 5> kinds = {{{Kind::stop, "stop"},
                                                                     {Kind::pause, "pause"},
                                                                     {Kind::go_on, "go_on"},
                                                                     {Kind::extend, "extend"},
                                                                     {Kind::cancel, "cancel"}}};
constexpr std::uintmax_t largest_bytes = 65536;

std::string_view name_of(Kind kind) {
  return std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == kind; })
      ->second;
}

std::string describe(const ControlRequest& request) {
  std::string text(name_of(request.kind));
  if (request.kind == Kind::cancel) {
    text += " trial " + std::to_string(request.trial);
  } else if (request.kind == Kind::extend) {
    text += " to " + counted(request.max_trials, "trial");
  }
  return text + (request.now ? " now" : "") + " (" + request.by + ")";
}

std::string json_of(const ControlRequest& request) {
  Value value(Value::Fields{{"kind", name_of(request.kind)}});
  if (request.kind == Kind::stop || request.kind == Kind::cancel) {
    value["now"] = request.now;
  }
  if (request.kind == Kind::cancel) {
    value["trial"] = request.trial;
  }
  if (request.kind == Kind::extend) {
    value["maxTrials"] = request.max_trials;
  }
  value["time"] = time_text(request.time);
  value["by"] = request.by;
  return json_text(value) + "\n";
}

std::optional<std::uint32_t> positive(const nlohmann::json& json, const char* field) {
  const auto found = json.find(field);
  if (found == json.end() || !found->is_number_unsigned() || *found == 0U || *found > 0xFFFFFFFFU) {
    return std::nullopt;
  }
  return found->get<std::uint32_t>();
}

std::optional<ControlRequest> parse(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("kind") || !json["kind"].is_string()) {
    return std::nullopt;
  }
  const auto& kind = json["kind"].get_ref<const std::string&>();
  const auto known =
      std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.second == kind; });
  if (known == kinds.end()) {
    return std::nullopt;
  }
  ControlRequest request;
  request.kind = known->first;
  request.by = "a file";
  const auto trial = positive(json, "trial");
  const auto max_trials = positive(json, "maxTrials");
  if ((request.kind == Kind::cancel && !trial) || (request.kind == Kind::extend && !max_trials)) {
    return std::nullopt;
  }
  request.trial = trial.value_or(0);
  request.max_trials = max_trials.value_or(0);
  request.now = json.contains("now") && json["now"] == true;
  if (json.contains("time") && json["time"].is_string()) {
    request.time = parse_rfc3339(json["time"].get<std::string>()).value_or(Time{});
  }
  if (json.contains("by") && json["by"].is_string()) {
    request.by = json["by"].get<std::string>();
  }
  request.text = describe(request);
  return request;
}

std::optional<ControlRequest> read(const fs::path& file) {
  std::error_code problem;
  if (!fs::is_regular_file(fs::symlink_status(file, problem)) ||
      fs::file_size(file, problem) > largest_bytes) {
    return std::nullopt;
  }
  std::ifstream stream(file);
  auto request = parse({std::istreambuf_iterator<char>(stream), {}});
  if (request) {
    request->file = file;
  }
  return request;
}

[[noreturn]] void fail(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

}  // namespace

Stimulus ControlRequest::stimulus(const Experiment& experiment) const {
  if (kind == Kind::extend) {
    BudgetSet change{experiment.budget(), "extend"};
    change.budget.max_trials = max_trials;
    return change;
  }
  StopAsked asked;
  asked.now = now;
  asked.by = by;
  switch (kind) {
    case Kind::pause:
      asked.kind = StopAsked::Kind::pause;
      break;
    case Kind::go_on:
      asked.kind = StopAsked::Kind::go_on;
      break;
    case Kind::cancel:
      asked.kind = StopAsked::Kind::cancel;
      asked.trial = trial;
      break;
    case Kind::stop:
    case Kind::extend:
      asked.kind = StopAsked::Kind::stop;
      break;
  }
  return asked;
}

void write_request(const fs::path& directory, const ControlRequest& request) {
  const fs::path control = directory / "control";
  if (::mkdir(control.c_str(), 0700) != 0 && errno != EEXIST) {
    fail(control);
  }
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "%020lld-%d",
                static_cast<long long>(request.time.time_since_epoch().count()), ::getpid());
  const fs::path target = control / (std::string(name.data()) + ".json");
  const fs::path temporary = control / ("." + std::string(name.data()));
  const std::string text = json_of(request);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    fail(temporary);
  }
  const bool whole = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                     ::fsync(fd) == 0;
  const int problem = whole ? 0 : (errno != 0 ? errno : ENOSPC);
  ::close(fd);
  if (!whole || ::rename(temporary.c_str(), target.c_str()) != 0) {
    const int cause = whole ? errno : problem;
    ::unlink(temporary.c_str());
    errno = cause;
    fail(target);
  }
}

std::vector<ControlRequest> read_requests(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory / "control", none)) {
    if (entry.path().extension() == ".json" && entry.path().filename().string().front() != '.') {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<ControlRequest> requests;
  for (const fs::path& file : files) {
    if (auto request = read(file)) {
      requests.push_back(*std::move(request));
    } else if (fs::exists(fs::symlink_status(file, none))) {
      fs::rename(file, file.string() + ".refused", none);
    }
  }
  return requests;
}

void discard_stale_requests(const fs::path& directory, Time time) {
  for (const ControlRequest& request : read_requests(directory)) {
    const bool lasting = request.kind == Kind::cancel || request.kind == Kind::extend;
    if (!lasting && request.time < time) {
      std::error_code none;
      fs::remove(request.file, none);
    }
  }
}

}  // namespace diwan
