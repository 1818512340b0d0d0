// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/known_results.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "algorithms/rng.hpp"
#include "algorithms/settings.hpp"
#include "collectors/number.hpp"
#include "driver/results/csv.hpp"
#include "driver/results/load.hpp"
#include "driver/results/trials.hpp"
#include "driver/spec/given.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

/// Draws of nothing but the place of a result and of the parameter.
constexpr std::uint64_t spread_stream = 0x7370726561640001;

/// One trial of the other experiment.
struct Item {
  std::vector<std::optional<std::string>> texts;  ///< per parameter of ours; nothing: not given
  std::vector<double> objectives;                 ///< empty: it failed
  bool early_stopped = false;
};

/// Turns items into results, and says why some could not be.
class Reading {
 public:
  Reading(const Spec& spec, const std::vector<bool>& shared) : spec_(spec), shared_(shared) {
    const std::optional<std::size_t> resource = resource_parameter(spec);
    const std::optional<double> most = real_setting(spec.algorithm.settings, "r_l");
    if (resource && most && !shared[*resource]) {
      const Axis& axis = spec.space.axis(*resource);
      absent_resource_ = {*resource, axis.value(axis.position(*most))};
      const auto& [place, value] = *absent_resource_;
      known_.assumed = spec.space.parameters()[place].name +
                       " is not among its parameters: " + spec.space.text(place, value) +
                       " is taken, a full training";
    }
  }

  /// `where` names the item in what is said of it.
  void take(const Item& item, const std::string& where) {
    Assignment assignment;
    for (std::size_t p = 0; p < spec_.space.size(); ++p) {
      const std::optional<double> value = value_of(p, item);
      if (!value) {
        if (++known_.left_out == 1) {
          known_.why = where + why_;
        }
        return;
      }
      assignment.values.push_back(*value);
    }
    known_.results.push_back({.assignment = std::move(assignment),
                              .objectives = item.objectives,
                              .early_stopped = item.early_stopped});
  }
  KnownResults known() && { return std::move(known_); }

 private:
  std::optional<double> value_of(std::size_t p, const Item& item) {
    const std::string& name = spec_.space.parameters()[p].name;
    if (const auto& text = item.texts[p]) {
      const std::optional<double> value = spec_.space.parse(p, *text);
      if (!value) {
        why_ = name + " (" + *text + ") is not in its feasible space";
      }
      return value;
    }
    if (spec_.conditions.contains(name)) {
      return Assignment::inactive;
    }
    if (absent_resource_ && absent_resource_->first == p) {
      return absent_resource_->second;
    }
    if (shared_[p]) {
      why_ = name + " has no value";
      return std::nullopt;
    }
    std::vector<double> unit(spec_.space.size(), 0.5);
    const std::uint64_t place = known_.results.size() + known_.left_out;
    unit[p] = Draw(p, spread_stream, place).uniform();
    return spec_.space.decode(unit).values[p];
  }

  const Spec& spec_;
  const std::vector<bool>& shared_;  ///< with the other experiment, per parameter
  /// The resource that the other experiment had not: its place, and the value of a full training.
  std::optional<std::pair<std::size_t, double>> absent_resource_;
  KnownResults known_;
  std::string why_;  ///< of the last item that does not fit
};

std::string names_of(const Spec& spec) {
  std::string names;
  for (const Parameter& parameter : spec.space.parameters()) {
    names.append(names.empty() ? "" : ", ").append(parameter.name);
  }
  return names;
}

void need_shared(const std::vector<bool>& shared, const std::string& where, const Spec& spec) {
  if (std::none_of(shared.begin(), shared.end(), [](bool one) { return one; })) {
    throw KnownResultsError(where + ": has none of the parameters " + names_of(spec) +
                            "; give results of an experiment that shares at least one");
  }
}

