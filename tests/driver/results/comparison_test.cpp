// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/comparison.hpp"

#include <array>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/results/saving.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::Sample;

/// Ends a trial early that has reported these losses; it runs for three seconds.
void stop_early(Sample& sample, const std::string& name, std::vector<double> losses) {
  const RunKey run = sample.start(sample.suggest(name, 0.05));
  sample.observe(run, 0, std::move(losses));
  sample.record(Pruned{run, "medianstop"});
  sample.end(run, RunOutcome::stopped);
}

/// Three trials, the second the best, the third stopped early at 2 of 6 reports.
struct Stopping {
  Stopping() {
    for (const double loss : {0.5, 0.25}) {
      const RunKey run = sample.start(sample.suggest(loss == 0.5 ? "a" : "b", 0.01));
      sample.observe(run, 0, {6, 5, 4, 3, 2, loss});
      sample.end(run, RunOutcome::succeeded);
    }
    stop_early(sample, "c", {0.75, 0.75});
    sample.finish("exhausted");
    sample.close(0);
  }
  Sample sample;
};

/// The sample's experiment to maximise what it reports.
std::string maximising() {
  std::string text = test::sample_spec();
  return text.replace(text.find("minimize"), 8, "maximize");
}

std::vector<Loaded> load_all(const std::vector<const Sample*>& samples) {
  std::vector<Loaded> loaded;
  loaded.reserve(samples.size());
  for (const Sample* sample : samples) {
    loaded.push_back(load(sample->directory()));
  }
  return loaded;
}

TEST(Course, TellsWhatWasSpentWhenEachTrialEnded) {
  Sample sample;  // one second a record, from the third on
  const std::uint32_t a = sample.suggest("a", 0.01);
  const std::uint32_t b = sample.suggest("b", 0.02);
  const RunKey first = sample.start(a);   // queued at 4 s, started at 5 s
  const RunKey second = sample.start(b);  // started at 7 s
  sample.observe(first, 0, {0.5});
  sample.end(first, RunOutcome::succeeded);  // at 9 s
  sample.observe(second, 0, {0.4});
  sample.end(second, RunOutcome::succeeded);  // at 11 s
  sample.close(0);

  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(loaded.course, (std::vector<Milestone>{
                               {.trial = 1, .seconds = 5, .trial_seconds = (9 - 5) + (9 - 7)},
                               {.trial = 2, .seconds = 7, .trial_seconds = (9 - 5) + (11 - 7)}}));
}

TEST(SavingEstimate, IsWhatATrialWouldHaveTakenAtItsOwnPace) {
  const Stopping stopping;
  const Loaded loaded = load(stopping.sample.directory());

  const SavingEstimate saving(loaded.experiment);

  EXPECT_EQ(saving.seconds(loaded.experiment.trial(1)), 0);
  EXPECT_EQ(saving.seconds(loaded.experiment.trial(3)), (6 - 2) * 3.0 / 2);
}

TEST(SavingEstimate, GoesByRunTimesWhereTrialsReportOnce) {
  Sample sample;
  sample.succeed("a", 0.01, 0.5);  // two seconds
  const RunKey slow = sample.start(sample.suggest("b", 0.02));
  for (int i = 0; i < 9; ++i) {
    sample.observe(slow, 1, {0.5});
  }
  sample.observe(slow, 0, {0.5});
  sample.end(slow, RunOutcome::succeeded);  // eleven seconds: the upper median
  stop_early(sample, "c", {0.75});
  sample.close(0);
  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(SavingEstimate(loaded.experiment).seconds(loaded.experiment.trial(3)), 11 - 3);
}

TEST(SavingEstimate, IsNoneWhileNoTrialSucceeded) {
  Sample sample;
  stop_early(sample, "a", {0.75, 0.5});
  sample.close(0);
  const Loaded loaded = load(sample.directory());

  EXPECT_EQ(SavingEstimate(loaded.experiment).seconds(loaded.experiment.trial(1)), std::nullopt);
}

TEST(Compare, RefusesWhatHasNoMeasureInCommon) {
  Sample down;
  Sample up(Sample::Owner::this_process, maximising());
  down.close(0);
  up.close(0);
  const std::vector<Loaded> both = load_all({&down, &up});

  try {
    compare(both);
    FAIL() << "nothing was thrown";
  } catch (const std::invalid_argument& problem) {
    const std::string text = problem.what();
    EXPECT_NE(text.find("minimize loss by its min"), std::string::npos) << text;
    EXPECT_NE(text.find("maximize loss by its max"), std::string::npos) << text;
  }
}

