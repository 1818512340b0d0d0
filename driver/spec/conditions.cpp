// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/conditions.hpp"

#include "algorithms/feasible.hpp"
#include "algorithms/space/expression.hpp"
#include "algorithms/space/space_conditions.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/spec_text.hpp"

namespace diwan {
namespace {

std::vector<std::string> names_of(const SearchSpace& space) {
  std::vector<std::string> out;
  for (const Parameter& parameter : space.parameters()) {
    out.push_back(parameter.name);
  }
  return out;
}

void report(const Field& field, const ExpressionProblem& problem) {
  field.wrong("character " + std::to_string(problem.position + 1) + ": " + problem.what + " (" +
              yaml::quoted(field.node().text) + ")" +
              (problem.mend.empty() ? "" : "; " + problem.mend));
}

/// The expression, if it is one over the space.
std::optional<Expression> read_expression(const Field& field, const SpaceReading& reading) {
  const std::optional<std::string> text = field.text();
  if (!text) {
    return {};
  }
  try {
    Expression expression = Expression::parse(*text);
    std::vector<ExpressionProblem> problems;
    if (reading.sound) {
      problems = expression.check(reading.space);
    } else {
      // The domains are partly stand-ins: only the names say something.
      for (const std::string& name : expression.names()) {
        if (!reading.space.index_of(name)) {
          return {};
        }
      }
    }
    for (const ExpressionProblem& problem : problems) {
      report(field, problem);
    }
    return problems.empty() ? std::optional(std::move(expression)) : std::nullopt;
  } catch (const ExpressionError& error) {
    report(field, error.problem());
    return {};
  }
}

/// Reads what `when` and `constraints` say into the spec; false if something is wrong.
bool read_expressions(const Field& spec, const SpaceReading& reading, Spec& out) {
  bool sound = reading.sound;
  for (std::size_t i = 0; i < reading.fields.size(); ++i) {
    const Field when = reading.fields[i]["when"];
    if (std::optional<Expression> expression = read_expression(when, reading)) {
      out.conditions.emplace(reading.space.parameters()[i].name, expression->text());
    } else if (when) {
      sound = false;
    }
  }
  for (const Field& item : spec["constraints"].items()) {
    if (!item) {
      item.missing("give a condition over the parameters");
    }
    if (std::optional<Expression> expression = read_expression(item, reading)) {
      out.constraints.push_back(expression->text());
    } else {
      sound = false;
    }
  }
  return sound;
}

/// The conditions of a sound reading; nothing if they go round in a circle.
std::optional<SpaceConditions> conditions_of(const SpaceReading& reading, const Spec& out) {
  try {
    return SpaceConditions(reading.space, out.conditions, out.constraints);
  } catch (const ConditionCircle& circle) {
    reading.fields[circle.parameter()]["when"].wrong(circle.what());
    return std::nullopt;
  }
}

/// The value of each parameter that the trial gives; nothing if one is wrong.
std::optional<Assignment> read_values(const Field& trial, const SearchSpace& space) {
  Assignment out;
  out.values.assign(space.size(), Assignment::inactive);
  bool sound = true;
  for (const auto& [name, field] : trial.entries()) {
    const std::optional<std::size_t> index = space.index_of(name);
    if (!index) {
      field.wrong("unknown parameter; " + known_names(name, names_of(space)));
      sound = false;
      continue;
    }
    const std::optional<std::string> text = field.text();
    const std::optional<double> value = text ? space.parse(*index, *text) : std::nullopt;
    if (text && !value) {
      field.wrong("is outside its domain (" + yaml::quoted(*text) + "); give a value of " +
                  values_text(space.parameters()[*index].domain));
    }
    sound = sound && (value || !field);
    out.values[*index] = value.value_or(Assignment::inactive);
  }
  return sound ? std::optional(out) : std::nullopt;
}

bool check_activity(const Field& trial, const SearchSpace& space, const SpaceConditions& conditions,
                    const Assignment& given) {
  bool sound = true;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Field field = trial[space.parameters()[i].name];
    const bool applies = conditions.applies(i, given);
    if (!conditions.is_conditional(i) && !field) {
      field.missing("give its value");
      sound = false;
    } else if (applies && !field) {
      field.missing("its condition holds here: give its value");
      sound = false;
    } else if (!applies && field) {
      field.wrong("its condition does not hold here (" + yaml::quoted(field.node().text) +
                  "); remove it");
      sound = false;
    }
  }
  return sound;
}

void check_constraints(const Field& trial, const SpaceConditions& conditions,
                       const Assignment& assignment) {
  for (std::size_t c = 0; c < conditions.constraints().size(); ++c) {
    if (!conditions.keeps(c, assignment)) {
      trial.wrong("breaks the constraint " + yaml::quoted(conditions.constraints()[c]) +
                  "; give a trial that keeps it");
    }
  }
}

/// Tells which listed trials repeat an earlier one, and which the budget does not reach.
void note_initial_trials(const Field& list, const Spec& spec) {
  const std::vector<Assignment>& trials = spec.initial_trials;
  for (auto trial = trials.begin(); trial != trials.end(); ++trial) {
    if (const auto earlier = std::find(trials.begin(), trial, *trial); earlier != trial) {
      list.note(list.path() + "[" + std::to_string(trial - trials.begin()) + "] is the same as [" +
                std::to_string(earlier - trials.begin()) + "], and is run again; remove one");
    }
  }
  const std::optional<std::uint32_t> most = spec.budget.max_trials;
  if (most && trials.size() > *most) {
    list.note(list.path() + " has " + std::to_string(trials.size()) +
              " trials, more than maxTrialCount (" + std::to_string(*most) +
              "): only the first of them are run");
  }
}

void read_initial_trials(const Field& spec, const SearchSpace& space,
                         const SpaceConditions& conditions, Spec& out) {
  const Field list = spec["initialTrials"];
  for (const Field& trial : list.items()) {
    if (!trial.expect_map()) {
      continue;
    }
    const std::optional<Assignment> assignment = read_values(trial, space);
    if (assignment && check_activity(trial, space, conditions, *assignment)) {
      check_constraints(trial, conditions, *assignment);
      out.initial_trials.push_back(*assignment);
    }
  }
  if (!spec["confirms"]) {  // which repeats them on purpose
    note_initial_trials(list, out);
  }
}

/// Reports constraints that leave nothing to try.
void check_feasible(const Field& constraints, const Spec& spec) {
  if (const std::optional<SettingProblem> nothing = nothing_allowed(problem_of(spec, 0))) {
    constraints.items().at(nothing->constraint.value()).wrong(nothing->what + "; " + nothing->mend);
  }
}

}  // namespace

void read_conditions(const Field& spec, const SpaceReading& reading, Spec& out) {
  if (out.nas) {
    if (spec["constraints"]) {
      spec["constraints"].wrong(
          "an architecture search has no parameters that they could name; remove them");
    }
    return;  // its space, and so initialTrials, hang on the algorithm
  }
  const bool sound = read_expressions(spec, reading, out);
  const std::optional<SpaceConditions> conditions =
      sound ? conditions_of(reading, out) : std::nullopt;
  if (!conditions) {
    out.conditions.clear();
    out.constraints.clear();
    for (const Field& trial : spec["initialTrials"].items()) {
      trial.expect_map();
    }
    return;
  }
  read_initial_trials(spec, reading.space, *conditions, out);
  check_feasible(spec["constraints"], out);
}

}  // namespace diwan
