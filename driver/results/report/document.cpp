// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/report/document.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "collectors/timestamp.hpp"
#include "driver/core/completion_words.hpp"
#include "driver/core/shell_quote.hpp"
#include "driver/core/standing.hpp"
#include "driver/results/best.hpp"
#include "driver/results/report/architecture.hpp"
#include "driver/results/report/certainty.hpp"
#include "driver/results/report/curve_columns.hpp"
#include "driver/results/report/landscapes.hpp"
#include "driver/results/report/moment.hpp"
#include "driver/results/report/step_rungs.hpp"
#include "driver/results/report/timeline.hpp"
#include "driver/results/report/trial_columns.hpp"
#include "driver/results/report/words.hpp"
#include "driver/results/status.hpp"
#include "driver/spec/nas.hpp"

namespace diwan {
namespace {

constexpr std::size_t most_pasted = 20;  ///< trials of a front that are ready to paste

Value text_or_null(std::string_view text) { return text.empty() ? Value() : Value(text); }

Value settings_value(const AlgorithmSpec& algorithm) {
  Value list(Value::Fields{});
  for (const auto& [name, value] : algorithm.settings) {
    list[name] = value;
  }
  return list;
}

Value objectives_value(const Loaded& loaded) {
  const Rules& rules = loaded.experiment.rules();
  Value::List list;
  for (std::size_t o = 0; o < rules.directions.size(); ++o) {
    list.push_back(Value::Fields{{"metric", rules.metrics[o].name},
                                 {"type", to_string(rules.directions[o])},
                                 {"strategy", to_string(rules.metrics[o].strategy)}});
  }
  return list;
}

Value counters_value(const Counters& counters) {
  return Value::Fields{{"trials", counters.trials},
                       {"pending", counters.pending},
                       {"running", counters.running},
                       {"succeeded", counters.succeeded},
                       {"failed", counters.failed},
                       {"earlyStopped", counters.early_stopped},
                       {"metricsUnavailable", counters.metrics_unavailable},
                       {"killed", counters.killed}};
}

Value experiment_value(const Loaded& loaded, const Moments& moments) {
  const Experiment& experiment = loaded.experiment;
  const Spec& spec = loaded.spec;
  const Completion completion = experiment.completion();
  const Budget& budget = experiment.budget();
  const std::chrono::duration<double> worked = experiment.worked(loaded.last_time);
  return Value::Fields{
      {"name", spec.name},
      {"state", to_string(run_state(loaded))},
      {"completion", completion == Completion::none ? Value() : Value(in_words(completion))},
      {"failed", completion == Completion::max_failed || completion == Completion::no_metrics},
      {"held", text_or_null(experiment.held())},
      {"algorithm", spec.algorithm.name},
      {"algorithmSettings", settings_value(spec.algorithm)},
      {"earlyStopping", spec.early_stopping ? Value(spec.early_stopping->name) : Value()},
      {"objectives", objectives_value(loaded)},
      {"goal", budget.goal},
      {"maxTrials", budget.max_trials},
      {"maxFailed", budget.max_failed},
      {"parallel", budget.at_a_time()},
      {"seed", std::to_string(experiment.seed())},
      {"knownResults", experiment.owner().known.size()},
      {"counters", counters_value(experiment.counters())},
      {"origin", time_text(moments.origin())},
      {"until", moments.of(loaded.last_time)},
      {"workedSeconds", worked.count()},
      {"records", loaded.replay.last_record}};
}

Value metrics_value(const Rules& rules) {
  Value::List list;
  for (std::size_t m = 0; m < rules.metrics.size(); ++m) {
    list.push_back(Value::Fields{
        {"name", rules.metrics[m].name},
        {"strategy", to_string(rules.metrics[m].strategy)},
        {"objective",
         m < rules.directions.size() ? Value(to_string(rules.directions[m])) : Value()}});
  }
  return list;
}

/// The order in which trials ended, and what had been spent by then.
Value course_value(const Loaded& loaded) {
  Value::List trial;
  Value::List seconds;
  Value::List trial_seconds;
  const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
  for (const Milestone& milestone : loaded.course) {
    trial.push_back(milestone.trial);
    seconds.push_back(rounded(milestone.seconds));
    trial_seconds.push_back(rounded(milestone.trial_seconds));
  }
  return Value::Fields{{"trial", std::move(trial)},
                       {"seconds", std::move(seconds)},
                       {"trialSeconds", std::move(trial_seconds)}};
}

Value texts_value(const Trial& trial, const TrialTexts& texts) {
  return Value::Fields{{"trial", trial.number},
                       {"arguments", text_or_null(texts.arguments)},
                       {"yaml", text_or_null(texts.yaml)},
                       {"environment", text_or_null(texts.environment)},
                       {"command", text_or_null(texts.command)}};
}

/// Those to copy: the best and what the last confirmation has for best; of several objectives the
/// first of the front.
std::vector<std::uint32_t> pasted_trials(const ReportFacts& facts,
                                         const std::vector<std::uint32_t>& ranking, bool pareto) {
  const std::size_t most = std::min(ranking.size(), pareto ? most_pasted : 1);
  std::vector<std::uint32_t> trials(ranking.begin(),
                                    ranking.begin() + static_cast<std::ptrdiff_t>(most));
  const Confirmation* const confirmation = confirmation_in_force(facts.confirmations);
  if (confirmation != nullptr && !pareto && !trials.empty() &&
      facts.loaded.experiment.has(confirmation->trials.front().trial) &&
      trials.front() != confirmation->trials.front().trial) {
    trials.push_back(confirmation->trials.front().trial);
  }
  return trials;
}

/// All that compete, best first; of several objectives the front.
Value best_value(const ReportFacts& facts, const ReportSources& sources) {
  const Loaded& loaded = facts.loaded;
  const Best best = best_trials(loaded, std::nullopt);
  const std::vector<std::uint32_t> ranking = best.pareto ? best.trials : ranked_trials(loaded);
  Value::List ready;
  for (const std::uint32_t number : pasted_trials(facts, ranking, best.pareto)) {
    const Trial& trial = loaded.experiment.trial(number);
    ready.push_back(texts_value(trial, sources.texts(trial)));
  }
  return Value::Fields{
      {"pareto", best.pareto},
      {"ranking", Value::List(ranking.begin(), ranking.end())},
      {"resource", best.resource_name.empty() ? Value()
                                              : Value(Value::Fields{{"name", best.resource_name},
                                                                    {"value", best.resource}})},
      {"ready", std::move(ready)}};
}

Value notices_value(const Loaded& loaded) {
  const std::string directory = directory_name(loaded.directory);
  std::vector<SearchNotice> all = loaded.notices.found(loaded.experiment);
  for (SearchNotice& stalled : loaded.notices.stalled(loaded.experiment, loaded.last_time)) {
    all.push_back(std::move(stalled));
  }
  Value::List list;
  for (const SearchNotice& notice : all) {
    list.push_back(Value::Fields{{"kind", to_string(notice.kind)},
                                 {"subject", notice.subject},
                                 {"text", text_for(notice, directory)}});
  }
  return list;
}

Value reproduce_value(const Loaded& loaded) {
  const std::string directory = directory_name(loaded.directory);
  const std::string file = loaded.spec.file.filename().string();
  const std::string seed = std::to_string(loaded.experiment.seed());
  const std::string quoted = shell_quote(directory);
  return Value::Fields{
      {"file", file},
      {"spec", loaded.spec.text},
      {"commands",
       Value::List{
           Value::Fields{{"what", "The same search, from the file below"},
                         {"command", "diwan run " + shell_quote(file) + " --seed " + seed}},
           Value::Fields{{"what", "The best trial's command, with its seed and environment"},
                         {"command", "diwan best " + quoted + " -o command"}},
           Value::Fields{{"what", "The best three again, with other seeds: how much of it is luck"},
                         {"command", "diwan confirm " + quoted}},
           Value::Fields{{"what", "Every observation of one trial"},
                         {"command", "diwan metrics " + quoted + " best -o csv"}},
           Value::Fields{{"what", "Every record, from the first on"},
                         {"command", "diwan journal " + quoted}},
           Value::Fields{{"what", "This page"}, {"command", "diwan report " + quoted}}}}};
}

}  // namespace

ReportFacts read_report_facts(const std::filesystem::path& directory) {
  ReportFacts facts{.loaded = load(directory),
                    .history = {},
                    .curves = {},
                    .confirmations = {},
                    .baseline = {},
                    .problems = {}};
  facts.loaded.until = facts.loaded.last_time;
  replay(directory, [&](Record&& record) {
    if (record.number <= facts.loaded.replay.last_record) {  // an owner may go on meanwhile
      facts.history.take(record);
      facts.curves.take(record);
    }
  });
  for (const std::filesystem::path& confirmation : confirmation_directories(directory)) {
    try {
      facts.confirmations.push_back(read_confirmation(facts.loaded, confirmation));
    } catch (const StoreError& problem) {
      facts.problems.emplace_back(problem.what());
    }
  }
  facts.baseline = own_baseline(facts.loaded);
  return facts;
}

Value report_document(const ReportFacts& facts, const ReportSources& sources) {
  const Loaded& loaded = facts.loaded;
  const Moments moments(facts.history);
  const std::vector<std::size_t> shown = tabulated_parameters(loaded.spec);
  return Value::Fields{{"version", 1},
                       {"experiment", experiment_value(loaded, moments)},
                       {"parameters", parameters_value(loaded.spec, loaded.experiment.rules())},
                       {"shown", Value::List(shown.begin(), shown.end())},
                       {"architecture", architecture_value(loaded.spec)},
                       {"metrics", metrics_value(loaded.experiment.rules())},
                       {"trials", trial_columns(loaded, moments)},
                       {"course", course_value(loaded)},
                       {"best", best_value(facts, sources)},
                       {"certainty", certainty_value(loaded, facts.baseline, facts.confirmations)},
                       {"curves", curves_value(loaded, facts.curves)},
                       {"stepRungs", step_rungs_value(loaded, facts.curves)},
                       {"timeline", timeline_value(loaded, facts.history)},
                       {"failures", failures_value(loaded, facts.history, sources.last_lines)},
                       {"notices", notices_value(loaded)},
                       {"landscapes", landscapes_value(loaded)},
                       {"reproduce", reproduce_value(loaded)}};
}

}  // namespace diwan
