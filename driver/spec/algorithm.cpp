// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/algorithm.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "algorithms/remarks.hpp"
#include "algorithms/settings.hpp"
#include "algorithms/space/shortest.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

/// Names that can be given: search algorithms, or early stopping ones.
std::vector<std::string> names(bool early_stopping) {
  std::vector<std::string> out;
  for (const AlgorithmInfo& info : algorithms()) {
    if (info.early_stopping == early_stopping) {
      out.push_back(info.name);
    }
  }
  return out;
}

/// Raises the upper end of a range to `most`; false where it is there already.
bool reach(Real& domain, double most) {
  const bool raised = most > domain.high;
  domain.high = std::max(domain.high, most);
  return raised;
}

bool reach(Integer& domain, double most) {
  const auto whole = static_cast<std::int64_t>(std::clamp(std::floor(most), 1.0, 0x1p53));
  const bool raised = whole > domain.high;
  domain.high = std::max(domain.high, whole);
  return raised;
}

/// A list is refused as a resource.
template <class List>
bool reach(List& /*domain*/, double /*most*/) {
  return false;
}

/// Settings that could be read, each with its place.
struct SettingsReading {
  Settings settings;
  std::vector<Field> fields;
};

SettingsReading read_settings(const Field& list) {
  SettingsReading out;
  std::set<std::string> seen;
  for (const Field& item : list.items()) {
    if (!item.expect_map()) {
      continue;
    }
    item.allow({"name", "value"});
    const std::string name = item["name"].required_text("name the setting");
    if (!item["value"]) {
      item["value"].missing("give the setting's value");
    }
    const std::optional<std::string> value = item["value"].text();
    if (name.empty() || !value) {
      continue;
    }
    if (!seen.insert(name).second) {
      item["name"].wrong("is given twice (" + yaml::quoted(name) + "); remove one");
      continue;
    }
    out.settings.emplace_back(name, *value);
    out.fields.push_back(item);
  }
  return out;
}

/// Reports what is wrong with the algorithm for this search space, and notes what is hardly meant;
/// false where something is wrong.
bool check_settings(const Field& place, const AlgorithmInfo& info, const SettingsReading& reading,
                    const SpaceReading& space, const Spec& spec) {
  Problem problem = problem_of(spec, 0);
  problem.settings = reading.settings;
  if (spec.nas) {
    problem.space = nas_space(*spec.nas, {info.name, reading.settings});
  }
  // A NAS algorithm without a nasConfig, or with half a one, is reported as that.
  const bool searchable = spec.nas ? problem.space.size() > 0 : nas_assignments(info.name).empty();
  const std::vector<SettingProblem> problems = check(info, problem);
  for (const SettingProblem& wrong : problems) {
    const std::string message = wrong.what + (wrong.mend.empty() ? "" : "; " + wrong.mend);
    if (wrong.constraint) {
      continue;  // reported where the constraint stands
    }
    if (!wrong.setting) {
      if (space.sound && searchable) {
        // No other algorithm could take its place.
        place["algorithmName"].wrong(spec.nas ? wrong.what + "; give one" : message);
      }
      continue;
    }
    const Field& setting = reading.fields.at(*wrong.setting);
    const std::string& name = reading.settings[*wrong.setting].first;
    const std::string& value = reading.settings[*wrong.setting].second;
    if (name == "resource_name" && !value.empty() && !space.names_known) {
      continue;  // perhaps the name of a parameter that could not be read
    }
    const bool is_known = std::any_of(info.settings.begin(), info.settings.end(),
                                      [&](const SettingInfo& known) { return known.name == name; });
    setting[is_known ? "value" : "name"].wrong(message);
  }
  if (!problems.empty() || !space.sound) {
    return false;
  }
  for (const SettingProblem& remark : remarks(info, problem)) {
    place.note(info.name + ": " + remark.what + "; " + remark.mend);
  }
  return true;
}

/// Says that a grid has more points than the budget has trials; empty where that is not so.
std::string order_note(const Spec& spec, const Budget& budget) {
  const std::optional<std::uint64_t> points = spec.space.cardinality();
  if (spec.algorithm.name != "grid" || !points || !budget.max_trials ||
      *points <= *budget.max_trials) {
    return "";
  }
  return "the grid has " + std::to_string(*points) + " points, more than the budget of " +
         std::to_string(*budget.max_trials) +
         " trials: they are visited in an order that the seed draws";
}

/// Tells that most of the budget will be chosen before a model has seen results.
void note_parallelism(const Field& spec, const Spec& out) {
  const std::uint32_t parallel = out.budget.parallel;
  const std::optional<std::uint32_t> trials = out.budget.max_trials;
  const AlgorithmInfo* info = find_algorithm(out.algorithm.name);
  if (info != nullptr && info->learns && out.parallel_given && trials && parallel >= 4 &&
      parallel > *trials / 3) {
    spec["parallelTrialCount"].note(
        out.algorithm.name + " learns from results, and with " + std::to_string(parallel) + " of " +
        std::to_string(*trials) +
        " trials at a time it chooses most of them before it has many; a smaller "
        "parallelTrialCount or a larger maxTrialCount makes more of each trial");
  }
}

