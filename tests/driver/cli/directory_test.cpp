// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "driver/shell/naming.hpp"
#include "driver/store/store.hpp"
#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::run_diwan;
using test::Sample;

/// Two trials that succeeded, one that failed; stopped.
struct Stopped {
  Stopped() {
    sample.succeed("k1aa", 0.01, 0.3);
    sample.succeed("k2bb", 0.02, 0.2);
    sample.end(sample.start(sample.suggest("k3bb", 0.03)), RunOutcome::failed, 3, "exit status 3");
    sample.close(5, "stopped by diwan stop");
  }
  std::string dir() const { return sample.directory().string(); }
  Sample sample;
};

TEST(Directory, IsFoundByItsExperimentFileInTheCurrentDirectory) {
  const Stopped stopped;
  const auto here = stopped.sample.directory().parent_path();

  const auto result =
      run_diwan({"trials", "e.yaml", "-o", "json"}, {.in = "", .directory = here, .env = {}});

  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Json::parse(result.out)["trials"].size(), 3U);
}

TEST(Directory, IsFoundInTheFolderThatHasItAlone) {
  const Stopped stopped;
  const auto folder = stopped.sample.directory().parent_path();
  std::filesystem::create_directory(folder / "empty.diwan");

  for (const std::string& dir : {std::string("."), folder.string()}) {
    const auto result =
        run_diwan({"trials", dir, "-o", "json"}, {.in = "", .directory = folder, .env = {}});

    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(Json::parse(result.out)["trials"].size(), 3U);
  }
}

TEST(Directory, OfAFolderThatHasSeveralIsAskedFor) {
  const Stopped stopped;
  const auto folder = stopped.sample.directory().parent_path();
  std::filesystem::copy(folder / "e.diwan", folder / "b.diwan",
                        std::filesystem::copy_options::recursive);

  const auto result = run_diwan({"stop", "."}, {.in = "", .directory = folder, .env = {}});

  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err, "diwan: . holds 2 experiments; give one of them: b.diwan, e.diwan\n");
}

TEST(Directory, OfAFileThatWasRunElsewhereIsMissed) {
  const Stopped stopped;
  const test::ScratchDirectory elsewhere;

  const auto result = run_diwan({"trials", stopped.sample.file().string()},
                                {.in = "", .directory = elsewhere.path(), .env = {}});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("e.diwan is not here"), std::string::npos) << result.err;
}

TEST(Directory, DamagedInItsMiddleIsAnErrorThatNamesTheFile) {
  Sample sample(Sample::Owner::dead_process);
  sample.succeed("a", 0.01, 0.3);
  sample.abandon();
  for (const auto& entry : std::filesystem::directory_iterator(sample.directory())) {
    if (entry.path().filename().string().starts_with("journal.")) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(entry.path()) / 3));
      file << "####";
    }
  }

  const auto result = run_diwan({"status", sample.directory().string()});

  EXPECT_EQ(result.status, 2) << result.out;
  EXPECT_NE(result.err.find("journal."), std::string::npos) << result.err;
}

TEST(TrialReference, MayBeNumberNameSuffixBestOrLast) {
  const Stopped stopped;
  const auto trial = [&](const std::string& reference) {
    const auto result = run_diwan({"metrics", stopped.dir(), reference, "-o", "json"});
    return result.status == 0 ? Json::parse(result.out)["trial"].get<std::string>() : result.err;
  };

  EXPECT_EQ(trial("1"), "e-k1aa");
  EXPECT_EQ(trial("e-k2bb"), "e-k2bb");
  EXPECT_EQ(trial("k1aa"), "e-k1aa");
  EXPECT_EQ(trial("2bb"), "e-k2bb");
  EXPECT_EQ(trial("best"), "e-k2bb");
  EXPECT_EQ(trial("last"), "e-k3bb");
}

TEST(TrialReference, ThatIsUnknownOrAmbiguousIsRefused) {
  const Stopped stopped;
  const auto complaint = [&](const std::string& reference) {
    const auto result = run_diwan({"metrics", stopped.dir(), reference});
    EXPECT_EQ(result.status, 2) << reference;
    return result.err;
  };

  EXPECT_NE(complaint("4").find("numbered 1 to 3"), std::string::npos);
  EXPECT_NE(complaint("0").find("no trial 0"), std::string::npos);
  EXPECT_NE(complaint("99999999999999999999").find("no trial"), std::string::npos);
  EXPECT_NE(complaint("bb").find("the end of 2 trials' names"), std::string::npos);
  EXPECT_NE(complaint("zz").find("there is no trial 'zz'"), std::string::npos);
  EXPECT_NE(complaint("").find("TRIAL is empty"), std::string::npos);
}

