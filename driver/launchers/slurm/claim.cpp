// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/claim.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "driver/launchers/slurm/array_files.hpp"
#include "driver/launchers/slurm/durable_file.hpp"

namespace diwan::slurm {

std::string to_string(const TaskIdentity& identity) {
  return std::to_string(identity.job) + "_" + std::to_string(identity.task) +
         (identity.restarts == 0   ? std::string{}
          : identity.restarts == 1 ? std::string{", requeued once"}
                                   : ", requeued " + std::to_string(identity.restarts) + " times") +
         ", on " + identity.host;
}

std::string identity_line(const TaskIdentity& identity) {
  nlohmann::ordered_json json;
  json["version"] = 1;
  json["job"] = identity.job;
  json["task"] = identity.task;
  json["restarts"] = identity.restarts;
  json["host"] = identity.host;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::optional<TaskIdentity> parse_identity(const std::string& line) {
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  const auto is_number = [&](const char* name) {
    return json.contains(name) && json[name].is_number_unsigned();
  };
  if (!json.is_object() || !is_number("job") || !is_number("task") || !is_number("restarts") ||
      !json.contains("host") || !json["host"].is_string()) {
    return std::nullopt;
  }
  return TaskIdentity{.job = json["job"].get<std::uint32_t>(),
                      .task = json["task"].get<std::uint32_t>(),
                      .restarts = json["restarts"].get<std::uint32_t>(),
                      .host = json["host"].get<std::string>()};
}

std::optional<TaskIdentity> read_claim(const std::filesystem::path& experiment_directory,
                                       RunKey run) {
  std::ifstream stream{claim_path(experiment_directory, run), std::ios::binary};
  return parse_identity({std::istreambuf_iterator<char>{stream}, {}});
}

Claimant::Claimant(std::filesystem::path experiment_directory, TaskIdentity self)
    : experiment_{std::move(experiment_directory)},
      self_{std::move(self)},
      own_{claimant_path(experiment_, self_.job, self_.task, self_.restarts)} {}

Claimant::~Claimant() {
  if (written_) {
    unlink(own_.c_str());
  }
}

/// @return false with errno
bool Claimant::make(const std::filesystem::path& path) {
  if (!written_) {
    write_durably(own_, identity_line(self_));
    written_ = true;
  }
  return link(own_.c_str(), path.c_str()) == 0;
}

std::optional<TaskIdentity> Claimant::claim(RunKey run) {
  const std::filesystem::path path = claim_path(experiment_, run);
  bool made = make(path);
  if (!made && (errno == EMLINK || errno == ENOENT)) {
    // A file has so many names at most (65,000 on ext4), or somebody has removed ours.
    written_ = false;
    made = make(path);
  }
  if (made) {
    return std::nullopt;
  }
  const int error = errno;
  if (std::optional<TaskIdentity> other = read_claim(experiment_, run)) {
    // On NFS an answer may be lost and the link be there.
    return *other == self_ ? std::nullopt : std::move(other);
  }
  // One that is there and cannot be read now will be readable.
  throw std::system_error{error == EEXIST ? EIO : error, std::generic_category(),
                          "cannot claim " + path.native()};
}

}  // namespace diwan::slurm
