// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/checkpoint_tables.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "driver/store/checkpoint_layout.hpp"
#include "driver/store/json_writer.hpp"
#include "driver/store/table_columns.hpp"

namespace diwan {
namespace {

constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

std::int64_t microseconds(const std::optional<Time>& time) {
  return time ? std::int64_t{time->time_since_epoch().count()} : no_time;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : ",") + part;
  }
  return text;
}

std::string json_of(const Labels& labels) {
  std::string text;
  JsonWriter json(text, BadBytes::replace);
  json.begin_object();
  for (const auto& [name, value] : labels) {
    json.key(name).text(value);
  }
  json.end_object();
  return text;
}

/// A column of what `of` gives for each element.
template <typename Element, typename Of>
auto column(const std::vector<Element>& elements, Of of) {
  std::vector<decltype(of(elements.front()))> values;
  values.reserve(elements.size());
  for (const Element& element : elements) {
    values.push_back(of(element));
  }
  return values;
}

void write_trials(h5::Output& output, const Experiment& experiment) {
  const std::vector<Trial>& trials = experiment.trials();
  TableColumns table;
  const auto texts = [&](const char* name, auto of) { table.texts(name, column(trials, of)); };
  const auto numbers = [&](const char* name, auto of) { table.numbers(name, column(trials, of)); };
  texts("trial", [](const Trial& t) { return t.name; });
  numbers("number", [](const Trial& t) { return t.number; });
  texts("status", [](const Trial& t) { return std::string(to_string(t.status)); });
  texts("reason", [](const Trial& t) { return t.reason; });
  numbers("objective", [&](const Trial& t) { return experiment.objective(t).value_or(no_number); });
  numbers("attempts", [](const Trial& t) { return t.attempts; });
  numbers("start", [](const Trial& t) { return microseconds(t.start); });
  numbers("end", [](const Trial& t) { return microseconds(t.end); });
  numbers("seconds", [](const Trial& t) { return t.seconds; });
  texts("host", [](const Trial& t) { return t.host; });
  texts("gpus", [](const Trial& t) { return joined(t.gpus); });
  numbers("exitCode", [](const Trial& t) { return std::int32_t{t.exit_code.value_or(-1)}; });
  numbers("signal", [](const Trial& t) { return std::int32_t{t.signal.value_or(-1)}; });
  numbers("parent", [](const Trial& t) { return t.parent.value_or(0); });
  texts("labels", [](const Trial& t) { return json_of(t.labels); });
  texts("rule", [](const Trial& t) { return t.rule; });
  numbers("peakMemoryBytes", [](const Trial& t) {
    return t.usage.peak_memory_bytes ? static_cast<double>(*t.usage.peak_memory_bytes) : no_number;
  });
  numbers("cpuSeconds", [](const Trial& t) { return t.usage.cpu_seconds.value_or(no_number); });
  table.write(output, "trials");
}

void write_metrics(h5::Output& output, const Experiment& experiment) {
  struct Row {
    std::uint32_t trial = 0;
    std::uint32_t metric = 0;
    const MetricSummary* summary = nullptr;
  };
  std::vector<Row> rows;
  for (const Trial& trial : experiment.trials()) {
    for (std::size_t i = 0; i < trial.metrics.size(); ++i) {
      if (trial.metrics[i].count > 0) {
        rows.push_back({trial.number, static_cast<std::uint32_t>(i), &trial.metrics[i]});
      }
    }
  }
  TableColumns table;
  const auto numbers = [&](const char* name, auto of) { table.numbers(name, column(rows, of)); };
  numbers("trial", [](const Row& row) { return row.trial; });
  numbers("metric", [](const Row& row) { return row.metric; });
  numbers("count", [](const Row& row) { return row.summary->count; });
  numbers("min", [](const Row& row) { return row.summary->min; });
  numbers("max", [](const Row& row) { return row.summary->max; });
  numbers("latest", [](const Row& row) { return row.summary->latest; });
  numbers("latest_step", [](const Row& row) { return row.summary->latest_step; });
  numbers("latest_time", [](const Row& row) {
    return std::int64_t{row.summary->latest_time.time_since_epoch().count()};
  });
  table.write(output, "metrics");
}

void write_metric_names(h5::Output& output, const Rules& rules) {
  TableColumns table;
  table.texts("name", column(rules.metrics, [](const MetricRule& rule) { return rule.name; }));
  table.texts("strategy", column(rules.metrics, [](const MetricRule& rule) {
                return std::string(to_string(rule.strategy));
              }));
  std::vector<std::string> objectives(rules.metrics.size());
  for (std::size_t i = 0; i < std::min(rules.directions.size(), objectives.size()); ++i) {
    objectives[i] = to_string(rules.directions[i]);
  }
  table.texts("objective", objectives);
  table.write(output, "metric_names");
}

