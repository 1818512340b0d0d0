// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/chart.hpp"

#include <gtest/gtest.h>

namespace diwan::view {
namespace {

std::vector<std::string> drawn(const Chart& chart, Drawing drawing, Size size = {5, 20}) {
  Canvas canvas(size, drawing != Drawing::ascii);
  draw_chart(canvas, {0, 0, size.rows, size.columns}, chart, drawing);
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < size.rows; ++row) {
    lines.push_back(canvas.line(row));
  }
  return lines;
}

TEST(Chart, DrawsStairsInLetters) {
  const Chart chart{.points = {{1, 4}, {2, 4}, {3, 1}},
                    .stairs = true,
                    .logarithmic = false,
                    .first = "1",
                    .last = "3"};

  EXPECT_EQ(drawn(chart, Drawing::ascii),
            (std::vector<std::string>{" 4 |****************",  //
                                      "   |               *", "   |               *",
                                      " 1 |               *", "    1              3"}));
}

TEST(Chart, DrawsInDots) {
  const Chart chart{
      .points = {{0, 0}, {1, 1}}, .stairs = false, .logarithmic = false, .first = {}, .last = {}};

  EXPECT_EQ(drawn(chart, Drawing::braille, {3, 16})[0], " 1 │      ⣀⣠⠤⠴⠒⠋");
  EXPECT_EQ(drawn(chart, Drawing::braille, {3, 16})[1], " 0 │⣀⡤⠴⠒⠚⠉⠁");
}

TEST(Chart, ShowsOneValueInTheMiddle) {
  const Chart chart{
      .points = {{1, 0.5}}, .stairs = true, .logarithmic = false, .first = {}, .last = {}};

  EXPECT_EQ(drawn(chart, Drawing::ascii)[2], " 0.5 |**************");
}

TEST(Chart, HasALogarithmicScaleWhereAllIsAboveNought) {
  Chart chart{.points = {{1, 100}, {2, 10}, {3, 1}},
              .stairs = true,
              .logarithmic = true,
              .first = {},
              .last = {}};

  const auto lines = drawn(chart, Drawing::ascii, {6, 20});
  chart.points.back().y = -1;
  const auto linear = drawn(chart, Drawing::ascii, {6, 20});

  EXPECT_NE(lines[2], linear[2]);
  EXPECT_EQ(lines[2].find('*'), lines[1].find_last_of('*'));  // 10 is half way
}

TEST(Chart, TellsTopFromBottomWithAsManyDigitsAsThatTakes) {
  const Chart chart{.points = {{1, 0.941234}, {2, 0.941235}},
                    .stairs = true,
                    .logarithmic = false,
                    .first = {},
                    .last = {}};

  const auto lines = drawn(chart, Drawing::ascii);

  EXPECT_NE(lines[0].substr(0, 9), lines[3].substr(0, 9));
}

TEST(Chart, LeavesAnAreaAloneThatIsTooSmall) {
  const Chart chart{
      .points = {{1, 1}}, .stairs = true, .logarithmic = false, .first = {}, .last = {}};

  EXPECT_EQ(drawn(chart, Drawing::ascii, {2, 15}), (std::vector<std::string>{"", ""}));
}

TEST(Sparkline, RisesWithTheValues) {
  EXPECT_EQ(sparkline({0, 1, 2, 3}, 4, Drawing::braille), "▁▃▅▇");
  EXPECT_EQ(sparkline({0, 1, 2, 3}, 4, Drawing::ascii), "_.-'");
  EXPECT_EQ(sparkline({5, 5}, 4, Drawing::ascii), "--");
  EXPECT_EQ(sparkline({}, 4, Drawing::ascii), "");
}

TEST(Sparkline, ShowsAllOfACurveInTheColumnsThereAre) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) {
    values.push_back(i);
  }

  EXPECT_EQ(sparkline(values, 4, Drawing::ascii), "_.-'");
}

TEST(ProgressBar, IsFilledByItsShare) {
  EXPECT_EQ(progress_bar(0.5, 4, Drawing::ascii), "##..");
  EXPECT_EQ(progress_bar(0, 4, Drawing::ascii), "....");
  EXPECT_EQ(progress_bar(7, 4, Drawing::ascii), "####");
  EXPECT_EQ(progress_bar(0.625, 4, Drawing::braille), "██▌░");
}

}  // namespace
}  // namespace diwan::view
