// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/mpi/dialogue.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "driver/launchers/mpi/channel.hpp"

namespace diwan::mpi {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

json json_of(const ProcessIdentity& process) {
  return {{"host", process.host},
          {"boot", process.boot_id},
          {"namespace", process.pid_namespace},
          {"pid", process.pid},
          {"start", process.start_ticks}};
}

ProcessIdentity process_of(const json& text) {
  return {.host = text.at("host"),
          .boot_id = text.at("boot"),
          .pid_namespace = text.at("namespace"),
          .pid = text.at("pid"),
          .start_ticks = text.at("start")};
}

json json_of(const Tempo& tempo) {
  return {{"heartbeat", tempo.heartbeat.count()},
          {"silence", tempo.silence.count()},
          {"gap", tempo.gap.count()},
          {"farewell", tempo.farewell.count()}};
}

Tempo tempo_of(const json& text) {
  const auto time = [&](const char* name) {
    return std::chrono::milliseconds(text.at(name).get<std::int64_t>());
  };
  return {.heartbeat = time("heartbeat"),
          .silence = time("silence"),
          .gap = time("gap"),
          .farewell = time("farewell")};
}

/// Host names and variables come from outside and need not be UTF-8.
std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string encode(const Hello& hello) {
  return text_of({{"process", json_of(hello.process)},
                  {"cpus", hello.resources.cpus},
                  {"gpus", hello.resources.gpu_variables}});
}

Hello decode_hello(const std::string& text) {
  const json value = json::parse(text);
  return {.process = process_of(value.at("process")),
          .resources = {.cpus = value.at("cpus"), .gpu_variables = value.at("gpus")}};
}

std::string encode(const Welcome& welcome) {
  return text_of({{"coordinator", json_of(welcome.coordinator)},
                  {"path", welcome.directory.path},
                  {"inode", welcome.directory.inode},
                  {"owner", welcome.directory.owner},
                  {"tempo", json_of(welcome.tempo)}});
}

Welcome decode_welcome(const std::string& text) {
  const json value = json::parse(text);
  return {.coordinator = process_of(value.at("coordinator")),
          .directory = {.path = value.at("path"),
                        .inode = value.at("inode"),
                        .owner = value.at("owner")},
          .tempo = tempo_of(value.at("tempo"))};
}

DirectoryMark mark_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw std::runtime_error(path + ": " + std::strerror(errno));
  }
  std::ifstream owner(path + "/owner");
  return {.path = path,
          .inode = status.st_ino,
          .owner = std::string(std::istreambuf_iterator<char>(owner), {})};
}

std::optional<std::string> not_the_same(const DirectoryMark& there) {
  try {
    const DirectoryMark here = mark_of(there.path);
    if (here.inode == there.inode && (there.owner.empty() || here.owner == there.owner)) {
      return std::nullopt;
    }
    return there.path + ": this host has another directory at this path than rank 0's; put the " +
           "experiment (--dir) on a file system that all nodes share";
  } catch (const std::runtime_error& error) {
    return std::string(error.what()) +
           "; rank 0 has this experiment directory, so put it (--dir) on a file system that all " +
           "nodes share";
  }
}

void dismiss(Channel& channel, std::set<int> ranks, std::chrono::milliseconds patience) {
  for (const int rank : ranks) {
    channel.send(rank, shut_down, {});
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!ranks.empty() && std::chrono::steady_clock::now() < deadline) {
    channel.progress();
    while (const auto message = channel.receive()) {
      if (message->tag == farewell) {
        ranks.erase(message->peer);
      }
    }
    std::this_thread::sleep_for(1ms);
  }
}

}  // namespace diwan::mpi
