// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <gtest/gtest.h>

#include "tests/driver/view/watched.hpp"

namespace diwan::view::test {
namespace {

using diwan::test::Sample;
using Kind = Key::Kind;

class Keys : public ::testing::Test {
 protected:
  static Sample& begun(Sample& sample) {
    for (int i = 1; i <= 30; ++i) {
      sample.succeed("t" + std::to_string(i), 0.001 * i, 0.1 * i);
    }
    sample.start(sample.suggest("runs", 0.05));
    return sample;
  }

  Sample sample_;
  Watched watched_{begun(sample_)};
  std::optional<std::uint32_t> selected() {
    return selected_trial(watched_.scene(), watched_.state);
  }
};

TEST_F(Keys, QuitOnQ) {
  watched_.press(U"q");

  EXPECT_TRUE(watched_.quit);
  EXPECT_FALSE(watched_.request);
}

TEST_F(Keys, MoveTheSelection) {
  EXPECT_EQ(selected(), 1U);
  watched_.press(Kind::down);
  EXPECT_EQ(selected(), 2U);
  watched_.press(Kind::up);
  watched_.press(Kind::up);
  EXPECT_EQ(selected(), 1U);
  watched_.press(Kind::page_down);
  EXPECT_EQ(selected(), 10U);
  watched_.press(Kind::end);
  EXPECT_EQ(selected(), 31U);
  watched_.press(Kind::down);
  EXPECT_EQ(selected(), 31U);
  watched_.press(Kind::page_up);
  EXPECT_EQ(selected(), 22U);
  watched_.press(Kind::home);
  EXPECT_EQ(selected(), 1U);
  watched_.press(U"jjk");
  EXPECT_EQ(selected(), 2U);
}

TEST_F(Keys, KeepTheSelectionOnItsTrialAndTheTopOnTheTop) {
  watched_.press(Kind::down);
  sample_.succeed("better", 0.09, 0.01);
  watched_.look();
  EXPECT_EQ(selected(), 2U);

  watched_.press(Kind::home);
  EXPECT_EQ(selected(), 32U);
  sample_.succeed("best", 0.09, 0.001);
  watched_.look();
  EXPECT_EQ(selected(), 33U);
}

TEST_F(Keys, ShowTheRowsAroundTheSelection) {
  watched_.press(Kind::end);

  EXPECT_TRUE(watched_.shows("23-31"));
  EXPECT_TRUE(watched_.line(21).starts_with(" 31  running")) << watched_.line(21);
}

TEST_F(Keys, SortByOneColumnAfterAnother) {
  EXPECT_TRUE(watched_.shows("loss▾"));
  watched_.press(U"s");
  EXPECT_TRUE(watched_.shows("time▾"));
  watched_.press(U"r");
  EXPECT_TRUE(watched_.shows("time▴"));
  watched_.press(U"ss");
  EXPECT_TRUE(watched_.shows("lr▴"));
  watched_.press(U"sssss");
  EXPECT_TRUE(watched_.shows(" #▴"));
  EXPECT_EQ(selected(), 1U);
}

TEST_F(Keys, TypeAFilter) {
  watched_.press(U"/lr<0.0045q");
  EXPECT_TRUE(watched_.shows("filter: lr<0.0045q_"));
  watched_.press(Kind::backspace);
  EXPECT_TRUE(watched_.shows("4 of 31 trials with lr<0.0045"));
  watched_.press(Kind::enter);
  EXPECT_FALSE(watched_.shows("filter:"));
  watched_.press(Kind::end);
  EXPECT_EQ(selected(), 4U);

  watched_.press(U"/x");
  EXPECT_TRUE(watched_.shows("no trial fits"));
  watched_.press(Kind::escape);
  EXPECT_TRUE(watched_.shows("4 of 31 trials"));
  watched_.press(Kind::escape);
  EXPECT_TRUE(watched_.shows("─ 31 trials"));
}

TEST_F(Keys, EditAFilterByCharacter) {
  watched_.press(U"/aé東");
  watched_.press(Kind::backspace);
  watched_.press(Kind::backspace);
  EXPECT_EQ(watched_.state.filter, "a");
  watched_.press(Kind::backspace);
  watched_.press(Kind::backspace);
  EXPECT_EQ(watched_.state.filter, "");
}

TEST_F(Keys, AskBeforeATrialIsCancelled) {
  watched_.press(Kind::end);
  watched_.press(U"c");
  EXPECT_TRUE(watched_.shows("Cancel trial #31?"));
  EXPECT_FALSE(watched_.request);

  watched_.press(U"n");
  EXPECT_FALSE(watched_.request);
  EXPECT_TRUE(watched_.shows("not cancelled"));

  watched_.press(U"cy");
  EXPECT_EQ(watched_.request, (Request{Request::Kind::cancel, 31}));
  watched_.press(U"y");
  EXPECT_FALSE(watched_.request);
}

TEST_F(Keys, CancelTheTrialThatWasAskedAboutWhateverMovesMeanwhile) {
  watched_.press(Kind::end);
  watched_.press(U"c");
  sample_.start(sample_.suggest("later", 0.06));
  watched_.look();

  watched_.press(U"y");

  EXPECT_EQ(watched_.request, (Request{Request::Kind::cancel, 31}));
}

TEST_F(Keys, CancelNoTrialThatHasEnded) {
  watched_.press(U"c");

  EXPECT_FALSE(watched_.state.question);
  EXPECT_TRUE(watched_.shows("#1 has ended already"));
}

TEST_F(Keys, CancelFromTheDetails) {
  watched_.press(Kind::end);
  watched_.press(Kind::enter);
  watched_.press(U"cy");

  EXPECT_EQ(watched_.request, (Request{Request::Kind::cancel, 31}));
}

TEST_F(Keys, PauseAndGoOn) {
  watched_.press(U"p");
  EXPECT_EQ(watched_.request, (Request{Request::Kind::pause, 0}));

  StopAsked pause;
  pause.kind = StopAsked::Kind::pause;
  sample_.record(pause);
  watched_.look();
  watched_.press(U"p");
  EXPECT_EQ(watched_.request, (Request{Request::Kind::go_on, 0}));
}

TEST_F(Keys, AskBeforeTheRunIsStopped) {
  watched_.press(U"S");
  EXPECT_TRUE(watched_.shows("Stop the run?"));
  watched_.press(Kind::escape);
  EXPECT_FALSE(watched_.request);

  watched_.press(U"SY");
  EXPECT_EQ(watched_.request, (Request{Request::Kind::stop, 0}));
}

TEST_F(Keys, OpenPagesAndComeBack) {
  watched_.press(Kind::enter);
  EXPECT_EQ(watched_.state.page, Page::details);
  watched_.press(U"?");
  EXPECT_TRUE(watched_.shows("─ keys ─"));
  watched_.press(Kind::escape);
  EXPECT_EQ(watched_.state.page, Page::details);
  watched_.press(U"e");
  EXPECT_TRUE(watched_.shows("explanation of #1"));
  watched_.press(U"q");
  EXPECT_EQ(watched_.state.page, Page::details);
  watched_.press(U"q");
  EXPECT_EQ(watched_.state.page, Page::overview);
  EXPECT_FALSE(watched_.quit);
  watched_.press(U"n");
  EXPECT_TRUE(watched_.shows("─ notices ─"));
}

TEST_F(Keys, AreExplainedOnOneScreenWhoseParagraphFillsItsLines) {
  watched_.press(U"?");

  EXPECT_TRUE(watched_.shows("status=running"));
  EXPECT_TRUE(
      watched_.shows("\n they have run, and still take, by those that ended. A ! marks one "
                     "that has\n been silent for longer than is usual. All"))
      << watched_.text();
  EXPECT_TRUE(watched_.shows("\n and stop do.\n")) << watched_.text();
}

TEST_F(Keys, ScrollATextNoFurtherThanToItsLastLine) {
  watched_.size = {.rows = 12, .columns = 80};
  watched_.press(U"?");
  const std::string top = watched_.text();
  for (int i = 0; i < 30; ++i) {
    watched_.press(Kind::down);
  }
  const std::string bottom = watched_.text();
  EXPECT_TRUE(watched_.shows("and stop do."));

  watched_.press(Kind::up);
  EXPECT_NE(watched_.text(), bottom);
  watched_.press(Kind::end);
  EXPECT_EQ(watched_.text(), bottom);
  watched_.press(Kind::home);
  EXPECT_EQ(watched_.text(), top);
}

TEST_F(Keys, TurnTheLogarithmicScaleOn) {
  watched_.press(U"l");

  EXPECT_TRUE(watched_.shows("best loss, log"));
}

TEST_F(Keys, MoveTheParametersSideways) {
  watched_.press(Kind::right);

  const std::string headings = watched_.line(12);
  EXPECT_LT(headings.find("batch"), headings.find("layers"));
  EXPECT_LT(headings.find("accuracy"), headings.find(" lr")) << headings;
  watched_.press(Kind::left);
  EXPECT_LT(watched_.line(12).find("lr"), watched_.line(12).find("batch"));
}

TEST(KeysWithoutARun, SteerNothing) {
  Sample sample(Sample::Owner::dead_process);
  sample.start(sample.suggest("a", 0.01));
  Watched watched(sample);

  watched.press(U"p");
  EXPECT_FALSE(watched.request);
  EXPECT_TRUE(watched.shows("nothing runs that could be paused"));
  watched.press(U"S");
  EXPECT_TRUE(watched.shows("nothing runs that could be stopped"));
}

TEST(KeysWithoutTrials, DoNothing) {
  Sample sample;
  Watched watched(sample);

  watched.press(Kind::down);
  watched.press(Kind::enter);
  watched.press(U"ceslr");

  EXPECT_EQ(watched.state.page, Page::overview);
  EXPECT_FALSE(watched.request);
}

}  // namespace
}  // namespace diwan::view::test