TEST(Compare, RefusesSeveralObjectives) {
  std::string text = test::sample_spec();
  const auto from = text.find("  objective:");
  text.replace(from, text.find("  algorithm:") - from,
               "  objectives: [{type: minimize, objectiveMetricName: loss}, "
               "{type: maximize, objectiveMetricName: accuracy}]\n");
  Sample sample(Sample::Owner::this_process, text);
  sample.close(0);
  const std::vector<Loaded> one = load_all({&sample});

  EXPECT_THROW(compare(one), std::invalid_argument);
}

TEST(Compare, NamesEachByWhatTellsItFromTheOthers) {
  Sample one;
  Sample other;
  one.close(0);
  other.close(0);
  const std::vector<Loaded> both = load_all({&one, &other});

  const std::vector<Compared> compared = compare(both);

  EXPECT_EQ(compare(std::span(both).first(1))[0].label, "e");
  EXPECT_EQ(compared[0].label, one.directory().parent_path().filename() / "e");
  EXPECT_EQ(compared[1].label, other.directory().parent_path().filename() / "e");
}

TEST(ComparisonCsv, HasARowForEachTrialThatEnded) {
  const Stopping stopping;
  const std::vector<Loaded> loaded = load_all({&stopping.sample});

  // Each full trial runs 2 s and is live for 3 s, the stopped one for 3 s and 4 s.
  const auto hours = [](double seconds) { return shortest(seconds / 3600); };
  EXPECT_EQ(comparison_csv(compare(loaded)),
            "experiment,trials,trial,status,seconds,trialHours,savedTrialHours,objective,best\n"
            "e,1,e-a,Succeeded,3," +
                hours(2) +
                ",0,0.5,0.5\n"
                "e,2,e-b,Succeeded,6," +
                hours(4) +
                ",0,0.25,0.25\n"
                "e,3,e-c,EarlyStopped,10," +
                hours(7) + "," + hours(6) + ",0.75,0.25\n");
}

TEST(ComparisonJson, HasTheSummaryAndTheCourseOfEach) {
  const Stopping stopping;
  Sample empty;
  empty.flush();
  const std::vector<Loaded> loaded = load_all({&stopping.sample, &empty});

  const Json json = Json::parse(json_text(comparison_document(compare(loaded))));

  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["objective"], Json::parse(R"({"metric":"loss","type":"minimize"})"));
  const Json& one = json["experiments"][0];
  EXPECT_EQ(one["state"], "finished");
  EXPECT_EQ(one["trials"], 3);
  EXPECT_EQ(one["earlyStopped"], 1);
  EXPECT_EQ(one["best"]["trial"], "e-b");
  EXPECT_EQ(one["seconds"], 10);
  EXPECT_DOUBLE_EQ(one["trialHours"].get<double>(), 7.0 / 3600);
  EXPECT_DOUBLE_EQ(one["savedTrialHours"].get<double>(), 6.0 / 3600);
  EXPECT_EQ(one["course"][2]["best"], 0.25);
  EXPECT_EQ(one["course"].size(), 3U);
  const Json& other = json["experiments"][1];
  EXPECT_EQ(other["state"], "running");
  EXPECT_EQ(other["best"], nullptr);
  EXPECT_EQ(other["course"], Json::array());
}

TEST(ComparisonTable, TellsBestSoFarAgainstTrialsTimeAndRunTime) {
  const Stopping stopping;
  Sample shorter;
  shorter.succeed("a", 0.01, 0.125);
  shorter.finish("exhausted");
  shorter.close(0);
  const std::vector<Loaded> loaded = load_all({&stopping.sample, &shorter});

  const std::string text = comparison_table(compare(loaded), {.columns = 80, .colour = false});

  // After one trial, or three seconds: 0.5 and 0.125; the second has no more.
  for (const char* line :
       {"\n     1 ", "\n     2 ", "\n     3 ", "\n 5.0s ", "\n10.0s ", "\n 7.0s "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  EXPECT_NE(text.find("~6.0s"), std::string::npos) << text;
  EXPECT_NE(text.find("0.125*"), std::string::npos) << text;
  EXPECT_EQ(text.find("0.25*"), std::string::npos) << text;
  EXPECT_NE(text.find("estimate"), std::string::npos) << text;
}

TEST(ComparisonTable, FitsIntoThePageWhateverItCompares) {
  const Stopping stopping;
  const Sample* sample = &stopping.sample;
  const std::vector<Loaded> loaded = load_all({sample, sample, sample, sample, sample, sample});

  std::istringstream lines(comparison_table(compare(loaded), {.columns = 80, .colour = false}));

  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(width_of(line), 80U) << line;
  }
}

}  // namespace
}  // namespace diwan
