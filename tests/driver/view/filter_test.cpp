// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/view/filter.hpp"

#include <gtest/gtest.h>

#include "driver/view/rows.hpp"
#include "tests/driver/view/watched.hpp"

namespace diwan::view {
namespace {

using Numbers = std::vector<std::uint32_t>;
using diwan::test::Sample;

/// #1 succeeded with 0.3 and #2 with 0.1, #3 failed after 0.05, #4 runs at 0.2, #5 waits.
class Rows : public ::testing::Test {
 protected:
  Rows() {
    sample_.succeed("a", 0.01, 0.3);
    sample_.succeed("b", 0.02, 0.1);
    const RunKey failed = sample_.start(sample_.suggest("c", 0.03, 1));
    sample_.observe(failed, 0, {0.05});
    sample_.end(failed, RunOutcome::failed, 3, "exit status 3");
    const RunKey running = sample_.start(sample_.suggest("d", 0.04));
    sample_.observe(running, 0, {0.2});
    sample_.suggest("e", 0.05);
    sample_.flush();
  }

  Numbers with(const std::string& filter, Column sort = {Column::Kind::number, 0},
               bool reversed = false) const {
    State state;
    state.filter = filter;
    state.sort = sort;
    state.reversed = reversed;
    return rows_of(load(sample_.directory()), state);
  }

  Sample sample_;
};

TEST_F(Rows, AreAllWithoutAFilter) {
  EXPECT_EQ(with(""), (Numbers{1, 2, 3, 4, 5}));
  EXPECT_EQ(with("  "), (Numbers{1, 2, 3, 4, 5}));
}

TEST_F(Rows, HaveAllWordsOfTheFilter) {
  EXPECT_EQ(with("failed"), Numbers{3});
  EXPECT_EQ(with("SUCCEEDED n1"), (Numbers{1, 2}));
  EXPECT_EQ(with("e-b"), Numbers{2});
  EXPECT_EQ(with("#4"), Numbers{4});
  EXPECT_EQ(with("batch=64"), Numbers{3});
  EXPECT_EQ(with("status 3"), Numbers{3});
  EXPECT_EQ(with("nothing-like-it"), Numbers{});
}

TEST_F(Rows, HaveTheStatusThatAWordOfTheFilterNames) {
  const RunKey stopped = sample_.start(sample_.suggest("f", 0.06));
  sample_.record(Pruned{stopped, "medianstop: the median of the running averages; none failed"});
  sample_.end(stopped, RunOutcome::stopped);
  sample_.flush();

  EXPECT_EQ(with("running"), Numbers{4});
  EXPECT_EQ(with("Running"), Numbers{4});
  EXPECT_EQ(with("FAILED"), Numbers{3});
  EXPECT_EQ(with("waiting"), Numbers{5});
  EXPECT_EQ(with("pending"), Numbers{5});
  EXPECT_EQ(with("EarlyStopped"), Numbers{6});
  EXPECT_EQ(with("early stop"), Numbers{6});
  EXPECT_EQ(with("status=earlystopped"), Numbers{6});
  EXPECT_EQ(with("status=running"), Numbers{4});
  EXPECT_EQ(with("averages"), Numbers{6});
  EXPECT_EQ(with("runn"), (Numbers{4, 6}));
}

TEST_F(Rows, CompareValues) {
  EXPECT_EQ(with("lr<0.02"), Numbers{1});
  EXPECT_EQ(with("lr<=0.02"), (Numbers{1, 2}));
  EXPECT_EQ(with("LR>=0.03 lr<0.05"), (Numbers{3, 4}));
  EXPECT_EQ(with("loss>0.15"), (Numbers{1, 4}));
  EXPECT_EQ(with("number>3"), (Numbers{4, 5}));
  EXPECT_EQ(with("width=0.50"), (Numbers{1, 2, 3, 4, 5}));
  EXPECT_EQ(with("time>0"), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(with("host=n1 status=running"), Numbers{4});
  EXPECT_EQ(with("lr<cat"), Numbers{});
  EXPECT_EQ(with("<"), Numbers{});
}

TEST_F(Rows, AreSortedByTheObjectiveWithTheBestFirstAndThoseWithoutAResultLast) {
  const Column loss{Column::Kind::metric, 0};

  EXPECT_EQ(with("", loss), (Numbers{2, 4, 1, 3, 5}));
  EXPECT_EQ(with("", loss, true), (Numbers{1, 4, 2, 3, 5}));
}

TEST_F(Rows, AreSortedByAnyColumn) {
  EXPECT_EQ(with("", {Column::Kind::number, 0}, true), (Numbers{5, 4, 3, 2, 1}));
  EXPECT_EQ(with("", {Column::Kind::status, 0}), (Numbers{3, 4, 1, 2, 5}));
  EXPECT_EQ(with("", {Column::Kind::parameter, 0}, true), (Numbers{5, 4, 3, 2, 1}));
  EXPECT_EQ(with("", {Column::Kind::parameter, 1}), (Numbers{1, 2, 4, 5, 3}));
  EXPECT_EQ(with("", {Column::Kind::host, 0}).back(), 5U);
  EXPECT_EQ(with("", {Column::Kind::time, 0}).front(), 4U);  // it has run since that January
}

}  // namespace
}  // namespace diwan::view
