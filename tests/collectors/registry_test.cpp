// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/registry.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace diwan {
namespace {

TEST(CheckFilter, AcceptsTwoGroupsOrMore) {
  EXPECT_EQ(check_filter(R"((\w+): ([0-9.]+))"), std::nullopt);
  EXPECT_EQ(check_filter(R"(([\w|-]+)\s*=\s*([+-]?\d*(\.\d+)?([Ee][+-]?\d+)?))"), std::nullopt);
}

TEST(CheckFilter, SaysWhatDoesNotCompile) {
  const auto problem = check_filter("(loss)=([0-9]");

  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("filter \"(loss)=([0-9]\": missing )"), std::string::npos) << *problem;
  EXPECT_TRUE(check_filter("(?<=loss)(a)(b)"));
}

TEST(CheckFilter, RefusesFewerThanTwoGroupsInSequence) {
  for (const char* filter : {"loss", "(loss)=1", "((loss)=1)", R"(\(loss\)=\(1\))", "(?:a)(?:b)"}) {
    const auto problem = check_filter(filter);
    ASSERT_TRUE(problem) << filter;
    EXPECT_NE(problem->find("two groups"), std::string::npos) << *problem;
  }
}

TEST(MakeCollector, ReadsItsFormat) {
  CollectorSpec spec{
      .kind = CollectorKind::file, .format = FileFormat::json, .metrics = {"loss"}, .filters = {}};

  EXPECT_EQ(make_collector(spec)->feed("{\"loss\":1}\nloss=2\n").at(0).value, 1);

  spec.format = FileFormat::text;
  EXPECT_EQ(make_collector(spec)->feed("{\"loss\":1}\nloss=2\n").at(0).value, 2);
}

TEST(MakeCollector, RefusesKindsThatReadNoStream) {
  for (const CollectorKind kind : {CollectorKind::tensor_flow_event, CollectorKind::push}) {
    EXPECT_THROW(
        make_collector(
            {.kind = kind, .format = FileFormat::text, .metrics = {"loss"}, .filters = {}}),
        std::invalid_argument);
  }
}

TEST(MakeCollector, RefusesAFilterWithJson) {
  EXPECT_THROW(make_collector({.kind = CollectorKind::file,
                               .format = FileFormat::json,
                               .metrics = {"loss"},
                               .filters = {"(a)(b)"}}),
               std::invalid_argument);
}

TEST(MakePushCollector, ReadsNumbersWithTheirSteps) {
  const auto found = make_push_collector({"acc", "loss"})->feed("{\"step\":3,\"loss\":0.2}\n");

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].metric, 1U);
  EXPECT_EQ(found[0].step, 3);
  EXPECT_EQ(found[0].value, 0.2);
}

}  // namespace
}  // namespace diwan
