// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "algorithms/gp/process_surrogate.hpp"

#include "algorithms/rng.hpp"
#include "algorithms/streams.hpp"

namespace diwan::gp {
namespace {

using Index = Eigen::Index;

constexpr std::size_t most_integrated = 8;  ///< pending trials
constexpr Index sample_count = 16;
constexpr std::uint64_t sample_draws = streams::gp + 8;

}  // namespace

Rows ProcessSurrogate::samples(const Quest& quest) const {
  const auto columns = static_cast<Index>(quest.pending.size());
  if (columns == 0 || quest.goal == Goal::lower_bound) {
    return {};
  }
  if (quest.pending.size() > most_integrated) {
    return Rows::Zero(1, columns);  // each gives its mean
  }
  Rows result(sample_count, columns);
  for (Index column = 0; column < columns; ++column) {
    Draw draw(seed_, sample_draws, quest.pending[static_cast<std::size_t>(column)].index);
    for (Index row = 0; row < sample_count; row += 2) {
      const double z = draw.normal();
      result(row, column) = z;
      result(row + 1, column) = -z;  // in pairs, so that the mean is exact
    }
  }
  return result;
}

std::vector<Candidate> ProcessSurrogate::candidates(const AcquisitionSearch& search,
                                                    const Quest& quest) {
  Posterior& posterior = model_.posterior();
  const Index observed = posterior.size();
  std::vector<std::vector<double>> points;
  points.reserve(quest.pending.size());
  for (const Pending& one : quest.pending) {
    points.push_back(one.point);
  }
  posterior.add(points);
  std::vector<Candidate> found;
  {
    const ProcessAcquisition acquisition(
        posterior, {.goal = quest.goal,
                    .best = model_.best(),
                    .samples = samples(quest),
                    .log_costs = quest.per_cost ? model_.whitened_log_costs() : Rows()});
    found = search.search(acquisition, quest.known, quest.index);
  }
  posterior.shrink(observed);
  return found;
}

}  // namespace diwan::gp
