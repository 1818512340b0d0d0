// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/exit_record.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "collectors/timestamp.hpp"

namespace diwan {

namespace {

constexpr std::array<const char*, 4> outcomes = {"succeeded", "failed", "lost", "stopped"};
constexpr std::array<const char*, 8> causes = {"unknown",    "own_stop",         "preempted",
                                               "time_limit", "coordinator_gone", "node_gone",
                                               "no_folder",  "not_begun"};

template <class T>
nlohmann::json or_null(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

template <class E, std::size_t N>
std::optional<E> named(const std::array<const char*, N>& names, const nlohmann::json& name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names.at(i)) {
      return static_cast<E>(i);
    }
  }
  return std::nullopt;
}

template <class T>
std::optional<T> member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) {
    return std::nullopt;
  }
  return found->template get<T>();
}

std::string text_member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

std::filesystem::path exit_record_path(const std::filesystem::path& attempt_directory) {
  return attempt_directory / "exit";
}

bool write_exit_record(const std::filesystem::path& attempt_directory, const ExitRecord& record) {
  const Ended& ended = record.ended;
  nlohmann::ordered_json json;
  json["version"] = 1;
  json["outcome"] = outcomes.at(static_cast<std::size_t>(ended.outcome));
  json["exitCode"] = or_null(ended.exit_code);
  json["signal"] = or_null(ended.signal);
  json["reason"] = ended.reason;
  json["cause"] = causes.at(static_cast<std::size_t>(ended.cause));
  json["start"] = record.start ? nlohmann::json(time_text(*record.start)) : nlohmann::json(nullptr);
  json["end"] = time_text(ended.at);
  json["host"] = record.host;
  json["peakMemoryBytes"] = or_null(ended.usage.peak_memory_bytes);
  json["cpuSeconds"] = or_null(ended.usage.cpu_seconds);
  const std::string text =
      json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";

  // Whoever looks sees a whole record or none.
  const std::filesystem::path path = exit_record_path(attempt_directory);
  const std::string temporary = path.native() + ".tmp";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    return false;
  }
  const ssize_t written = write(file, text.data(), text.size());
  const int error = written < 0 ? errno : ENOSPC;
  close(file);
  if (written != static_cast<ssize_t>(text.size())) {
    unlink(temporary.c_str());
    errno = error;
    return false;
  }
  return rename(temporary.c_str(), path.c_str()) == 0;
}

std::optional<ExitRecord> read_exit_record(const std::filesystem::path& attempt_directory,
                                           RunKey run) {
  std::ifstream file{exit_record_path(attempt_directory), std::ios::binary};
  if (!file) {
    return std::nullopt;
  }
  std::string text(65536, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("outcome")) {
    return std::nullopt;
  }
  const auto outcome = named<RunOutcome>(outcomes, json.at("outcome"));
  const std::optional<Time> end = parse_rfc3339(text_member(json, "end"));
  if (!outcome || !end) {
    return std::nullopt;
  }
  ExitRecord record;
  record.ended.run = run;
  record.ended.outcome = *outcome;
  record.ended.at = *end;
  record.ended.exit_code = member<int>(json, "exitCode");
  record.ended.signal = member<int>(json, "signal");
  record.ended.reason = text_member(json, "reason");
  record.ended.cause =
      named<LostCause>(causes, text_member(json, "cause")).value_or(LostCause::unknown);
  record.ended.usage.peak_memory_bytes = member<std::uint64_t>(json, "peakMemoryBytes");
  record.ended.usage.cpu_seconds = member<double>(json, "cpuSeconds");
  record.start = parse_rfc3339(text_member(json, "start"));
  record.host = text_member(json, "host");
  return record;
}

}  // namespace diwan
