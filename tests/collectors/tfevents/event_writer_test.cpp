// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/event_writer.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "collectors/tfevents/event_collector.hpp"

namespace diwan {
namespace {

TEST(EventWriter, WritesScalarsThatTheCollectorReads) {
  EventWriter writer(1.5e9);
  writer.layout({.name = "e", .created = 1.5e9, .parameters = {}, .metrics = {"loss"}});
  writer.session_start({{"lr", 0.1}, {"kind", "one"}}, 1.5e9);
  writer.scalar("loss", 1, 0.5, 1.5e9);
  writer.scalar("loss", 2, std::numeric_limits<double>::quiet_NaN(), 1.5e9);
  writer.scalar("loss", 3, -1e300, 1.5e9);
  writer.session_end(true, 1.5e9);

  EventCollector collector({"loss"}, "");
  const auto read = collector.feed(writer.take());

  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].value, 0.5);
  EXPECT_EQ(read[0].step, 1);
  EXPECT_TRUE(std::isnan(read[1].value));
  EXPECT_EQ(read[2].value, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(collector.skipped().count, 0U);
}

}  // namespace
}  // namespace diwan