TEST(Status, GivesTheExitStatusAndPrintsNothing) {
  const Stopped stopped;
  Sample alive;
  alive.flush();
  Sample dead(Sample::Owner::dead_process);
  dead.abandon();

  const auto of = [](const Sample& sample) {
    const auto result = run_diwan({"status", sample.directory().string(), "--exit-status"});
    EXPECT_EQ(result.out + result.err, "");
    return result.status;
  };

  EXPECT_EQ(of(stopped.sample), 5);
  EXPECT_EQ(of(alive), 6);
  EXPECT_EQ(of(dead), 75);
}

TEST(Status, PrintsJsonYamlAndATable) {
  const Stopped stopped;

  const auto json = run_diwan({"status", stopped.dir(), "-o", "json"});
  const auto yaml = run_diwan({"status", stopped.dir(), "-o", "yaml"});
  const auto table = run_diwan({"status", stopped.dir()});

  EXPECT_EQ(Json::parse(json.out)["status"]["trialsSucceeded"], 2);
  EXPECT_NE(yaml.out.find("\n  trialsSucceeded: 2\n"), std::string::npos) << yaml.out;
  EXPECT_NE(table.out.find("2 succeeded, 1 failed"), std::string::npos) << table.out;
}

TEST(Best, GivesRowsArgumentsCommandAndVariables) {
  const Stopped stopped;
  const auto best = [&](const std::string& format) {
    const auto result = run_diwan({"best", stopped.dir(), "-o", format});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  };

  const Json json = Json::parse(best("json"));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["experiment"], "e");
  EXPECT_EQ(json["pareto"], false);
  ASSERT_EQ(json["best"].size(), 1U);
  EXPECT_EQ(json["best"][0]["trial"], "e-k2bb");
  EXPECT_EQ(best("args"), "--lr=0.02 --batch=32 '--shape=2 x 0.5'\n");
  EXPECT_EQ(best("command"), "DIWAN_SEED=" + std::to_string(trial_seed(7, 2)) +
                                 " /bin/echo --lr=0.02 fixed --batch=32 '--shape=2 x 0.5'\n");
  EXPECT_EQ(best("env"),
            "DIWAN_PARAM_LR='0.02'\nDIWAN_PARAM_BATCH='32'\nDIWAN_PARAM_LAYERS='2'\n"
            "DIWAN_PARAM_WIDTH='0.5'\n");
  EXPECT_NE(best("table").find("k2bb"), std::string::npos);
  EXPECT_NE(best("yaml").find("trial: e-k2bb"), std::string::npos);
}

TEST(Best, TellsWhatWasSoughtAndHowItWasFound) {
  const Stopped stopped;

  const Json json = Json::parse(run_diwan({"best", stopped.dir(), "-o", "json"}).out);

  EXPECT_EQ(json["objective"], Json::parse(R"({"metric":"loss","type":"minimize"})"));
  EXPECT_FALSE(json.contains("objectives"));
  const Json& found = json["found"];
  EXPECT_EQ(found["algorithm"], "random");
  EXPECT_EQ(found["settings"], Json::object());
  EXPECT_EQ(found["seed"], 7);
  EXPECT_EQ(found["trials"], 3);
  EXPECT_EQ(found["state"], "stopped");
  EXPECT_TRUE(found["seconds"].is_number());
  EXPECT_TRUE(found["diwan"].is_string());
  EXPECT_EQ(found["file"], stopped.sample.file().string());
  EXPECT_EQ(found["directory"], stopped.dir());
}

TEST(Export, WritesWhatItIsAskedForAndSaysHowMuch) {
  const Stopped stopped;
  const test::ScratchDirectory scratch;
  const std::string file = (scratch.path() / "trials.csv").string();

  const auto result = run_diwan({"export", stopped.dir(), "--format", "csv", "-o", file});

  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "diwan: export: 3 trials are in " + file + "\n");
  std::ifstream written(file);
  const std::string text{std::istreambuf_iterator<char>(written), {}};
  EXPECT_EQ(text, run_diwan({"trials", stopped.dir(), "-o", "csv"}).out);
}

