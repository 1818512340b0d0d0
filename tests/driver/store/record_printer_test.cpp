// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/store/record_printer.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/driver/store/any_event.hpp"
#include "tests/driver/store/histories.hpp"

namespace diwan {
namespace {

Time at(std::int64_t microseconds) { return Time(std::chrono::microseconds(microseconds)); }

TEST(RecordPrinter, NamesTrialsParametersAndMetricsAsTheContractSays) {
  RecordPrinter printer(history_space(), {"loss"});

  const std::string suggested =
      printer.line({1, at(0), Suggested{1, "e-a", {{0.5, 3, 1, 1}}, {{"rung", "2"}}, {}}});
  const std::string observed = printer.line({2, at(1),
                                             Observed{{1, 2},
                                                      0,
                                                      Source::file,
                                                      0,
                                                      true,
                                                      {5},
                                                      {std::numeric_limits<double>::infinity()},
                                                      {at(7)},
                                                      {}}});

  EXPECT_EQ(suggested,
            R"({"number":1,"time":"1970-01-01T00:00:00.000000Z","event":"suggested","trial":"e-a",)"
            R"("trialNumber":1,"assignments":{"lr":0.5,"layers":3,"opt":"adam","batch":64.5},)"
            R"("labels":{"rung":"2"},"parent":null})");
  EXPECT_EQ(
      observed,
      R"({"number":2,"time":"1970-01-01T00:00:00.000001Z","event":"observed","trial":"e-a",)"
      R"("trialNumber":1,"attempt":2,"metric":"loss","source":"file","first":0,"ownSteps":true,)"
      R"("steps":[5],"values":["inf"],"times":["1970-01-01T00:00:00.000007Z"]})");
}

TEST(RecordPrinter, GivesNullForWhatAnEndDoesNotKnow) {
  RecordPrinter printer(history_space(), {"loss"});
  Ended ended;
  ended.run = {1, 1};
  ended.exit_code = 3;

  const auto json = nlohmann::json::parse(printer.line({1, at(0), ended}));

  EXPECT_EQ(json.at("outcome"), "succeeded");
  EXPECT_EQ(json.at("exitCode"), 3);
  EXPECT_TRUE(json.at("signal").is_null());
  EXPECT_TRUE(json.at("cause").is_null());
}

TEST(RecordPrinter, PrintsAnyRecordAsOneLineOfValidJson) {
  RecordPrinter printer(history_space(), {"loss"});
  for_each_seed(1000, [&](Dice& dice) {
    const Record record{1 + dice.below(100), Time{}, any_event(dice)};

    const std::string line = printer.line(record);

    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(line).at("number"), record.number);
  });
}

}  // namespace
}  // namespace diwan
