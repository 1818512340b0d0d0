// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/follower.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "driver/store/chain.hpp"
#include "driver/store/checkpoint_layout.hpp"

namespace diwan {

std::optional<Follower::Trace> Follower::trace_of(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return Trace{status.st_ino, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
}

bool Follower::begin_anew() {
  tip_.reset();
  checkpoint_.reset();
  report_ = {};
  return false;
}

bool Follower::checkpoint_is_the_last_seen() const {
  return checkpoint_ && list_segments(directory_).empty() &&
         trace_of(directory_ / checkpoint_file) == checkpoint_;
}

/// From our tip to the present one, as the headers lead back. `elsewhere`: they do not, since a
/// checkpoint has taken what lies between.
Follower::Step Follower::go_on(Delivery& delivery) {
  const std::vector<SegmentName> names = list_segments(directory_);
  if (names.empty()) {
    return Step::elsewhere;
  }
  const SegmentName ours = tip_->header().name;
  std::vector<SegmentReader> newer;
  std::optional<std::uint64_t> end;
  for (SegmentName name = names.back(); name != ours;) {
    std::optional<disk::File> file = disk::open_to_read(directory_ / to_string(name));
    if (name < ours || !file) {
      return Step::elsewhere;
    }
    newer.emplace_back(*std::move(file), directory_ / to_string(name), end);
    const auto& previous = newer.back().header().previous;
    if (!previous || previous->name >= name) {
      return Step::elsewhere;
    }
    name = previous->name;
    end = previous->length;
  }
  if (end && *end < tip_->whole_bytes()) {
    return Step::anew;
  }
  // Where all of ours was read, or is still to be read by the file we hold, it may be gone.
  if (!end || *end > tip_->whole_bytes()) {
    std::optional<disk::File> file = disk::open_to_read(tip_->path());
    if (!file && !(end && tip_->holds(*end))) {
      return Step::elsewhere;
    }
    tip_->refresh(std::move(file), end);
    delivery.give(*tip_);
  }
  for (; !newer.empty(); newer.pop_back()) {
    require_joint(*tip_, newer.back());
    tip_ = std::move(newer.back());
    delivery.give(*tip_);
  }
  return Step::done;
}

bool Follower::look(const std::function<void(Record&&)>& visit) {
  Delivery delivery(visit, report_.last_record);
  if (tip_) {
    const Step step = go_on(delivery);
    if (step == Step::anew) {
      return begin_anew();
    }
    if (step == Step::done) {
      note_torn(*tip_, report_);
      report_.last_record = delivery.last();
      return true;
    }
  } else if (checkpoint_is_the_last_seen()) {
    return true;
  }
  const auto epoch = tip_ ? std::optional(tip_->header().name.epoch) : std::nullopt;
  // Whether records of another owner follow ours is not to be seen where a checkpoint has them.
  const auto of_other = [&](const std::optional<Tip>& tip) {
    return tip && report_.last_record > 0 && tip->header.name.epoch != epoch;
  };
  if (of_other(read_tip(directory_))) {
    return begin_anew();
  }
  const std::optional<Trace> checkpoint = trace_of(directory_ / checkpoint_file);
  Pass pass = pass_through(directory_, delivery);
  if (pass.tip && of_other(Tip{pass.tip->header(), true})) {
    return begin_anew();
  }
  report_ = std::move(pass.report);
  tip_ = std::move(pass.tip);
  checkpoint_ = tip_ ? std::nullopt : checkpoint;
  return true;
}

}  // namespace diwan