TEST(Export, NamesWhatIsMissingOrInTheWay) {
  const Stopped stopped;
  const std::string dir = stopped.dir();
  const auto says = [&](const std::vector<std::string>& arguments, const std::string& text) {
    const auto result = run_diwan(arguments);
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };

  says({"export", dir, "-o", "x"}, "--format is missing");
  says({"export", dir, "--format", "csv", "-o", "-"}, "an export is written to a path");
  says({"report", dir, "-o", "json"}, "a report is a page of HTML");
  says({"export", dir, "--format", "csv"}, "-o is missing");
  says({"export", dir, "--format", "mlflow", "-o", dir},
       dir + " is there and is no export of this experiment in this format");
  says({"export", dir, "--format", "jsonl", "-o", dir + "/none/x"},
       "No such file or directory; give a path");
}

TEST(Best, GivesAsManyAsAskedFor) {
  const Stopped stopped;

  const auto result = run_diwan({"best", stopped.dir(), "-k", "9", "-o", "json"});

  EXPECT_EQ(Json::parse(result.out)["best"].size(), 2U);
}

TEST(Best, ReturnsThreeWithAnEmptyListWhenThereIsNone) {
  Sample sample;
  sample.suggest("waits", 0.01);
  sample.flush();

  const auto result = run_diwan({"best", sample.directory().string(), "-o", "json"});

  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(Json::parse(result.out)["best"], Json::array());
}

TEST(Trials, RefuseAnUnknownOrderNamingTheKnown) {
  const Stopped stopped;

  const auto result = run_diwan({"trials", stopped.dir(), "--sort", "speed"});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("objective, start, loss, accuracy, lr"), std::string::npos)
      << result.err;
}

TEST(Trials, TableHonoursColumns) {
  const Stopped stopped;

  const auto result =
      run_diwan({"trials", stopped.dir()}, {.in = "", .directory = {}, .env = {{"COLUMNS", "50"}}});

  EXPECT_NE(result.out.find("…"), std::string::npos) << result.out;
}

TEST(Journal, IsOneJsonObjectARecordWithTheContractsFields) {
  const Stopped stopped;

  const auto result = run_diwan({"journal", stopped.dir()});

  std::istringstream lines(result.out);
  std::vector<Json> all;
  for (std::string line; std::getline(lines, line);) {
    all.push_back(Json::parse(line));
    EXPECT_EQ(all.back()["number"], all.size());
  }
  ASSERT_EQ(all.size(), stopped.sample.experiment().last_record());
  EXPECT_EQ(all[0]["event"], "owner");
  EXPECT_EQ(all[1]["event"], "budget");
  EXPECT_EQ(all[2]["event"], "suggested");
  EXPECT_EQ(all[2]["trial"], "e-k1aa");
  EXPECT_EQ(all[2]["assignments"],
            Json::parse(R"({"lr":0.01,"batch":"32","layers":2,"width":0.5})"));
  EXPECT_EQ(all[5]["event"], "observed");
  EXPECT_EQ(all[5]["metric"], "loss");
  EXPECT_EQ(all[5]["values"], Json::parse("[0.3]"));
  EXPECT_EQ(all.back()["event"], "ended");
  EXPECT_EQ(all.back()["attempt"], 1);
  EXPECT_EQ(all.back()["outcome"], "failed");
  EXPECT_EQ(all.back()["exitCode"], 3);
  EXPECT_EQ(all.back()["signal"], nullptr);
  EXPECT_EQ(all.back()["reason"], "exit status 3");
}

TEST(Logs, PrintsBothStreamsOfTheLastAttempt) {
  const Stopped stopped;
  const auto attempt = stopped.sample.directory() / "trials" / "e-k1aa" / "attempt-1";
  std::filesystem::create_directories(attempt);
  std::ofstream(attempt / "stdout.log") << "loss=0.3\n";
  std::ofstream(attempt / "stderr.log") << "a warning\n";
  const std::string both = "loss=0.3\n==> stderr.log <==\na warning\n";

  EXPECT_EQ(run_diwan({"logs", stopped.dir(), "1"}).out, both);
  EXPECT_EQ(run_diwan({"logs", stopped.dir(), "1", "-f"}).out, both);
  EXPECT_EQ(run_diwan({"logs", stopped.dir(), "2"}).status, 2);
  EXPECT_EQ(run_diwan({"logs", stopped.dir(), "1", "--attempt", "2"}).status, 2);
}

