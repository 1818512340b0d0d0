// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/collectors/tfevents/event_file.hpp"
#include "tests/driver/cli/program.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

using Json = nlohmann::json;
using test::run_diwan;

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Collect, PrintsObservationsAndSaysWhatItSkipped) {
  const auto result =
      run_diwan({"collect", "--metric", "loss", "--metric=acc", "-"},
                "epoch 1 loss=0.5 acc=0.7\n2026-01-01T00:00:00Z loss=nan\nloss=abc\n");

  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out,
            "{\"metric\":\"loss\",\"value\":0.5,\"step\":1,\"time\":null}\n"
            "{\"metric\":\"acc\",\"value\":0.7,\"step\":1,\"time\":null}\n"
            "{\"metric\":\"loss\",\"value\":\"nan\",\"step\":2,"
            "\"time\":\"2026-01-01T00:00:00.000000Z\"}\n");
  EXPECT_NE(result.err.find("loss=abc"), std::string::npos) << result.err;
}

TEST(Collect, ReadsJsonAsCsv) {
  const auto result =
      run_diwan({"collect", "--metric", "loss", "--format", "JSON", "-o", "csv", "-"},
                "{\"step\":7,\"loss\":0.25}\n");

  EXPECT_EQ(result.out, "metric,value,step,time\nloss,0.25,7,\n");
}

TEST(Collect, ReadsEveryFileOfADirectoryInOrderOfName) {
  const test::ScratchDirectory scratch;
  std::ofstream(scratch.path() / "b.log") << "loss=2\n";
  std::ofstream(scratch.path() / "a.log") << "loss=1";

  const auto result =
      run_diwan({"collect", "--metric", "loss", scratch.path().string(), "-o", "csv"});

  EXPECT_EQ(result.out, "metric,value,step,time\nloss,1,1,\nloss,2,2,\n");
}

TEST(Collect, LinksOfADirectoryThatLeadNowhereHoldNobody) {
  const test::ScratchDirectory scratch;
  std::ofstream(scratch.path() / "a.log") << "loss=1\n";
  std::filesystem::create_symlink("b.log", scratch.path() / "b.log");
  std::filesystem::create_symlink("nowhere", scratch.path() / "c.log");

  const auto result =
      run_diwan({"collect", "--metric", "loss", scratch.path().string(), "-o", "csv"});

  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.out, "metric,value,step,time\nloss,1,1,\n");
}

TEST(Collect, NamesAFilterForAMetricThatTheDefaultOneDoesNotRead) {
  const auto without = run_diwan({"collect", "--metric", "val/loss", "-"}, "val/loss=0.5\n");
  const auto with = run_diwan(
      {"collect", "--metric", "val/loss", "--filter", R"((val/loss)\s*=\s*([-+.\w]+))", "-"},
      "val/loss=0.5\n");

  EXPECT_EQ(without.out, "");
  EXPECT_NE(without.err.find(R"(--filter '(val/loss)\s*=\s*([-+.\w]+)')"), std::string::npos)
      << without.err;
  EXPECT_EQ(Json::parse(with.out)["value"], 0.5);
  EXPECT_EQ(with.err, "");
}

TEST(Collect, TakesFiltersAsTheyAre) {
  const auto result = run_diwan(
      {"collect", "--metric", "loss", "--filter", "(\\w+): ([0-9.]+)", "-"}, "loss: 0.5\n");

  EXPECT_EQ(Json::parse(result.out)["value"], 0.5);
}

TEST(Collect, ReadsWhatAProgramShowsToPrometheus) {
  const test::ProgramInput answer{
      .in = "# TYPE loss gauge\nloss{a=\"b\"} 0.5 1500\n", .directory = {}, .env = {}};

  const auto result = run_diwan(
      {"collect", "--kind", "PrometheusMetric", "--metric", "loss{a=\"b\"}", "-o", "csv", "-"},
      answer);

  EXPECT_EQ(result.out,
            "metric,value,step,time\n\"loss{a=\"\"b\"\"}\",0.5,1,1970-01-01T00:00:01.500000Z\n");
}

