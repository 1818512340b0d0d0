// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/metrics.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "collectors/timestamp.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/row.hpp"

namespace diwan {
namespace {

void take(Observed&& observed, std::vector<Reading>& all) {
  for (std::size_t i = 0; i < observed.values.size(); ++i) {
    Reading reading{.metric = observed.metric,
                    .attempt = observed.run.attempt,
                    .step = observed.steps.at(i),
                    .value = observed.values[i],
                    .text = {},
                    .time = observed.times.at(i),
                    .own_step = observed.own_steps};
    if (const auto text = observed.texts.find(static_cast<std::uint32_t>(i));
        text != observed.texts.end()) {
      reading.text = std::move(text->second);
    }
    all.push_back(std::move(reading));
  }
}

Value value_of(const Reading& reading) {
  return reading.text.empty() ? Value(reading.value) : Value(reading.text);
}

void sort(std::vector<Reading>& all) {
  std::stable_sort(all.begin(), all.end(), [](const Reading& left, const Reading& right) {
    return std::pair(left.attempt, left.time) < std::pair(right.attempt, right.time);
  });
}

}  // namespace

std::vector<Reading> readings(const Loaded& loaded, std::uint32_t trial) {
  std::vector<Reading> all;
  replay(loaded.directory, [&](Record&& record) {
    if (auto* observed = std::get_if<Observed>(&record.event);
        observed != nullptr && observed->run.trial == trial) {
      take(std::move(*observed), all);
    }
  });
  sort(all);
  return all;
}

std::map<std::uint32_t, std::vector<Reading>> all_readings(const Loaded& loaded) {
  std::map<std::uint32_t, std::vector<Reading>> trials;
  replay(loaded.directory, [&](Record&& record) {
    if (auto* observed = std::get_if<Observed>(&record.event)) {
      const std::uint32_t trial = observed->run.trial;
      take(std::move(*observed), trials[trial]);
    }
  });
  for (auto& [trial, all] : trials) {
    sort(all);
  }
  return trials;
}

std::string metric_of(const Loaded& loaded, const Reading& reading) {
  const auto& rules = loaded.experiment.rules().metrics;
  return reading.metric < rules.size() ? rules[reading.metric].name
                                       : "metric " + std::to_string(reading.metric);
}

Value document_of(const Loaded& loaded, const Reading& reading) {
  return Value::Fields{{"metric", metric_of(loaded, reading)},
                       {"step", reading.step},
                       {"value", value_of(reading)},
                       {"time", time_text(reading.time)},
                       {"attempt", reading.attempt}};
}

std::vector<Reading> curve(const std::vector<Reading>& all) {
  struct Attempt {
    bool own_steps = false;
    std::int64_t first_step = 0;
  };
  std::map<std::uint32_t, std::map<std::uint32_t, Attempt>> metrics;
  for (const Reading& reading : all) {
    const auto [attempt, first] = metrics[reading.metric].try_emplace(
        reading.attempt, Attempt{reading.own_step, reading.step});
    if (!first) {
      attempt->second.first_step = std::min(attempt->second.first_step, reading.step);
    }
  }
  const auto counts = [&](const Reading& reading) {
    const auto& attempts = metrics[reading.metric];
    for (auto later = attempts.upper_bound(reading.attempt); later != attempts.end(); ++later) {
      if (!later->second.own_steps || !reading.own_step ||
          reading.step >= later->second.first_step) {
        return false;
      }
    }
    return true;
  };
  std::vector<Reading> kept;
  std::copy_if(all.begin(), all.end(), std::back_inserter(kept), counts);
  return kept;
}

std::string metrics_table(const Loaded& loaded, const std::vector<Reading>& all, const Page& page) {
  Table table;
  table.column("METRIC");
  table.column("STEP", Table::Align::right);
  table.column("VALUE", Table::Align::right);
  table.column("ATTEMPT", Table::Align::right);
  table.column("TIME", Table::Align::right);
  for (const Reading& reading : all) {
    table.row({metric_of(loaded, reading), std::to_string(reading.step),
               cut_to(cell_text(value_of(reading)), 32), std::to_string(reading.attempt),
               time_text(reading.time)});
  }
  return table.text(page);
}

std::string metrics_csv(const Loaded& loaded, const std::vector<Reading>& all) {
  std::string text = "metric,step,value,time,attempt\n";
  for (const Reading& reading : all) {
    const std::array<std::string, 5> fields = {
        metric_of(loaded, reading), std::to_string(reading.step),
        reading.text.empty() ? shortest(reading.value) : reading.text, time_text(reading.time),
        std::to_string(reading.attempt)};
    text += csv_line(fields);
  }
  return text;
}

std::string metrics_document(const Loaded& loaded, const Trial& trial,
                             const std::vector<Reading>& all, Markup markup) {
  // Written piece by piece: a trial may have millions.
  if (markup == Markup::yaml) {
    std::string text = yaml_text(Value::Fields{{"version", 1}, {"trial", trial.name}});
    text += all.empty() ? "observations: []\n" : "observations:\n";
    for (const Reading& reading : all) {
      text += yaml_text(Value::List{document_of(loaded, reading)});
    }
    return text;
  }
  std::string text = R"({"version":1,"trial":)" + json_string(trial.name) + R"(,"observations":[)";
  for (const Reading& reading : all) {
    text += &reading == all.data() ? "" : ",";
    text += json_text(document_of(loaded, reading));
  }
  return text + "]}\n";
}

}  // namespace diwan