TEST(Steering, AsksALiveOwnerByAFile) {
  Sample sample;
  sample.suggest("waits", 0.01);
  sample.flush();
  const std::string dir = sample.directory().string();

  EXPECT_EQ(run_diwan({"stop", dir, "--now"}).status, 0);
  EXPECT_EQ(run_diwan({"pause", dir}).status, 0);
  EXPECT_EQ(run_diwan({"extend", dir, "--max-trials", "+6"}).status, 0);
  EXPECT_EQ(run_diwan({"cancel", dir, "last"}).status, 0);

  std::vector<std::string> requests;
  for (const auto& entry : std::filesystem::directory_iterator(sample.directory() / "control")) {
    std::ifstream file(entry.path());
    Json json = Json::parse(file);
    json.erase("time");
    requests.push_back(json.dump());
  }
  std::sort(requests.begin(), requests.end());
  EXPECT_EQ(requests, (std::vector<std::string>{
                          R"({"by":"diwan cancel","kind":"cancel","now":false,"trial":1})",
                          R"({"by":"diwan extend","kind":"extend","maxTrials":10})",
                          R"({"by":"diwan pause","kind":"pause"})",
                          R"({"by":"diwan stop","kind":"stop","now":true})"}));
}

TEST(Steering, IsWrittenDownWhenNoOwnerIsAlive) {
  Sample sample(Sample::Owner::dead_process);
  sample.suggest("waits", 0.01);
  sample.abandon();
  const std::string dir = sample.directory().string();

  const auto cancelled = run_diwan({"cancel", dir, "1"});
  const auto trials = run_diwan({"trials", dir, "-o", "json"});
  const auto again = run_diwan({"cancel", dir, "1"});
  const auto stopped = run_diwan({"stop", dir});

  EXPECT_EQ(cancelled.status, 0) << cancelled.err;
  EXPECT_EQ(Json::parse(trials.out)["trials"][0]["status"], "Killed");
  EXPECT_EQ(again.status, 2);
  EXPECT_EQ(stopped.status, 0) << stopped.err;
  EXPECT_EQ(run_diwan({"status", dir, "--exit-status"}).status, 5);
}

TEST(Steering, ExtendsAFinishedExperimentSoThatItIsRequeued) {
  Sample sample;
  for (const char* name : {"a", "b", "c", "d"}) {
    sample.succeed(name, 0.01, 0.3);
  }
  sample.finish("max_trials");
  sample.close(0);
  const std::string dir = sample.directory().string();

  const auto stop = run_diwan({"stop", dir});
  const auto extend = run_diwan({"extend", dir, "--max-trials", "6"});
  const auto status = run_diwan({"status", dir, "-o", "json"});

  EXPECT_EQ(stop.status, 2);
  EXPECT_EQ(extend.status, 0) << extend.err;
  EXPECT_TRUE(extend.err.starts_with("diwan: extend: 6 trials in all (4 before, 4 done): no "))
      << extend.err;
  EXPECT_NE(extend.err.find("`diwan resume`"), std::string::npos) << extend.err;
  EXPECT_EQ(Json::parse(status.out)["spec"]["maxTrialCount"], 6);
  EXPECT_EQ(run_diwan({"status", dir, "--exit-status"}).status, 75);
}

TEST(Steering, RefusesABudgetThatIsNone) {
  const Stopped stopped;

  for (const char* number : {"0", "x", "-3", "+"}) {
    EXPECT_EQ(run_diwan({"extend", stopped.dir(), "--max-trials=" + std::string(number)}).status, 2)
        << number;
  }
  EXPECT_EQ(run_diwan({"extend", stopped.dir()}).status, 2);
}

TEST(Compare, ShowsWhatCanBeReadAndSaysWhatCannot) {
  const Stopped stopped;
  Sample empty;
  empty.flush();

  const auto result =
      run_diwan({"compare", stopped.dir(), "/nowhere.diwan", empty.directory().string()});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("/nowhere.diwan: no such directory"), std::string::npos) << result.err;
  EXPECT_NE(result.out.find("is not finished: stopped"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("is not finished: running"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("0.2"), std::string::npos) << result.out;
}

TEST(Compare, RefusesExperimentsOfDifferentObjectives) {
  const Stopped stopped;
  std::string text = test::sample_spec();
  text.replace(text.find("minimize"), 8, "maximize");
  Sample other(Sample::Owner::this_process, text);
  other.close(0);

  const auto result = run_diwan({"compare", stopped.dir(), other.directory().string()});

  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("no measure in common"), std::string::npos) << result.err;
}

