// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <string>

#include "driver/results/load.hpp"
#include "driver/results/value.hpp"

namespace diwan {

/// A trial as ROW of the contract (docs/cli.md).
Value row_value(const Loaded& loaded, const Trial& trial);

/// What there is to say about a trial: why a rule stopped it, else how its last run ended; may be
/// empty.
const std::string& reason_of(const Trial& trial);

/// Run time in seconds of all attempts, the live one included.
double seconds_of(const Loaded& loaded, const Trial& trial);

/// Value of a parameter as JSON has it: doubles, ints and discretes are numbers, categoricals
/// texts, inactive ones null.
Value parameter_value(const SearchSpace& space, std::size_t parameter, double value);
/// All of an assignment as trials get it, by name in the space's order.
Value assignment_value(const Spec& spec, const Assignment& assignment);

/// {"metric":…,"type":…} of each objective.
Value::List objective_list(const Rules& rules);

/// An objective by its strategy: a number, for the first a text where the trial gave one, else
/// null.
Value objective_value(const Experiment& experiment, const Trial& trial, std::size_t objective = 0);

/// {"min":…,"max":…,"latest":…}; a text is `latest` alone.
Value summary_value(const MetricSummary& summary);

/// A number or text as a table shows it: numbers with at most six digits, null as "-".
std::string cell_text(const Value& value);
/// The same as CSV has it: numbers exact, null empty.
std::string csv_text(const Value& value);
/// How much of a double is shown: as much as it takes to read it back, or at most six digits.
enum class Digits { exact, six };
/// "lr=0.01 batch=32": the texts that the trial was given. Of an architecture search what tells its
/// trials apart: "architecture=[[3], [0, 1]]", with six digits without the blanks.
std::string assignment_text(const Spec& spec, const Assignment& assignment, Digits digits);

}  // namespace diwan