TEST(Collect, ReadsEventFilesOfADirectory) {
  namespace file = test::event_file;
  const test::ScratchDirectory scratch;
  const auto train = scratch.path() / "train";
  std::filesystem::create_directory(train);
  std::ofstream(train / "a.tfevents", std::ios::binary)
      << file::event(1.5, 7, file::simple("loss", 0.5F)) << "torn";
  std::ofstream(scratch.path() / "b.tfevents", std::ios::binary)
      << file::event(2, 8, file::simple("loss", 0.25F));
  std::ofstream(scratch.path() / "c.log") << "loss=3\n";

  const auto all = run_diwan({"collect", "--kind", "TensorFlowEvent", "--metric", "loss", "-o",
                              "csv", scratch.path().string()});
  const auto some = run_diwan({"collect", "--kind", "TensorFlowEvent", "--metric", "train/loss",
                               (train / "a.tfevents").string()});

  EXPECT_EQ(all.out,
            "metric,value,step,time\nloss,0.25,8,1970-01-01T00:00:02.000000Z\n"
            "loss,0.5,7,1970-01-01T00:00:01.500000Z\n");
  EXPECT_NE(all.err.find("1 record(s) or value(s) gave no observation"), std::string::npos)
      << all.err;
  EXPECT_EQ(Json::parse(some.out)["metric"], "train/loss");
}

TEST(Collect, RefusesWhatDoesNotGoWithEventFiles) {
  const test::ScratchDirectory scratch;
  const std::string path = scratch.path().string();
  const std::vector<std::string> events = {"collect", "--kind", "TensorFlowEvent", "--metric", "l"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), events.begin(), events.end());
    return run_diwan(more);
  };

  EXPECT_NE(with({path}).err.find("holds no event file"), std::string::npos);
  EXPECT_EQ(with({path}).status, 2);
  EXPECT_EQ(with({"--format", "JSON", "-"}).status, 2);
  EXPECT_EQ(with({"--filter", "(a)=(b)", "-"}).status, 2);
}

TEST(Collect, RefusesBadInput) {
  EXPECT_EQ(run_diwan({"collect", "-"}).status, 2);
  EXPECT_EQ(run_diwan({"collect", "--metric", "", "-"}).status, 2);
  EXPECT_EQ(run_diwan({"collect", "--metric", "loss", "/nowhere"}).status, 2);
  EXPECT_EQ(run_diwan({"collect", "--metric", "loss", "--kind", "Stdout", "-"}).status, 2);
  EXPECT_EQ(run_diwan({"collect", "--metric", "loss", "--filter", "(", "-"}).status, 2);
  EXPECT_EQ(
      run_diwan({"collect", "--metric", "loss", "--format", "JSON", "--filter", "(a)(b)", "-"})
          .status,
      2);
}

TEST(ReportMetric, AppendsOneLine) {
  const test::ScratchDirectory scratch;
  const auto file = scratch.path() / "metrics";
  const test::ProgramInput inside{
      .in = "", .directory = {}, .env = {{"DIWAN_METRICS", file.string()}}};

  EXPECT_EQ(run_diwan({"report-metric", "loss=0.5", "acc=+1e-3", "--step", "3"}, inside).status, 0);
  EXPECT_EQ(run_diwan({"report-metric", "loss=-inf", "acc=1e-999"}, inside).status, 0);

  EXPECT_EQ(contents(file),
            "{\"step\":3,\"loss\":0.5,\"acc\":0.001}\n{\"loss\":\"-inf\",\"acc\":0}\n");
}

