// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/best.hpp"

#include <chrono>
#include <filesystem>
#include <ostream>

#include "driver/cli/commands.hpp"
#include "driver/cli/references.hpp"
#include "driver/cli/trial_texts.hpp"
#include "driver/results/row.hpp"
#include "driver/results/status.hpp"
#include "driver/results/table.hpp"
#include "driver/results/trials.hpp"

namespace diwan {
namespace {

/// How it was found, for whoever keeps the record of a model.
Value found_value(const Loaded& loaded) {
  const Experiment& experiment = loaded.experiment;
  const std::chrono::duration<double> worked = experiment.worked(loaded.until);
  Value settings(Value::Fields{});
  for (const auto& [name, text] : loaded.spec.algorithm.settings) {
    settings[name] = text;
  }
  return Value::Fields{
      {"algorithm", loaded.spec.algorithm.name},
      {"settings", std::move(settings)},
      {"seed", experiment.seed()},
      {"trials", experiment.counters().completed()},
      {"seconds", worked.count()},
      {"state", to_string(run_state(loaded))},
      {"diwan", experiment.owner().version},
      {"file", loaded.spec.file.string()},
      {"directory", std::filesystem::absolute(loaded.directory).lexically_normal().string()}};
}

/// What was confirmed, as far as it is among the best.
Confirmation confirmed_best(const Loaded& loaded, const Best& best) {
  Confirmation confirmation = confirmation_in(loaded);
  confirmation.trials = best.confirmed;
  return confirmation;
}

Value document(const Loaded& loaded, const Best& best) {
  Value::List rows;
  for (const std::uint32_t number : best.trials) {
    rows.push_back(row_value(loaded, loaded.experiment.trial(number)));
  }
  Value value(
      Value::Fields{{"version", 1}, {"experiment", loaded.spec.name}, {"pareto", best.pareto}});
  if (!best.resource_name.empty()) {
    value["resource"] = Value::Fields{{"name", best.resource_name}, {"value", best.resource}};
  }
  value["best"] = std::move(rows);
  if (loaded.spec.confirms) {
    value["confirmed"] = confirmed_list(confirmed_best(loaded, best));
  }
  Value::List objectives = objective_list(loaded.experiment.rules());
  value["objective"] = objectives.front();
  if (objectives.size() > 1) {
    value["objectives"] = std::move(objectives);
  }
  value["found"] = found_value(loaded);
  return value;
}

std::vector<const Trial*> trials_of(const Loaded& loaded, const Best& best) {
  std::vector<const Trial*> trials;
  for (const std::uint32_t number : best.trials) {
    trials.push_back(&loaded.experiment.trial(number));
  }
  return trials;
}

/// A table; where the parameters do not fit beside the rest, they stand in full below it. Of a
/// confirmation it has the trials confirmed, with their numbers in the experiment that found them.
std::string table_text(const Loaded& loaded, const Best& best, const Page& page) {
  const std::vector<const Trial*> trials = trials_of(loaded, best);
  const bool confirms = loaded.spec.confirms.has_value();
  const auto table = [&](const Page& on) {
    return confirms ? confirmation_table(confirmed_best(loaded, best), on)
                    : trials_table(loaded, trials, on);
  };
  std::string text = table(page);
  if (text != table(Page{.columns = SIZE_MAX, .colour = page.colour})) {
    for (std::size_t i = 0; i < trials.size(); ++i) {
      const std::uint32_t number = confirms ? best.confirmed[i].trial : trials[i]->number;
      const std::string head = (confirms ? "trial " : "#") + std::to_string(number) + " ";
      text +=
          wrap_to(
              head + printable(assignment_text(loaded.spec, trials[i]->assignment, Digits::exact)),
              page.columns, head.size()) +
          "\n";
    }
  }
  if (confirms) {
    text += "by the mean of the runs of each; #" + std::to_string(best.trials.front()) +
            " is the run nearest to the best\n";
  }
  return text + (best.resource_name.empty() ? ""
                                            : "of the trials with " + best.resource_name + "=" +
                                                  shortest(best.resource) + "\n");
}

ExitStatus run(const Call& call) {
  const std::string& format = call.choice("output");
  const auto count = call.whole("count", 1);
  const Loaded loaded = load(experiment_directory(call.text("dir")));
  const Best best = best_trials(loaded, count);
  if (format == "json" || format == "yaml") {
    call.out << document_text(document(loaded, best), format);
  } else if (format == "csv") {
    call.out << trials_csv(loaded, trials_of(loaded, best));
  }
  if (best.trials.empty()) {
    call.err << "diwan: best: no trial has ended with a finite objective\n";
    return ExitStatus::no_usable_trial;
  }
  if (format == "table") {
    call.out << table_text(loaded, best, Page::of_standard_output());
  }
  const auto text_of = format == "args"      ? args_text
                       : format == "command" ? command_text
                       : format == "env"     ? env_text
                                             : nullptr;
  for (const std::uint32_t number : best.trials) {
    if (text_of != nullptr) {
      call.out << text_of(loaded, loaded.experiment.trial(number));
    }
  }
  return ExitStatus::done;
}

}  // namespace

Verb best_verb() {
  return {.name = "best",
          .summary = "the best trials, ready to use",
          .details =
              "Of the trials that ended Succeeded or EarlyStopped with a finite objective. With "
              "several objectives it is every trial that no other beats; with a resource parameter "
              "only trials at the highest resource that has results compete. In the directory of a "
              "confirmation (`diwan confirm`) the mean over the runs of each trial counts, and of "
              "its runs the nearest to the mean stands for it.\n\n"
              "With `-o args` the arguments of the trial's command that hold parameters, with "
              "`-o command` the whole command, and with `-o env` lines DIWAN_PARAM_NAME='value'; "
              "all are quoted for a shell.",
          .positionals = {{.name = "dir", .takes = Takes::a(Takes::Kind::directory, "DIR")}},
          .options = {{.name = "count",
                       .letter = 'k',
                       .takes = Takes::text("N"),
                       .help = "the best N; without it one, or a whole Pareto front"},
                      output_option({"table", "json", "yaml", "csv", "args", "command", "env"})},
          .exits = {{ExitStatus::no_usable_trial, "no trial has ended with a finite objective"}},
          .examples = {{"python3 train.py $(diwan best search.diwan -o args)",
                        "train with the best parameters"}},
          .run = run};
}

}  // namespace diwan