/// Places of our objectives among the other experiment's metrics.
std::vector<std::size_t> metrics_in(const Spec& other, const Spec& spec, const std::string& where) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < spec.objectives.size(); ++i) {
    const std::string& name = spec.metrics[i].name;
    const auto found = std::find_if(other.metrics.begin(), other.metrics.end(),
                                    [&](const MetricRule& metric) { return metric.name == name; });
    if (found == other.metrics.end()) {
      std::string had;
      for (const MetricRule& metric : other.metrics) {
        had += (had.empty() ? "" : ", ") + metric.name;
      }
      throw KnownResultsError(where + ": did not measure " + name + " (only " + had +
                              "); give results of an experiment that did");
    }
    places.push_back(static_cast<std::size_t>(found - other.metrics.begin()));
  }
  return places;
}

std::vector<double> objectives_of(const Trial& trial, const Spec& spec,
                                  const std::vector<std::size_t>& places) {
  std::vector<double> objectives;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto value = value_by(spec.metrics[i].strategy, trial.metrics.at(places[i]));
    if (!value) {
      return {};
    }
    objectives.push_back(*value);
  }
  return objectives;
}

/// Which columns of a table hold what.
struct Columns {
  std::optional<std::size_t> architecture;  ///< in place of the parameters
  std::vector<std::optional<std::size_t>> parameters;
  std::vector<std::size_t> objectives;
  std::optional<std::size_t> status;
};

using Fields = std::vector<std::string>;

std::optional<std::size_t> column(const Fields& header, const std::vector<std::string>& names,
                                  const std::string& where) {
  for (const std::string& name : names) {
    const auto found = std::find(header.begin(), header.end(), name);
    if (found == header.end()) {
      continue;
    }
    if (std::find(found + 1, header.end(), name) != header.end()) {
      throw KnownResultsError(where + ":1: has two columns " + name + "; remove one");
    }
    return static_cast<std::size_t>(found - header.begin());
  }
  return std::nullopt;
}

Columns columns_of(const Fields& header, const Spec& spec, const std::string& where) {
  Columns columns;
  if (searches_architectures(spec)) {
    const std::string name = given_names(spec).front();
    columns.architecture = column(header, {"parameter." + name, name}, where);
  }
  for (const Parameter& parameter : spec.space.parameters()) {
    columns.parameters.push_back(
        column(header, {"parameter." + parameter.name, parameter.name}, where));
  }
  for (std::size_t i = 0; i < spec.objectives.size(); ++i) {
    const MetricRule& metric = spec.metrics[i];
    std::vector<std::string> names = {"metric." + metric.name + "." + to_string(metric.strategy),
                                      metric.name};
    if (spec.objectives.size() == 1) {
      names.emplace_back("objective");
    }
    const auto found = column(header, names, where);
    if (!found) {
      throw KnownResultsError(where + ":1: has no column " + names[0] + " or " + names[1] +
                              "; add the objective's values");
    }
    columns.objectives.push_back(*found);
  }
  columns.status = column(header, {"status"}, where);
  return columns;
}

/// The result in a field; nothing where it is empty or not finite, as of a trial without one.
std::optional<double> objective_in(const std::string& field, const std::string& where) {
  const std::optional<double> value = parse_number(field);
  if (!value && !field.empty()) {
    throw KnownResultsError(where + "the objective (" + field +
                            ") is no number; mend it, or leave it empty");
  }
  return value && std::isfinite(*value) ? value : std::nullopt;
}

/// The texts of the parameters that an architecture stands for.
std::vector<std::optional<std::string>> texts_of(const std::string& architecture,
                                                 const Spec& spec) {
  std::vector<std::optional<std::string>> texts(spec.space.size());
  if (const std::optional<Assignment> assignment = parse_architecture(spec.space, architecture)) {
    for (std::size_t p = 0; p < texts.size(); ++p) {
      texts[p] = spec.space.text(p, assignment->values[p]);
    }
  } else if (!architecture.empty()) {
    texts.front() = architecture;  // which no layer has as its operation
  }
  return texts;
}

