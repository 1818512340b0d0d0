// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/waits_file.hpp"

#include <string>
#include <string_view>

#include "collectors/timestamp.hpp"
#include "driver/store/disk.hpp"
#include "driver/store/json_reader.hpp"
#include "driver/store/json_writer.hpp"
#include "driver/store/store.hpp"

namespace diwan {
namespace {

std::filesystem::path waits_path(const std::filesystem::path& directory) {
  return directory / "waiting";
}

std::string encode(const Waits& waits) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("version").integer(1).key("time").text(time_text(waits.at));
  json.key("waiting").begin_array();
  for (const Waits::Group& group : waits.groups) {
    json.begin_object().key("reason").text(group.reason).key("trials").begin_array();
    for (const std::uint32_t trial : group.trials) {
      json.integer(trial);
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return text + "\n";
}

Waits::Group decode_group(JsonReader& json) {
  Waits::Group group;
  json.object([&](std::string_view name) {
    if (name == "reason") {
      group.reason = json.text();
    } else if (name == "trials") {
      json.array([&] { group.trials.push_back(json.integer<std::uint32_t>()); });
    } else {
      json.skip();
    }
  });
  return group;
}

/// @throws JsonError
std::optional<Waits> decode(std::string_view text) {
  Waits waits;
  int version = 0;
  std::optional<Time> at;
  JsonReader json(text);
  json.object([&](std::string_view name) {
    if (name == "version") {
      version = json.integer<int>();
    } else if (name == "time") {
      at = parse_rfc3339(json.text());
    } else if (name == "waiting") {
      json.array([&] { waits.groups.push_back(decode_group(json)); });
    } else {
      json.skip();
    }
  });
  waits.at = at.value_or(Time{});
  return version == 1 && at ? std::optional(waits) : std::nullopt;
}

}  // namespace

void write_waits(const std::filesystem::path& directory, const Waits& waits) {
  disk::replace_unsynced(waits_path(directory), encode(waits));
}

std::optional<Waits> read_waits(const std::filesystem::path& directory) {
  try {
    const std::optional<std::string> text = disk::read_all(waits_path(directory));
    return text ? decode(*text) : std::nullopt;
  } catch (const StoreError&) {
    return std::nullopt;
  } catch (const JsonError&) {
    return std::nullopt;
  }
}

void remove_waits(const std::filesystem::path& directory) { disk::remove(waits_path(directory)); }

}  // namespace diwan
