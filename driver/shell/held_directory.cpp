// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/shell/held_directory.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "driver/results/exit_status.hpp"
#include "driver/results/outcome.hpp"
#include "driver/shell/control.hpp"

namespace diwan {
namespace {

/// The owner, if there is one; one that was killed with its mpirun needs a moment to go.
std::optional<OwnerState> patient_look_at_owner(const RunRequest& request) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  auto owner = read_owner(request.directory);
  while (owner && owner->life == OwnerState::Life::alive && !request.take_over &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    owner = read_owner(request.directory);
  }
  return owner;
}

}  // namespace

HeldDirectory::HeldDirectory(const RunRequest& request, Progress& progress)
    : request_(&request), progress_(&progress) {
  const auto owner = patient_look_at_owner(request);
  was_free_ = !owner || owner->life == OwnerState::Life::gone;
  history_ = read_history(request.directory, request.spec);
}

bool HeldDirectory::was_closed() const {
  const auto outcome = read_outcome(request_->directory);
  return outcome && outcome->exit == exit_status(history_->experiment) &&
         !read_owner(request_->directory);
}

void HeldDirectory::take() {
  identity_ = this_process();
  Store::Options options;
  options.take_over = request_->take_over;
  store_ = Store::open(request_->directory, identity_, options);
  const std::uint64_t expected = history_ ? history_->experiment.owner().epoch + 1 : 1;
  if (!was_free_ || store_->epoch() != expected) {
    // Somebody may have written between our reading and our taking it.
    const bool fresh = !history_;
    history_.emplace(rules_of(request_->spec), request_->spec.space);
    history_->report =
        store_->replay([this](Record&& record) { history_->take(std::move(record)); });
    if (fresh && history_->experiment.last_record() > 0) {
      throw RunRefused("another run was started in " + request_->directory.string() +
                       " at the same moment; run the command again");
    }
  }
  // What the owner before was asked to do; this run was asked to go on.
  discard_stale_requests(request_->directory, began_);
  if (!history_) {
    history_.emplace(rules_of(request_->spec), request_->spec.space);
  }
  if (history_->report.torn_bytes > 0) {
    progress_->note("the last record of " + history_->report.torn_file +
                    " was not written to its end (" + std::to_string(history_->report.torn_bytes) +
                    " bytes); it was never acknowledged and is dropped");
  }
}

OwnerChanged HeldDirectory::owner_event(std::uint64_t seed, std::string_view launcher,
                                        std::vector<KnownResult> known) const {
  return {.epoch = store_->epoch(),
          .host = identity_.host,
          .boot_id = identity_.boot_id,
          .pid = identity_.pid,
          .job_id = identity_.job_id,
          .job_end = request_->job_end.at,
          .launcher = std::string(launcher),
          .version = DIWAN_VERSION,
          .seed = seed,
          .spec = request_->spec.text,
          .spec_file = request_->spec.file.string(),
          .file_budget = request_->spec.budget,
          .keep_going = request_->keep_going,
          .known = std::move(known)};
}

}  // namespace diwan