/// A value of a document that YAML and JSON print alike.
void expect_yaml_line(const std::string& yaml, const std::string& line) {
  EXPECT_NE(("\n" + yaml).find("\n" + line + "\n"), std::string::npos) << yaml;
}

TEST(Formats, YamlIsTheDocumentOfJson) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("k1aa", 0.01));
  sample.observe(run, 0, {0.5});
  sample.end(run, RunOutcome::succeeded);
  sample.close(5, "stopped");
  const auto yaml = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, sample.directory().string());
    arguments.insert(arguments.end(), {"-o", "yaml"});
    const auto result = run_diwan(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  };

  expect_yaml_line(yaml({"trials"}), "- trial: e-k1aa");
  expect_yaml_line(yaml({"metrics", "1"}), "- metric: loss\n  step: 1\n  value: 0.5");
  expect_yaml_line(yaml({"metrics", "1"}), "version: 1\ntrial: e-k1aa\nobservations:");
  expect_yaml_line(yaml({"compare"}), "savedTrialHoursAre: estimated");
}

TEST(Formats, CsvOfStatusIsOneRow) {
  const Stopped stopped;

  const auto result = run_diwan({"status", stopped.dir(), "-o", "csv"});

  EXPECT_EQ(result.out.substr(0, result.out.find('\n')),
            "experiment,state,completion,maxTrials,trials,pending,running,succeeded,failed,"
            "earlyStopped,metricsUnavailable,killed,seconds,best,objective");
  EXPECT_NE(result.out.find("\ne,stopped,,4,3,0,0,2,1,0,0,0,"), std::string::npos) << result.out;
  EXPECT_TRUE(result.out.ends_with(",e-k2bb,0.2\n")) << result.out;
}

TEST(Formats, CsvOfBestIsThatOfTrials) {
  const Stopped stopped;
  const auto trials = run_diwan({"trials", stopped.dir(), "-o", "csv", "--sort", "objective"});

  const auto best = run_diwan({"best", stopped.dir(), "-k", "9", "-o", "csv"});

  EXPECT_EQ(best.status, 0) << best.err;
  EXPECT_TRUE(trials.out.starts_with(best.out)) << best.out;
  EXPECT_EQ(std::count(best.out.begin(), best.out.end(), '\n'), 3);
}

TEST(Formats, ToolsHaveThemToo) {
  EXPECT_TRUE(run_diwan({"algorithms", "-o", "csv"}).out.starts_with("name,summary,when,"));
  EXPECT_TRUE(run_diwan({"algorithms", "tpe", "-o", "yaml"}).out.starts_with("version: 1\n"));
  EXPECT_TRUE(run_diwan({"doctor", "-o", "csv"}).out.starts_with("topic,grade,text,mend\n"));
}

TEST(Compare, PrintsCsvAndJson) {
  const Stopped stopped;

  const auto csv = run_diwan({"compare", stopped.dir(), "-o", "csv"});
  const auto json = run_diwan({"compare", stopped.dir(), "-o", "json"});

  EXPECT_EQ(csv.status, 0) << csv.err;
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 4) << csv.out;
  EXPECT_EQ(Json::parse(json.out)["experiments"][0]["trials"], 3);
}

TEST(Importance, TellsOfFewTrialsAndOfAnObjectiveThatIsNone) {
  const Stopped stopped;

  const auto table = run_diwan({"importance", stopped.dir()});
  const auto json = run_diwan({"importance", stopped.dir(), "-o", "json", "--objective", "loss"});
  const auto yaml = run_diwan({"importance", stopped.dir(), "-o", "yaml"});
  const auto other = run_diwan({"importance", stopped.dir(), "--objective", "accuracy"});

  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_NE(table.out.find("note: only 2 results"), std::string::npos) << table.out;
  EXPECT_EQ(Json::parse(json.out)["parameters"].size(), 4U) << json.err;
  EXPECT_NE(yaml.out.find("objective:\n  metric: loss\n"), std::string::npos) << yaml.out;
  EXPECT_EQ(other.status, 2);
  EXPECT_NE(other.err.find("--objective accuracy is no objective of this experiment; it has loss"),
            std::string::npos)
      << other.err;
}

TEST(Importance, OfNoUsableTrialSaysSo) {
  Sample sample;
  sample.close(3);

  const auto result = run_diwan({"importance", sample.directory().string()});

  EXPECT_EQ(result.status, 3);
  EXPECT_NE(result.out.find("fewer than two results"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace diwan
