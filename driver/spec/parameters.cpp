// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/parameters.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "algorithms/space/axis.hpp"
#include "driver/spec/known_names.hpp"
#include "driver/spec/quantity.hpp"

namespace diwan {
namespace {

enum class Type { real, integer, discrete, categorical };

/// What could be read of a range; what is missing or wrong is nothing.
template <class Number>
struct Range {
  std::optional<Number> low;
  std::optional<Number> high;
  std::optional<Number> step;
  std::optional<Distribution> distribution;
};

std::optional<Distribution> read_distribution(const Field& space) {
  // Katib also accepts `unknown`, and treats it as uniform.
  const Field field = space["distribution"].unless_empty();
  const std::optional<std::size_t> word =
      field.one_of({"uniform", "logUniform", "normal", "logNormal", "unknown"});
  if (!word) {
    return field ? std::nullopt : std::optional(Distribution::uniform);
  }
  return *word == 4 ? Distribution::uniform : static_cast<Distribution>(*word);
}

bool is_log(Distribution distribution) {
  return distribution == Distribution::log_uniform || distribution == Distribution::log_normal;
}

/// A bound or step as `read` takes it, or a report of what it is.
template <class Number>
std::optional<Number> read_bound(const Field& field,
                                 std::optional<Number> (*read)(std::string_view),
                                 const std::string& wanted) {
  const std::optional<std::string> text = field.text();
  if (!text) {
    return {};
  }
  const std::optional<Number> value = read(*text);
  if (!value) {
    field.wrong("is not " + wanted + " (" + yaml::quoted(*text) + "); give a number such as " +
                (std::is_integral_v<Number> ? "10" : "0.01"));
  }
  return value;
}

/// Reports what the numbers of a range must not be, whatever its type; each by itself, so that one
/// that could not be read hides no other.
template <class Number>
bool check_range(const Field& space, const Range<Number>& range) {
  const auto& [low, high, step, distribution] = range;
  bool sound = true;
  const auto refuse = [&](const Field& field, const std::string& message) {
    field.wrong(message);
    sound = false;
  };
  const auto text = [&](const char* key) { return space[key].node().text; };
  if (low && high && *low > *high) {
    refuse(space, "min (" + text("min") + ") is above max (" + text("max") + "); swap them");
  }
  if (step && *step <= 0) {
    refuse(space["step"], "is not above 0 (" + text("step") + "); give a positive step, or none");
  }
  if (distribution && is_log(*distribution) && low && *low <= 0) {
    refuse(space["min"], "is not above 0 (" + text("min") +
                             "), which a log scale cannot show; raise min, or "
                             "use distribution uniform");
  }
  const bool is_normal =
      distribution == Distribution::normal || distribution == Distribution::log_normal;
  if (is_normal && low && low == high) {
    refuse(space, "min and max are equal (" + text("min") +
                      "), so a normal distribution has no width; widen "
                      "the range, or use distribution uniform");
  }
  return sound;
}

/// A range whose numbers `read` takes; nothing if something is wrong.
template <class Number>
std::optional<Range<Number>> read_range(const Field& space, bool step_required,
                                        std::optional<Number> (*read)(std::string_view),
                                        const std::string& wanted) {
  Range<Number> range;
  range.distribution = read_distribution(space);
  for (const char* key : {"min", "max"}) {
    if (!space[key].unless_empty()) {
      space[key].missing("give the bound");
    }
  }
  const Field step = space["step"].unless_empty();
  if (step_required && !step) {
    step.missing("a double of an operation needs one");
  }
  if (space["list"]) {
    // Which of the two is meant is not known: the numbers are not judged.
    space["list"].wrong("a range has min and max, no list; remove it, or use discrete");
    return {};
  }
  range.low = read_bound(space["min"].unless_empty(), read, wanted);
  range.high = read_bound(space["max"].unless_empty(), read, wanted);
  range.step = read_bound(step, read, wanted);
  const bool sound = check_range(space, range);
  const bool whole =
      range.low && range.high && range.distribution && (range.step || (!step && !step_required));
  return sound && whole ? std::optional(range) : std::nullopt;
}

std::optional<Domain> read_real(const Field& space, bool step_required) {
  const auto range = read_range(space, step_required, finite_number, "a finite number");
  if (!range) {
    return {};
  }
  return Real{*range->low, *range->high, range->step, *range->distribution};
}

std::optional<Domain> read_integer(const Field& space) {
  const auto range = read_range(space, false, integral_number, "a whole number within +-2^53");
  if (!range) {
    return {};
  }
  return Integer{*range->low, *range->high, range->step.value_or(1), *range->distribution};
}

/// The texts of a list, all different, or nothing.
std::optional<std::vector<std::string>> read_list(const Field& space) {
  bool sound = true;
  for (const char* key : {"min", "max", "step"}) {
    if (space[key].unless_empty()) {
      space[key].wrong("a list has no " + std::string(key) + "; remove it");
      sound = false;
    }
  }
  const Field list = space["list"];
  const std::vector<Field> items = list.items();
  if (!list) {
    list.missing("give the values");
  } else if (list.is_list() && items.empty()) {
    list.wrong("is empty; give at least one value");
  }
  std::vector<std::string> texts;
  std::set<std::string> seen;
  for (const Field& item : items) {
    if (!item) {
      item.wrong("is empty; give a value, or \"\" for the empty text");
      sound = false;
      continue;
    }
    const std::optional<std::string> text = item.text();
    if (text && text->find('\0') != std::string::npos) {
      item.wrong("holds a NUL character, which no argument can; remove it");
      sound = false;
    } else if (text && !seen.insert(*text).second) {
      item.wrong("is in the list twice (" + yaml::quoted(*text) + "); remove one");
      sound = false;
    } else if (text) {
      texts.push_back(*text);
    }
  }
  return sound && !texts.empty() && texts.size() == items.size() ? std::optional(texts)
                                                                 : std::nullopt;
}

std::optional<Domain> read_discrete(const Field& space) {
  const std::optional<Distribution> distribution = read_distribution(space);
  std::optional<std::vector<std::string>> texts = read_list(space);
  if (!texts || !distribution) {
    return {};
  }
  Discrete domain;
  domain.distribution = *distribution;
  std::map<double, std::string> seen;
  const std::vector<Field> items = space["list"].items();
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::optional<double> value = finite_number((*texts)[i]);
    if (!value) {
      return Categorical{std::move(*texts)};  // as Katib takes it: unordered texts
    }
    const auto [known, is_new] = seen.emplace(*value, (*texts)[i]);
    if (!is_new) {
      items[i].wrong("is the same number as " + yaml::quoted(known->second) + " (" +
                     yaml::quoted((*texts)[i]) + "); remove one");
      return {};
    }
    domain.values.push_back(*value);
  }
  const double low = seen.begin()->first;
  if (is_log(*distribution) && low <= 0) {
    space["list"].wrong("holds " + yaml::quoted(seen.begin()->second) +
                        ", which a log scale cannot show; remove it, or use distribution uniform");
    return {};
  }
  domain.texts = std::move(*texts);
  return domain;
}

std::optional<Domain> read_categorical(const Field& space) {
  const std::optional<Distribution> distribution = read_distribution(space);
  std::optional<std::vector<std::string>> texts = read_list(space);
  if (!texts || !distribution) {
    return {};
  }
  return Categorical{std::move(*texts)};
}

std::optional<Domain> read_values(const Field& space, Type type, bool step_required) {
  switch (type) {
    case Type::real:
      return read_real(space, step_required);
    case Type::integer:
      return read_integer(space);
    case Type::discrete:
      return read_discrete(space);
    case Type::categorical:
      return read_categorical(space);
  }
  return {};
}

/// Reports a name that cannot be one; false then.
bool check_name(const Field& field, const std::string& name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (std::any_of(name.begin(), name.end(), is_control)) {
    field.wrong("holds a control character (" + yaml::quoted(name) + "); use visible ones");
    return false;
  }
  return !name.empty();
}

}  // namespace

