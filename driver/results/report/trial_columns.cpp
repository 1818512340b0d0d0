// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/trial_columns.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "algorithms/pbt/labels.hpp"
#include "algorithms/rungs/labels.hpp"
#include "driver/results/row.hpp"

namespace diwan {
namespace {

/// Texts by their place, each once.
class Texts {
 public:
  /// Null for an empty one.
  Value place_of(const std::string& text) {
    if (text.empty()) {
      return nullptr;
    }
    const auto [found, added] = places_.try_emplace(text, texts_.size());
    if (added) {
      texts_.push_back(text);
    }
    return found->second;
  }
  Value take() { return std::move(texts_); }

 private:
  std::map<std::string, std::size_t> places_;
  Value::List texts_;
};

Value number_or_null(double value) { return std::isnan(value) ? Value() : Value(value); }

/// A column of what `one` gives of each trial.
Value column(const Loaded& loaded, const std::function<Value(const Trial&)>& one) {
  Value::List values;
  values.reserve(loaded.experiment.trials().size());
  for (const Trial& trial : loaded.experiment.trials()) {
    values.push_back(one(trial));
  }
  return values;
}

/// Values as an Assignment has them: of lists the index; whole numbers without a point.
Value assignment_columns(const Loaded& loaded) {
  Value::List columns;
  for (std::size_t p = 0; p < loaded.spec.space.size(); ++p) {
    const bool real = std::holds_alternative<Real>(loaded.spec.space.parameters()[p].domain);
    columns.push_back(column(loaded, [&](const Trial& trial) {
      const double value =
          p < trial.assignment.values.size() ? trial.assignment.values[p] : Assignment::inactive;
      return real || std::isnan(value) ? number_or_null(value)
                                       : Value(static_cast<std::int64_t>(value));
    }));
  }
  return columns;
}

Value objective_columns(const Loaded& loaded) {
  Value::List columns;
  for (std::size_t o = 0; o < loaded.experiment.rules().directions.size(); ++o) {
    columns.push_back(column(
        loaded, [&](const Trial& trial) { return objective_value(loaded.experiment, trial, o); }));
  }
  return columns;
}

Value metric_columns(const Loaded& loaded) {
  Value::List columns;
  for (std::size_t m = 0; m < loaded.experiment.rules().metrics.size(); ++m) {
    const auto of = [&](double MetricSummary::*member) {
      return column(loaded, [&](const Trial& trial) {
        const bool has = m < trial.metrics.size() && trial.metrics[m].count > 0;
        return has ? number_or_null(trial.metrics[m].*member) : Value();
      });
    };
    columns.push_back(Value::Fields{{"min", of(&MetricSummary::min)},
                                    {"max", of(&MetricSummary::max)},
                                    {"latest", of(&MetricSummary::latest)}});
  }
  return columns;
}

/// A part of the place that the labels of a trial tell.
template <typename Place>
Value place_column(const Loaded& loaded, std::optional<Place> (*place_of)(const Labels&),
                   std::size_t Place::*part) {
  return column(loaded, [&](const Trial& trial) {
    const std::optional<Place> place = place_of(trial.labels);
    return place ? Value((*place).*part) : Value();
  });
}

std::string gpus_text(const Trial& trial) {
  std::string text;
  for (const std::string& gpu : trial.gpus) {
    text += (text.empty() ? "" : ",") + gpu;
  }
  return text;
}

struct DomainFields {
  Value operator()(const Real& real) const {
    return Value::Fields{{"type", "double"},
                         {"low", real.low},
                         {"high", real.high},
                         {"log", is_log(real.distribution)}};
  }
  Value operator()(const Integer& integer) const {
    return Value::Fields{{"type", "int"},
                         {"low", integer.low},
                         {"high", integer.high},
                         {"log", is_log(integer.distribution)}};
  }
  Value operator()(const Categorical& categorical) const {
    return Value::Fields{
        {"type", "categorical"},
        {"choices", Value::List(categorical.choices.begin(), categorical.choices.end())}};
  }
  Value operator()(const Discrete& discrete) const {
    return Value::Fields{{"type", "discrete"},
                         {"choices", Value::List(discrete.texts.begin(), discrete.texts.end())},
                         {"numbers", Value::List(discrete.values.begin(), discrete.values.end())}};
  }
  static bool is_log(Distribution distribution) {
    return distribution == Distribution::log_uniform || distribution == Distribution::log_normal;
  }
};

}  // namespace

Value parameters_value(const Spec& spec, const Rules& rules) {
  Value::List list;
  for (std::size_t p = 0; p < spec.space.size(); ++p) {
    const Parameter& parameter = spec.space.parameters()[p];
    Value fields(Value::Fields{{"name", parameter.name}});
    const Value domain = std::visit(DomainFields{}, parameter.domain);
    for (const Value::Field& field : std::get<Value::Fields>(domain.node())) {
      fields[field.first] = field.second;
    }
    if (const auto when = spec.conditions.find(parameter.name); when != spec.conditions.end()) {
      fields["when"] = when->second;
    }
    if (rules.resource == p) {
      fields["resource"] = true;
    }
    list.push_back(std::move(fields));
  }
  return list;
}

Value trial_columns(const Loaded& loaded, const Moments& moments) {
  Texts texts;
  const auto moment = [&](const std::optional<Time>& time) {
    return time ? Value(moments.of(*time)) : Value();
  };
  Value columns(Value::Fields{});
  const auto add = [&](const char* name, const std::function<Value(const Trial&)>& one) {
    columns[name] = column(loaded, one);
  };
  add("name", [](const Trial& trial) { return Value(trial.name); });
  add("status", [](const Trial& trial) { return Value(static_cast<int>(trial.status)); });
  add("reason", [&](const Trial& trial) { return texts.place_of(reason_of(trial)); });
  columns["values"] = assignment_columns(loaded);
  columns["objectives"] = objective_columns(loaded);
  columns["metrics"] = metric_columns(loaded);
  add("attempts", [](const Trial& trial) { return Value(trial.attempts); });
  add("start", [&](const Trial& trial) { return moment(trial.start); });
  add("end", [&](const Trial& trial) { return moment(trial.end); });
  add("seconds", [&](const Trial& trial) {
    return trial.start ? Value(std::round(seconds_of(loaded, trial) * 1000) / 1000) : Value();
  });
  add("host", [&](const Trial& trial) { return texts.place_of(trial.host); });
  add("gpus", [&](const Trial& trial) { return texts.place_of(gpus_text(trial)); });
  add("exitCode", [](const Trial& trial) { return Value(trial.exit_code); });
  add("signal", [](const Trial& trial) { return Value(trial.signal); });
  add("peakMemoryBytes", [](const Trial& trial) { return Value(trial.usage.peak_memory_bytes); });
  add("parent", [](const Trial& trial) { return Value(trial.parent); });
  columns["bracket"] = place_column(loaded, rung_labels, &RungLabels::bracket);
  columns["rung"] = place_column(loaded, rung_labels, &RungLabels::rung);
  columns["member"] = place_column(loaded, member_labels, &MemberLabels::member);
  columns["generation"] = place_column(loaded, member_labels, &MemberLabels::generation);
  columns["texts"] = texts.take();
  return columns;
}

}  // namespace diwan