/// The resource of successive halving goes up to r_l, however far the file's range goes (Katib
/// looks at r_l alone).
void widen_resource(const Field& place, const AlgorithmSpec& algorithm, Spec& spec) {
  const std::string name = setting(algorithm.settings, "resource_name").value_or("");
  const std::optional<std::size_t> index = spec.space.index_of(name);
  const std::optional<double> most = real_setting(algorithm.settings, "r_l");
  if (!index || !most) {
    return;
  }
  std::vector<Parameter> parameters = spec.space.parameters();
  const bool changed =
      std::visit([&](auto& domain) { return reach(domain, *most); }, parameters[*index].domain);
  if (changed) {
    spec.space = SearchSpace(std::move(parameters));
    place.note(name + " takes values up to r_l (" + shortest(*most) +
               "), which its feasibleSpace does not reach");
  }
}

/// The algorithm as it is named, and whether it can run.
struct AlgorithmReading {
  AlgorithmSpec spec;
  bool sound = false;
};

std::optional<AlgorithmReading> read_one(const Field& field, bool early_stopping,
                                         const SpaceReading& space, const Spec& spec) {
  if (!field.expect_map()) {
    return {};
  }
  field.allow({"algorithmName", "algorithmSettings"});
  const Field name_field = field["algorithmName"];
  AlgorithmReading out;
  AlgorithmSpec& algorithm = out.spec;
  algorithm.name = name_field.required_text("name the algorithm; `diwan algorithms` lists them");
  const SettingsReading reading = read_settings(field["algorithmSettings"]);
  algorithm.settings = reading.settings;
  if (algorithm.name.empty()) {
    return {};
  }
  const AlgorithmInfo* info = find_algorithm(algorithm.name);
  if (info == nullptr || info->early_stopping != early_stopping) {
    const std::string what = early_stopping ? "early stopping algorithm" : "algorithm";
    name_field.wrong("unknown " + what + " (" + yaml::quoted(algorithm.name) + "); " +
                     known_names(algorithm.name, names(early_stopping)));
    return {};
  }
  out.sound = check_settings(field, *info, reading, space, spec);
  return out;
}

}  // namespace

std::vector<std::string> notes_of(const Spec& spec, const Budget& budget) {
  const std::string by_file = order_note(spec, spec.budget);
  const std::string in_force = order_note(spec, budget);
  std::vector<std::string> notes = spec.notes;
  if (by_file != in_force) {
    std::erase(notes, by_file);
    if (!in_force.empty()) {
      notes.push_back(in_force);
    }
  }
  return notes;
}

void read_algorithm(const Field& spec, const SpaceReading& space, Spec& out) {
  const Field field = spec["algorithm"];
  if (!field) {
    if (out.nas) {
      field.missing("nasConfig is searched by enas or darts: name one");
    } else {
      out.algorithm.name = "auto";
      note_parallelism(spec, out);
    }
    return;
  }
  const std::optional<AlgorithmReading> reading = read_one(field, false, space, out);
  if (!reading) {
    return;
  }
  const std::string& name = reading->spec.name;
  out.algorithm = reading->spec;
  if (const std::string note = order_note(out, out.budget); !note.empty() && space.sound) {
    field.note(note);
  }
  note_parallelism(spec, out);
  if (reading->sound) {
    widen_resource(field, out.algorithm, out);
  }
  const bool searches_nas = !nas_assignments(name).empty();
  if (out.nas && !searches_nas && out.space.size() == 0) {
    field["algorithmName"].wrong("does not search a nasConfig (" + yaml::quoted(name) +
                                 "); use enas or darts, or give parameters instead");
  } else if (searches_nas && !out.nas && space.sound) {
    field["algorithmName"].wrong("searches a nasConfig only (" + yaml::quoted(name) +
                                 "); give one instead of parameters, or use another algorithm");
  }
}

void read_early_stopping(const Field& spec, const SpaceReading& space, Spec& out) {
  const Field field = spec["earlyStopping"];
  if (field) {
    if (std::optional<AlgorithmReading> reading = read_one(field, true, space, out)) {
      out.early_stopping = std::move(reading->spec);
    }
  }
  const AlgorithmInfo* search = find_algorithm(out.algorithm.name);
  if (out.early_stopping && search != nullptr && search->has_rungs) {
    field.note(out.algorithm.name +
               " ends what is not worth going on at its rungs; earlyStopping beside it ends trials "
               "that a rung would compare, and is better left out");
  }
}

}  // namespace diwan