std::optional<Domain> read_domain(const Field& parameter, bool step_required) {
  const Field type_field = parameter["parameterType"];
  const Field space = parameter["feasibleSpace"];
  if (!type_field) {
    type_field.missing("give double, int, discrete or categorical");
  }
  if (!space) {
    space.missing("give min and max, or a list");
  }
  const std::optional<std::size_t> type =
      type_field.one_of({"double", "int", "discrete", "categorical"});
  if (!space.expect_map()) {
    return {};
  }
  space.allow({"min", "max", "step", "list", "distribution"});
  if (!type) {
    return {};
  }
  std::optional<Domain> domain = read_values(space, static_cast<Type>(*type), step_required);
  try {
    if (domain) {
      static_cast<void>(Axis(*domain));
    }
  } catch (const std::invalid_argument& error) {
    space.wrong(error.what());
    return {};
  }
  return domain;
}

SpaceReading read_space(const Field& list) {
  SpaceReading out;
  if (list && !list.is_list()) {
    out.sound = false;
    out.names_known = false;
  }
  std::vector<Parameter> parameters;
  std::set<std::string> names;
  std::map<std::string, std::string> variables;
  for (const Field& item : list.items()) {
    if (!item.expect_map()) {
      out.sound = false;
      out.names_known = false;
      continue;
    }
    item.allow({"name", "parameterType", "feasibleSpace", "when"});
    const std::string name = item["name"].required_text("name the parameter");
    std::optional<Domain> domain = read_domain(item, false);
    bool usable = check_name(item["name"], name);
    if (usable && !names.insert(name).second) {
      item["name"].wrong("is the name of an earlier parameter too (" + yaml::quoted(name) +
                         "); rename one");
      usable = false;
    }
    out.sound = out.sound && usable && domain.has_value();
    out.names_known = out.names_known && usable;
    if (!usable) {
      continue;
    }
    const auto [other, is_new] = variables.emplace(parameter_variable(name), name);
    if (!is_new) {
      item["name"].wrong("shares the variable " + other->first + " with " +
                         yaml::quoted(other->second) + " (" + yaml::quoted(name) + "); rename one");
    }
    parameters.push_back({name, domain ? std::move(*domain) : Domain(Real{})});
    out.fields.push_back(item);
  }
  out.space = SearchSpace(std::move(parameters));
  return out;
}

std::string parameter_variable(std::string_view name) {
  std::string out = "DIWAN_PARAM_";
  for (const char c : name) {
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_kept = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += is_lower ? static_cast<char>(c - 'a' + 'A') : is_kept ? c : '_';
  }
  return out;
}

}  // namespace diwan