/// Nothing for a trial that has no result to tell of.
/// @param where  names the line in what is said of it
std::optional<Item> item_of(const Fields& fields, const Columns& columns, const Spec& spec,
                            const std::string& where) {
  Item item;
  const std::string status = columns.status ? fields[*columns.status] : "Succeeded";
  const std::vector<std::string>& known = status_names();
  if (std::find(known.begin(), known.end(), status) == known.end()) {
    throw KnownResultsError(where + "status (" + status +
                            ") is none of those of trials; give Succeeded or Failed");
  }
  if (status == "Pending" || status == "Running" || status == "Killed") {
    return std::nullopt;
  }
  item.early_stopped = status == "EarlyStopped";
  if (columns.architecture) {
    item.texts = texts_of(fields[*columns.architecture], spec);
  }
  for (std::size_t p = item.texts.size(); p < columns.parameters.size(); ++p) {
    const auto& place = columns.parameters[p];
    const bool given = place && !fields[*place].empty();
    item.texts.push_back(given ? std::optional(fields[*place]) : std::nullopt);
  }
  if (status == "Succeeded" || item.early_stopped) {
    for (const std::size_t place : columns.objectives) {
      const std::optional<double> value = objective_in(fields[place], where);
      if (!value) {
        item.objectives.clear();
        break;
      }
      item.objectives.push_back(*value);
    }
  }
  return item;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw KnownResultsError(file.string() +
                            ": cannot be read; give an experiment directory or a CSV file");
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

KnownResults known_results_of_directory(const std::filesystem::path& directory, const Spec& spec) {
  const Loaded other = load(directory);
  const std::string where = directory.string();
  std::vector<std::optional<std::size_t>> places;
  std::vector<bool> shared;
  for (const Parameter& parameter : spec.space.parameters()) {
    places.push_back(other.spec.space.index_of(parameter.name));
    shared.push_back(places.back().has_value());
  }
  need_shared(shared, where, spec);
  const std::vector<std::size_t> metrics = metrics_in(other.spec, spec, where);
  Reading reading(spec, shared);
  for (const Trial& trial : other.experiment.trials()) {
    if (trial.phase != Phase::ended || trial.status == TrialStatus::killed) {
      continue;
    }
    Item item;
    for (const auto& place : places) {
      const double value = place ? trial.assignment.values[*place] : Assignment::inactive;
      item.texts.push_back(std::isnan(value) ? std::nullopt
                                             : std::optional(other.spec.space.text(*place, value)));
    }
    item.early_stopped = trial.status == TrialStatus::early_stopped;
    if (trial.status == TrialStatus::succeeded || item.early_stopped) {
      item.objectives = objectives_of(trial, spec, metrics);
    }
    reading.take(item, "trial #" + std::to_string(trial.number) + ": ");
  }
  return std::move(reading).known();
}

KnownResults known_results_of_csv(const std::filesystem::path& file, const Spec& spec) {
  const std::string where = file.string();
  std::vector<CsvRecord> records;
  try {
    records = csv_records(text_of(file));
  } catch (const CsvError& error) {
    throw KnownResultsError(where + ":" + error.what());
  }
  if (records.empty()) {
    throw KnownResultsError(where + ": is empty; give a table with a header");
  }
  const Fields& header = records.front().fields;
  const Columns columns = columns_of(header, spec, where);
  std::vector<bool> shared;
  for (const auto& place : columns.parameters) {
    shared.push_back(place || columns.architecture);
  }
  need_shared(shared, where, spec);
  Reading reading(spec, shared);
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].fields.size() != header.size()) {
      throw KnownResultsError(where + ":" + std::to_string(records[i].line) + ": has " +
                              std::to_string(records[i].fields.size()) + " fields, the header " +
                              std::to_string(header.size()) + "; mend the line");
    }
    const std::string line = std::to_string(records[i].line) + ": ";
    if (const auto item = item_of(records[i].fields, columns, spec, where + ":" + line)) {
      reading.take(*item, "line " + line);
    }
  }
  return std::move(reading).known();
}

}  // namespace diwan
