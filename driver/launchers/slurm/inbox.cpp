// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/inbox.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include "driver/launchers/slurm/array_files.hpp"

namespace diwan::slurm {

void InboxWriter::add(std::string_view frames) { unsaid_ += frames; }

void InboxWriter::write() {
  for (std::uint32_t number = last_of(array_, "inbox", task_).value_or(0) + 1; !spool_; ++number) {
    try {
      spool_.emplace(inbox_path(array_, task_, number));
    } catch (const std::system_error& error) {
      if (error.code().value() != EEXIST) {
        throw;
      }
    }
  }
  if (!unsaid_.empty()) {
    spool_->add(SpoolKind::frames, std::exchange(unsaid_, {}));
  }
  if (const int error = spool_->write(); error != 0) {
    throw std::system_error{
        error, std::generic_category(),
        "cannot write to the inbox of task " + std::to_string(task_) + " in " + array_.native()};
  }
}

InboxReader::InboxReader(std::filesystem::path array_directory, std::uint32_t task)
    : array_{std::move(array_directory)}, task_{task}, spool_{inbox_path(array_, task_, number_)} {}

std::string InboxReader::read() {
  std::string frames;
  while (true) {
    for (const SpoolRecord& record : spool_.read()) {
      frames += record.kind == SpoolKind::frames ? record.body : std::string{};
    }
    // A coordinator that came later has ended the one before.
    std::error_code none;  // one that cannot be looked at now is seen later
    if (!std::filesystem::exists(inbox_path(array_, task_, number_ + 1), none)) {
      return frames;
    }
    spool_ = SpoolReader{inbox_path(array_, task_, ++number_)};
  }
}

}  // namespace diwan::slurm
