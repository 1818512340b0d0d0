// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "tests/driver/store/any_event.hpp"

#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

namespace diwan {
namespace {

std::int64_t any_integer(Dice& dice) {
  return static_cast<std::int64_t>(dice.one_in(4) ? dice.bits() : dice.below(100));
}

RunKey any_run(Dice& dice) {
  return {static_cast<std::uint32_t>(dice.bits()), static_cast<std::uint32_t>(1 + dice.below(4))};
}

Budget any_budget(Dice& dice) {
  Budget budget;
  budget.parallel = static_cast<std::uint32_t>(dice.below(1000));
  if (dice.one_in(2)) {
    budget.max_trials = static_cast<std::uint32_t>(dice.bits());
    budget.max_failed = static_cast<std::uint32_t>(dice.below(10));
  }
  if (dice.one_in(2)) {
    const double goal = any_double(dice);
    budget.goal = std::isnan(goal) ? 0.5 : goal;  // a NaN never equals itself here
  }
  return budget;
}

Suggested any_suggested(Dice& dice) {
  Suggested event{static_cast<std::uint32_t>(dice.bits()), any_text(dice), {}, {}, {}};
  for (std::size_t i = dice.below(6); i > 0; --i) {
    event.assignment.values.push_back(any_double(dice));
    event.labels[any_text(dice)] = any_text(dice);
  }
  if (dice.one_in(2)) {
    event.parent = static_cast<std::uint32_t>(dice.bits());
  }
  return event;
}

Observed any_observed(Dice& dice) {
  Observed event;
  event.run = any_run(dice);
  event.metric = static_cast<std::uint32_t>(dice.below(5));
  event.source = static_cast<Source>(dice.below(4));
  event.first = dice.bits();
  event.own_steps = dice.one_in(2);
  const std::size_t count = dice.below(20);
  for (std::size_t i = 0; i < count; ++i) {
    event.steps.push_back(any_integer(dice));
    event.values.push_back(any_double(dice));
    event.times.push_back(any_time(dice));
    if (dice.one_in(10)) {
      event.values.back() = std::numeric_limits<double>::quiet_NaN();
      event.texts[static_cast<std::uint32_t>(i)] = any_text(dice);
    }
  }
  return event;
}

Ended any_ended(Dice& dice) {
  Ended event;
  event.run = any_run(dice);
  event.outcome = static_cast<RunOutcome>(dice.below(4));
  event.at = any_time(dice);
  event.reason = any_text(dice);
  event.cause = static_cast<LostCause>(dice.below(7));
  if (dice.one_in(2)) {
    event.exit_code = static_cast<int>(dice.below(256));
    event.usage.peak_memory_bytes = dice.bits();
  } else {
    event.signal = static_cast<int>(dice.below(64));
    event.usage.cpu_seconds = 0.125;
  }
  return event;
}

}  // namespace

Time any_time(Dice& dice) {
  const std::uint64_t soon = 1'700'000'000'000'000 + dice.below(1'000'000'000);
  return Time(
      std::chrono::microseconds(static_cast<std::int64_t>(dice.one_in(4) ? dice.bits() : soon)));
}

double any_double(Dice& dice) {
  using Limits = std::numeric_limits<double>;
  const double special[] = {0.0,
                            -0.0,
                            Limits::quiet_NaN(),
                            Limits::infinity(),
                            -Limits::infinity(),
                            Limits::min(),
                            Limits::max(),
                            Limits::lowest(),
                            Limits::denorm_min(),
                            Limits::epsilon(),
                            0.1,
                            1e22,
                            1e23,
                            123456789.0};
  if (dice.one_in(3)) {
    return special[dice.below(std::size(special))];
  }
  if (dice.one_in(3)) {
    return static_cast<double>(dice.below(1000)) / 1000;
  }
  const std::uint64_t bits = dice.bits();
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::string any_text(Dice& dice) {
  switch (dice.below(5)) {
    case 0:
      return "";
    case 1:
      return "exit status " + std::to_string(dice.below(256));
    case 2:
      return "a \"quoted\\\" line\n\t\r\b\x01\x7F/" + std::string(1, '\0');
    case 3:
      return "größer \xE2\x82\xAC \xF0\x9F\x98\x80 \xEF\xBF\xBD";
    default:
      break;
  }
  std::string bytes;
  for (std::size_t i = dice.below(40); i > 0; --i) {
    bytes += static_cast<char>(dice.bits());
  }
  return bytes;
}

OwnerChanged any_owner(Dice& dice) {
  OwnerChanged event;
  event.epoch = dice.bits();
  event.host = any_text(dice);
  event.boot_id = any_text(dice);
  event.pid = any_integer(dice);
  event.job_id = any_text(dice);
  if (dice.one_in(2)) {
    event.job_end = any_time(dice);
  }
  event.launcher = any_text(dice);
  event.version = any_text(dice);
  event.seed = dice.bits();
  event.spec = any_text(dice) + std::string(dice.below(3000), 's');
  event.spec_file = any_text(dice);
  event.file_budget = any_budget(dice);
  event.keep_going = dice.one_in(2);
  for (std::size_t left = dice.one_in(4) ? dice.below(4) : 0; left > 0; --left) {
    event.known.push_back({.assignment = {{any_double(dice), any_double(dice)}},
                           .objectives = {static_cast<double>(any_integer(dice))},
                           .early_stopped = dice.one_in(2)});
  }
  return event;
}

Event any_event(Dice& dice) {
  const auto small = [&](std::size_t count) {
    return static_cast<std::uint32_t>(dice.below(count));
  };
  switch (dice.below(std::variant_size_v<Event>)) {
    case 0:
      return any_suggested(dice);
    case 1:
      return Queued{any_run(dice)};
    case 2:
      return Started{any_run(dice),
                     any_time(dice),
                     any_text(dice),
                     {any_text(dice), any_text(dice)},
                     any_integer(dice)};
    case 3:
      return any_observed(dice);
    case 4:
      return Pruned{any_run(dice), any_text(dice)};
    case 5:
      return any_ended(dice);
    case 6:
      return BudgetSet{any_budget(dice), any_text(dice)};
    case 7:
      return StopAsked{static_cast<StopAsked::Kind>(dice.below(7)), dice.one_in(2), small(3),
                       any_text(dice), any_text(dice)};
    default:
      return any_owner(dice);
  }
}

}  // namespace diwan