TEST(ReportMetric, RefusesWhatIsNoMetricAndWritesNothing) {
  const test::ScratchDirectory scratch;
  const auto file = scratch.path() / "metrics";
  const test::ProgramInput inside{
      .in = "", .directory = {}, .env = {{"DIWAN_METRICS", file.string()}}};

  for (const char* given :
       {"loss", "=1", "loss=", "loss=abc", "loss=1x", "step=1", "timestamp=1"}) {
    const auto result = run_diwan({"report-metric", given}, inside);
    EXPECT_EQ(result.status, 2) << given;
    EXPECT_NE(result.err.find(std::string("report-metric: ") + given + ": "), std::string::npos)
        << result.err;
  }
  EXPECT_EQ(run_diwan({"report-metric", "loss=1", "loss=2"}, inside).status, 2);
  EXPECT_EQ(run_diwan({"report-metric", "loss=1", "--step", "1.5"}, inside).status, 2);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(ReportMetric, OutsideATrialSaysSo) {
  const auto result = run_diwan({"report-metric", "loss=1"});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("DIWAN_METRICS is not set"), std::string::npos) << result.err;
}

TEST(Algorithms, AreListedWithTheirSettings) {
  const auto all = run_diwan({"algorithms", "-o", "json"});
  const auto one = run_diwan({"algorithms", "tpe"});

  bool tpe = false;
  const Json json = Json::parse(all.out);
  for (const Json& algorithm : json["algorithms"]) {
    tpe = tpe || (algorithm["name"] == "tpe" && !algorithm["settings"].empty());
  }
  EXPECT_TRUE(tpe) << all.out;
  EXPECT_NE(one.out.find("SETTING"), std::string::npos) << one.out;
}

TEST(Algorithms, AreOneLineEachOnATerminal) {
  const auto all =
      run_diwan({"algorithms"}, {.in = {}, .directory = {}, .env = {{"COLUMNS", "80"}}});

  EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 16) << all.out;
  EXPECT_EQ(all.out.find("…"), std::string::npos) << "a line is cut:\n" << all.out;
  EXPECT_NE(all.out.find("anything; what is taken when none is named"), std::string::npos);
}

TEST(Algorithms, SayWhenToTakeThemAndWhatTheyCan) {
  const auto cmaes =
      run_diwan({"algorithms", "cmaes"}, {.in = {}, .directory = {}, .env = {{"COLUMNS", "80"}}})
          .out;
  const auto bohb = run_diwan({"algorithms", "bohb"}).out;

  EXPECT_NE(cmaes.find("Take it for hundreds of trials"), std::string::npos) << cmaes;
  EXPECT_NE(cmaes.find("conditional parameters (when)  no"), std::string::npos) << cmaes;
  EXPECT_NE(cmaes.find("constraints                    yes"), std::string::npos) << cmaes;
  EXPECT_NE(cmaes.find("several objectives             no"), std::string::npos) << cmaes;
  EXPECT_NE(cmaes.find("medianstop beside it"), std::string::npos) << cmaes;
  EXPECT_EQ(cmaes.find("…"), std::string::npos) << "a line is cut:\n" << cmaes;
  EXPECT_NE(bohb.find("its own rungs"), std::string::npos) << bohb;
}

/// The figures of the program are those of the table in the documentation.
TEST(Algorithms, HaveTheScoresThatAreDocumented) {
  std::ifstream file(DIWAN_ALGORITHMS_DOCUMENT);
  std::string line;
  while (std::getline(file, line) && line != "## Beside their peers") {
  }
  std::map<std::string, std::array<double, 3>> documented;
  for (std::string name; std::getline(file, line) && !line.starts_with("The score with");) {
    std::array<double, 3> scores{};
    char bar = 0;
    std::istringstream cells(line);
    if (cells >> bar >> name >> bar >> scores[0] >> bar >> scores[1] >> bar >> scores[2]) {
      documented[name] = scores;
    }
  }

  std::size_t compared = 0;
  const Json json = Json::parse(run_diwan({"algorithms", "-o", "json"}).out);
  for (const Json& algorithm : json["algorithms"]) {
    if (const Json& scores = algorithm["scores"]; !scores.is_null()) {
      ++compared;
      EXPECT_EQ((std::array<double, 3>{scores["30"], scores["60"], scores["100"]}),
                documented[algorithm["name"]])
          << algorithm["name"];
    }
  }
  EXPECT_EQ(compared, 6U);
}

TEST(Algorithms, UnknownNameTellsTheNearest) {
  const auto result = run_diwan({"algorithms", "randon"});

  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("did you mean random?"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace diwan