/// A row of /parameters and, for lists, the values.
struct Described {
  std::string name;
  std::string type;
  double low = no_number;
  double high = no_number;
  double step = no_number;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

struct Describe {
  Described operator()(const Real& real) const {
    return {"", "double", real.low, real.high, real.step.value_or(no_number), {}, {}};
  }
  Described operator()(const Integer& integer) const {
    return {"",
            "int",
            static_cast<double>(integer.low),
            static_cast<double>(integer.high),
            static_cast<double>(integer.step),
            {},
            {}};
  }
  Described operator()(const Categorical& categorical) const {
    Described described;
    described.type = "categorical";
    described.texts = categorical.choices;
    described.numbers.assign(categorical.choices.size(), no_number);
    return described;
  }
  Described operator()(const Discrete& discrete) const {
    Described described;
    described.type = "discrete";
    described.texts = discrete.texts;
    described.numbers = discrete.values;
    described.texts.resize(discrete.values.size());
    return described;
  }
};

void write_parameters(h5::Output& output, const CheckpointNames& names) {
  std::vector<Described> rows;
  std::vector<std::uint32_t> parameters;
  std::vector<std::uint32_t> indices;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (std::size_t p = 0; p < names.parameters.size(); ++p) {
    rows.push_back(p < names.domains.size() ? std::visit(Describe{}, names.domains[p].domain)
                                            : Described{});
    rows.back().name = names.parameters[p];
    for (std::size_t i = 0; i < rows.back().texts.size(); ++i) {
      parameters.push_back(static_cast<std::uint32_t>(p));
      indices.push_back(static_cast<std::uint32_t>(i));
      numbers.push_back(rows.back().numbers[i]);
      texts.push_back(rows.back().texts[i]);
    }
  }
  TableColumns table;
  table.texts("name", column(rows, [](const Described& row) { return row.name; }));
  table.texts("type", column(rows, [](const Described& row) { return row.type; }));
  table.numbers("low", column(rows, [](const Described& row) { return row.low; }));
  table.numbers("high", column(rows, [](const Described& row) { return row.high; }));
  table.numbers("step", column(rows, [](const Described& row) { return row.step; }));
  table.write(output, "parameters");
  TableColumns values;
  values.numbers("parameter", parameters);
  values.numbers("index", indices);
  values.numbers("number", numbers);
  values.texts("text", texts);
  values.write(output, "parameter_values");
}

void write_assignments(h5::Output& output, const Experiment& experiment,
                       const CheckpointNames& names) {
  const std::size_t columns = names.parameters.size();
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (const Trial& trial : experiment.trials()) {
    for (std::size_t p = 0; p < columns; ++p) {
      const std::vector<double>& values = trial.assignment.values;
      const bool active = p < values.size() && !std::isnan(values[p]);
      numbers.push_back(active ? names.number(p, values[p]) : no_number);
      texts.push_back(active ? names.text(p, values[p]) : "");
    }
  }
  write_matrix(output, "assignments", columns, numbers);
  write_matrix(output, "assignments_text", columns, texts);
}

void write_experiment(h5::Output& output, const Experiment& experiment,
                      const CheckpointNames& names, const CheckpointHead& head) {
  const char* group_name = "experiment";
  const h5::Handle group(
      H5Gcreate2(output.file(), group_name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
      "H5Gcreate2", group_name);
  const OwnerChanged& owner = experiment.owner();
  h5::put_attribute(group, "name", column_text(names.experiment));
  h5::put_attribute(group, "seed", experiment.seed());
  h5::put_attribute(group, "epoch", static_cast<std::int64_t>(head.epoch));
  h5::put_attribute(group, "last_record", static_cast<std::int64_t>(head.last_record));
  h5::put_attribute(group, "trials", static_cast<std::int64_t>(experiment.trials().size()));
  h5::put_attribute(group, "best", std::int64_t{experiment.best().value_or(0)});
  h5::put_attribute(group, "completion", to_string(experiment.completion()));
  h5::put_attribute(group, "start", microseconds(experiment.start_time()));
  h5::put_attribute(group, "end", microseconds(experiment.completion_time()));
  const auto now = std::chrono::system_clock::now();
  h5::put_attribute(group, "saved",
                    microseconds(std::chrono::time_point_cast<std::chrono::microseconds>(now)));
  h5::put_attribute(group, "version", column_text(owner.version));
  h5::put_attribute(group, "spec_file", column_text(owner.spec_file));

  output.need(owner.spec.size());
  // A dataset: an attribute takes at most 64 KiB.
  const h5::Handle type = h5::text_type(owner.spec.size());
  const h5::Handle space(H5Screate(H5S_SCALAR), H5Sclose, "H5Screate", "spec");
  const h5::Handle spec(
      H5Dcreate2(group, "spec", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
      "H5Dcreate2", "spec");
  h5::check(H5Dwrite(spec, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, owner.spec.c_str()), "H5Dwrite",
            "spec");
}

}  // namespace

void write_state_tables(h5::Output& output, const Experiment& experiment,
                        const CheckpointNames& names, const CheckpointHead& head) {
  h5::put_attribute(output.file(), "format", "diwan-experiment");
  h5::put_attribute(output.file(), "format_version", checkpoint_version);
  write_experiment(output, experiment, names, head);
  write_parameters(output, names);
  write_metric_names(output, experiment.rules());
  write_trials(output, experiment);
  write_metrics(output, experiment);
  write_assignments(output, experiment, names);
}

CheckpointNames checkpoint_names(std::string experiment, const SearchSpace& space) {
  CheckpointNames names{std::move(experiment), {}, {}, {}, space.parameters()};
  for (const Parameter& parameter : space.parameters()) {
    names.parameters.push_back(parameter.name);
  }
  names.text = [space](std::size_t parameter, double value) {
    return space.text(parameter, value);
  };
  names.number = [space](std::size_t parameter, double value) {
    const auto* discrete = std::get_if<Discrete>(&space.parameters()[parameter].domain);
    return discrete != nullptr ? discrete->values.at(static_cast<std::size_t>(value)) : value;
  };
  return names;
}

}  // namespace diwan
