// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/outcome.hpp"

#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "collectors/timestamp.hpp"
#include "driver/results/value.hpp"

namespace diwan {

std::string outcome_line(const Outcome& outcome) {
  return json_text(Value::Fields{{"version", 1},
                                 {"exit", outcome.exit},
                                 {"reason", outcome.reason},
                                 {"time", time_text(outcome.time)}});
}

std::optional<Outcome> read_outcome(const std::filesystem::path& directory) {
  std::ifstream file(directory / "outcome");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("exit") || !json["exit"].is_number_integer()) {
    return std::nullopt;
  }
  Outcome outcome;
  outcome.exit = json["exit"].get<int>();
  if (json.contains("reason") && json["reason"].is_string()) {
    outcome.reason = json["reason"].get<std::string>();
  }
  if (json.contains("time") && json["time"].is_string()) {
    outcome.time = parse_rfc3339(json["time"].get<std::string>()).value_or(Time{});
  }
  return outcome;
}

}  // namespace diwan
