// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/hostlist.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm_step {
namespace {

using Hosts = std::vector<std::string>;
using Counts = std::vector<std::uint32_t>;

TEST(Hostlist, NamesItsHostsOneByOne) {
  EXPECT_EQ(expand_hosts("n1"), (Hosts{"n1"}));
  EXPECT_EQ(expand_hosts("n[1-3,7],gpu-9"), (Hosts{"n1", "n2", "n3", "n7", "gpu-9"}));
}

TEST(Hostlist, KeepsLeadingZerosAndEndings) {
  EXPECT_EQ(expand_hosts("n[08-11]-ib"), (Hosts{"n08-ib", "n09-ib", "n10-ib", "n11-ib"}));
}

TEST(Hostlist, MayHaveSeveralBrackets) {
  EXPECT_EQ(expand_hosts("r[1-2]n[0,4]"), (Hosts{"r1n0", "r1n4", "r2n0", "r2n4"}));
}

TEST(Hostlist, IsEmptyForBrokenTexts) {
  for (const char* text : {"n[1-", "n[2-1]", "n[a-b]", ",", "n[1]x[", "n[0-4294967295]"}) {
    EXPECT_TRUE(expand_hosts(text).empty()) << text;
  }
}

TEST(Counts, AreWrittenOutByHost) {
  EXPECT_EQ(expand_counts("16(x2),8"), (Counts{16, 16, 8}));
  EXPECT_EQ(expand_counts("4"), (Counts{4}));
  for (const char* text : {"", "x", "4(x", "4(x9999999)", "4(y2)"}) {
    EXPECT_TRUE(expand_counts(text).empty()) << text;
  }
}

}  // namespace
}  // namespace diwan::slurm_step
