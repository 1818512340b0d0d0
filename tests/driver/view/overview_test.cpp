// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <gtest/gtest.h>

#include "tests/driver/view/watched.hpp"

namespace diwan::view::test {
namespace {

using diwan::test::Sample;

/// Two trials that succeeded, one that runs on n1 with GPU 0 and has given three values.
struct Begun {
  Begun() {
    sample.succeed("a", 0.01, 0.3);
    sample.succeed("b", 0.02, 0.2);
    const RunKey run = sample.start(sample.suggest("c", 0.03));
    sample.observe(run, 0, {0.9, 0.5, 0.1}, 1);
  }
  Sample sample;
};

TEST(Overview, SaysWhatRunsHowFarItIsAndWhatIsBest) {
  Begun begun;
  const Watched watched(begun.sample);

  EXPECT_EQ(watched.line(0).substr(0, 12), " e  RUNNING ");
  EXPECT_EQ(watched.line(1), " trials  2 of 4 ████████░░░░░░░░  1 running");
  EXPECT_EQ(watched.line(2), " best    #2 loss 0.2  lr=0.02 batch=32 layers=2 width=0.5");
}

TEST(Overview, ShowsTheBestSoFar) {
  Begun begun;
  const Watched watched(begun.sample);

  EXPECT_TRUE(watched.line(3).starts_with("─ best loss ─")) << watched.line(3);
  EXPECT_TRUE(watched.shows(" 0.3 │"));
  EXPECT_TRUE(watched.shows(" 0.2 │"));
  EXPECT_TRUE(watched.shows("trial 1"));
}

TEST(Overview, ShowsRunningTrialsWithCurveValueAndPlace) {
  Begun begun;
  const Watched watched(begun.sample);

  EXPECT_TRUE(watched.shows("─ 1 running "));
  EXPECT_TRUE(watched.shows("#3 ▇▄▁"));
  EXPECT_TRUE(watched.shows("0.1 n1:0"));
}

TEST(Overview, EstimatesHowLongARunningTrialStillTakes) {
  Sample sample;
  for (const char* name : {"a", "b", "c"}) {
    const RunKey run = sample.start(sample.suggest(name, 0.01));
    sample.observe(run, 0, {0.3, 0.2, 0.1, 0.1});
    sample.end(run, RunOutcome::succeeded);
  }
  sample.start(sample.suggest("d", 0.02));
  Watched watched(sample);

  EXPECT_TRUE(watched.shows("left"));
  EXPECT_TRUE(watched.shows("soon"));  // the others took seconds, and this one runs since January
}

TEST(Overview, ListsTheTrialsTheBestFirst) {
  Begun begun;
  const Watched watched(begun.sample);

  EXPECT_TRUE(watched.line(11).starts_with("─ 3 trials ─")) << watched.line(11);
  EXPECT_TRUE(watched.line(12).find("loss▾") != std::string::npos) << watched.line(12);
  EXPECT_EQ(watched.line(13).substr(0, 13), " 3  running  ");
  EXPECT_EQ(watched.line(14).substr(0, 13), " 2  succeeded");
  EXPECT_EQ(watched.line(15).substr(0, 13), " 1  succeeded");
}

TEST(Overview, MarksTheRowThatKeysActOn) {
  Begun begun;
  Watched watched(begun.sample);

  watched.press(Key::Kind::down);

  EXPECT_EQ(watched.canvas().at(13, 0).style, Style::plain);
  EXPECT_EQ(watched.canvas().at(14, 0).style, Style::selected);
  EXPECT_EQ(watched.canvas().at(14, 79).style, Style::selected);
}

TEST(Overview, IsWithinTheScreenWhateverItsSize) {
  Begun begun;
  Watched watched(begun.sample);
  for (std::size_t rows = 1; rows < 70; rows += 3) {
    for (std::size_t columns = 1; columns < 240; columns += 7) {
      watched.size = {rows, columns};
      for (const Page page : {Page::overview, Page::details, Page::help, Page::notices}) {
        watched.state.page = page;
        watched.state.selected = 2;

        const Canvas canvas = watched.canvas();

        EXPECT_EQ(canvas.size(), watched.size);
        EXPECT_FALSE(canvas.line(0).empty());
      }
    }
  }
}

TEST(Overview, SaysSoWhereTheTerminalIsTooSmall) {
  Begun begun;
  Watched watched(begun.sample);
  watched.size = {9, 80};

  EXPECT_EQ(watched.line(0), "too small: make it 40x10 or larger (q quits)");

  watched.size = {10, 40};
  EXPECT_EQ(watched.line(0).substr(0, 11), " e  RUNNING");
  EXPECT_EQ(watched.line(9).substr(0, 7), " q quit");
}

TEST(Overview, IsAsciiWhereItHasToBe) {
  Begun begun;
  Watched watched(begun.sample);
  watched.drawing = Drawing::ascii;

  for (const char byte : watched.text()) {
    EXPECT_LT(static_cast<unsigned char>(byte), 0x80);
  }
  EXPECT_TRUE(watched.shows("########........"));
  EXPECT_TRUE(watched.shows("- 1 running -"));
  EXPECT_TRUE(watched.shows("*"));
}

TEST(Overview, ShowsAnExperimentThatHasOnlyBegun) {
  Sample sample;
  const Watched watched(sample);

  EXPECT_TRUE(watched.shows("0 of 4"));
  EXPECT_TRUE(watched.shows("none yet"));
  EXPECT_TRUE(watched.shows("no result yet"));
  EXPECT_TRUE(watched.shows("nothing runs"));
  EXPECT_TRUE(watched.shows("no trial yet"));
}

TEST(Overview, SaysHowToGoOnWhereNobodyRunsIt) {
  Sample sample(Sample::Owner::dead_process);
  sample.start(sample.suggest("a", 0.01));
  const Watched watched(sample);

  EXPECT_EQ(watched.line(0).substr(0, 15), " e  INTERRUPTED");
  EXPECT_TRUE(watched.shows("1 interrupted"));
  EXPECT_FALSE(watched.shows("1 running"));
  EXPECT_TRUE(watched.shows("diwan resume "));
}

TEST(Overview, ShowsAFinishedExperiment) {
  Sample sample;
  sample.succeed("a", 0.01, 0.3);
  sample.finish("max_trials");
  sample.close(0);
  const Watched watched(sample);

  EXPECT_EQ(watched.line(0).substr(0, 12), " e  FINISHED");
  EXPECT_TRUE(watched.shows("#1 loss 0.3"));
}

TEST(Overview, TellsAPauseAndHowLongTheJobLasts) {
  using namespace std::chrono_literals;
  Sample sample;
  OwnerChanged owner = sample.experiment().owner();
  owner.job_end = std::chrono::time_point_cast<Time::duration>(Time::clock::now()) + 90min + 30s;
  sample.record(owner);
  StopAsked pause;
  pause.kind = StopAsked::Kind::pause;
  pause.by = "diwan watch";
  sample.record(pause);
  const Watched watched(sample);

  EXPECT_NE(watched.line(0).find("PAUSED"), std::string::npos);
  EXPECT_NE(watched.line(0).find("ends in 1h30m"), std::string::npos);
  EXPECT_TRUE(watched.shows("paused by diwan watch"));
  EXPECT_TRUE(watched.shows("p go on"));
}

TEST(Overview, FollowsWhatIsWritten) {
  Begun begun;
  Watched watched(begun.sample);

  begun.sample.succeed("d", 0.04, 0.05);
  watched.look();

  EXPECT_TRUE(watched.shows("3 of 4"));
  EXPECT_TRUE(watched.shows("#4 loss 0.05"));
}

TEST(Overview, ShowsHostileTextAsText) {
  const std::string evil =
      "\x1b]0;owned\a\x1b[2J<b>\"'\xe2\x80\xae\xc2\x9b"
      "31m" +
      std::string(100'000, 'x');
  Sample sample;
  const RunKey run{sample.suggest(evil, 0.01), 1};
  sample.record(Queued{run});
  Started started;
  started.run = run;
  started.at = sample.now();
  started.host = evil;
  started.gpus = {evil};
  sample.record(started);
  sample.observe(run, 0, {0.5});
  Ended ended;
  ended.run = run;
  ended.outcome = RunOutcome::failed;
  ended.reason = evil;
  sample.record(ended);
  Watched watched(sample);
  watched.log = {evil};

  for (const Page page : {Page::overview, Page::details, Page::notices}) {
    watched.state.page = page;
    watched.state.message = evil;
    watched.state.selected = 1;
    const Canvas canvas = watched.canvas();
    for (std::size_t row = 0; row < 24; ++row) {
      for (std::size_t column = 0; column < 80; ++column) {
        for (const char32_t code : canvas.at(row, column).text) {
          EXPECT_TRUE(code >= 0x20 && code != 0x7F && !(code >= 0x80 && code < 0xA0) &&
                      code != 0x202E);
        }
      }
    }
  }
}

}  // namespace
}  // namespace diwan::view::test
