// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/conditions.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "algorithms/space/expression.hpp"
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

/// The conditions of all parameters, in an order in which each comes after those it depends on.
class Activity {
 public:
  Activity(const SpaceReading& reading, Spec& out) : space_(reading.space) {
    for (std::size_t i = 0; i < reading.fields.size(); ++i) {
      const Field when = reading.fields[i]["when"];
      if (std::optional<Expression> expression = read_expression(when, reading)) {
        out.conditions.emplace(space_.parameters()[i].name, expression->text());
        conditions_.emplace(i, std::move(*expression));
      }
    }
    for (const auto& [index, expression] : conditions_) {
      place(index, reading);
    }
  }

  /// Makes the parameters inactive whose condition does not hold.
  void deactivate(Assignment& assignment) const {
    for (const std::size_t index : order_) {
      if (conditions_.at(index).holds(space_, assignment) != true) {
        assignment.values[index] = Assignment::inactive;
      }
    }
  }

  bool is_sound() const { return !has_cycle_; }
  bool is_conditional(std::size_t index) const { return conditions_.contains(index); }

 private:
  /// Puts a parameter behind those its condition names; reports a circle once.
  void place(std::size_t index, const SpaceReading& reading) {
    const auto condition = conditions_.find(index);
    if (condition == conditions_.end() || done_.contains(index)) {
      return;
    }
    if (!open_.insert(index).second) {
      has_cycle_ = true;
      reading.fields[index]["when"].wrong(
          "the condition of " + yaml::quoted(space_.parameters()[index].name) +
          " depends on itself (" + yaml::quoted(condition->second.text()) + "); break the circle");
      return;
    }
    for (const std::string& name : condition->second.names()) {
      place(*space_.index_of(name), reading);
    }
    done_.insert(index);
    order_.push_back(index);
  }

  const SearchSpace& space_;
  std::map<std::size_t, Expression> conditions_;
  std::set<std::size_t> open_;
  std::set<std::size_t> done_;
  std::vector<std::size_t> order_;
  bool has_cycle_ = false;
};

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

bool check_activity(const Field& trial, const SearchSpace& space, const Activity& activity,
                    const Assignment& given) {
  Assignment active = given;
  activity.deactivate(active);
  bool sound = true;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const std::string& name = space.parameters()[i].name;
    const Field field = trial[name];
    // A parameter whose condition holds keeps its value; one that is missing stays NaN.
    Assignment probe = given;
    probe.values[i] = 0;
    if (!activity.is_conditional(i) && !field) {
      field.missing("give its value");
      sound = false;
    } else if (activity.is_conditional(i)) {
      activity.deactivate(probe);
      const bool is_active = probe.values[i] == 0;
      if (is_active && !field) {
        field.missing("its condition holds here: give its value");
        sound = false;
      } else if (!is_active && field) {
        field.wrong("its condition does not hold here (" + yaml::quoted(field.node().text) +
                    "); remove it");
        sound = false;
      }
    }
  }
  return sound;
}

void check_constraints(const Field& trial, const SearchSpace& space,
                       const std::vector<Expression>& constraints, const Assignment& assignment) {
  for (const Expression& constraint : constraints) {
    if (constraint.holds(space, assignment) == false) {
      trial.wrong("breaks the constraint " + yaml::quoted(constraint.text()) +
                  "; give a trial that keeps it");
    }
  }
}

void read_initial_trials(const Field& list, const SpaceReading& reading, const Activity& activity,
                         const std::vector<Expression>& constraints, Spec& out) {
  for (const Field& trial : list.items()) {
    if (!trial.expect_map() || !reading.sound || !activity.is_sound()) {
      continue;
    }
    const std::optional<Assignment> assignment = read_values(trial, reading.space);
    if (assignment && check_activity(trial, reading.space, activity, *assignment)) {
      check_constraints(trial, reading.space, constraints, *assignment);
      out.initial_trials.push_back(*assignment);
    }
  }
}

}  // namespace

void read_conditions(const Field& spec, const SpaceReading& reading, Spec& out) {
  const Activity activity(reading, out);
  std::vector<Expression> constraints;
  for (const Field& item : spec["constraints"].items()) {
    if (!item) {
      item.missing("give a condition over the parameters");
    }
    if (std::optional<Expression> expression = read_expression(item, reading)) {
      out.constraints.push_back(expression->text());
      constraints.push_back(std::move(*expression));
    }
  }
  read_initial_trials(spec["initialTrials"], reading, activity, constraints, out);
}

}  // namespace diwan
