// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm/scheduler/refusal.hpp"

#include <gtest/gtest.h>

namespace diwan::slurm {
namespace {

using Kind = Refused::Kind;

struct Case {
  int error;
  Kind kind;
  const char* field;
  const char* text;
};

// The texts are those of Slurm 22.05.8.
constexpr Case cases[] = {
    {2000, Kind::forbidden, "partition", "Invalid partition name specified"},
    {2045, Kind::forbidden, "account",
     "Invalid account or account/partition combination specified"},
    {2066, Kind::forbidden, "qos", "Invalid qos specification"},
    {2051, Kind::forbidden, "time_limit",
     "Requested time limit is invalid (missing or exceeds some limit)"},
    {2029, Kind::forbidden, "constraint", "Invalid feature specification"},
    {2072, Kind::forbidden, "gpus_per_node", "Invalid generic resource (gres) specification"},
    {2006, Kind::forbidden, "nodes", "Node count specification invalid"},
    {2081, Kind::forbidden, "tasks", "Invalid job array specification"},
    {2014, Kind::forbidden, "", "Requested node configuration is not available"},
    {1800, Kind::away, "", "Unable to contact slurm controller (connect failure)"},
    {5004, Kind::away, "", "Socket timed out on send/recv operation"},
    {2017, Kind::gone, "", "Invalid job id specified"},
    {2021, Kind::gone, "", "Job/step already completing or completed"},
    {11, Kind::busy, "", "Resource temporarily unavailable"},
    {9999, Kind::forbidden, "", "Unspecified error"}};

TEST(Refusals, MeanTheSameByNumberAndByText) {
  for (const Case& one : cases) {
    const Refused by_text = refusal(0, one.text);
    const Refused by_number = refusal(one.error, "in other words");

    EXPECT_EQ(by_text.kind, one.kind) << one.text;
    EXPECT_EQ(by_text.field, one.field) << one.text;
    EXPECT_EQ(by_text.text, one.text);
    EXPECT_EQ(by_number.kind, one.kind) << one.error;
    EXPECT_EQ(by_number.field, one.field) << one.error;
  }
}

TEST(Refusals, ThatAreUnknownAreForbiddenOrPass) {
  EXPECT_EQ(refusal(0, "Unspecified error").kind, Kind::forbidden);
  EXPECT_EQ(refusal(0, "Unspecified error", Kind::away).kind, Kind::away);
  // An administrator is about to mend it; allowance.hpp has what it means at the start.
  EXPECT_EQ(refusal(0, "fatal: Unable to process configuration file").kind, Kind::away);
}

TEST(Refusals, OfTheAccountingPolicyDependOnTheLimitThatIsNamed) {
  const auto with = [](const std::string& limit) {
    return refusal(2050, limit +
                             "; Job violates accounting/QOS policy (job submit limit, user's size "
                             "and/or time limits)");
  };

  EXPECT_EQ(with("QOSMaxSubmitJobPerUserLimit").kind, Kind::busy);
  EXPECT_EQ(with("AssocMaxSubmitJobLimit").kind, Kind::busy);
  EXPECT_EQ(with("AssocGrpSubmitJobsLimit").kind, Kind::busy);
  EXPECT_EQ(with("QOSMaxWallDurationPerJobLimit").kind, Kind::forbidden);
  EXPECT_EQ(with("QOSMaxWallDurationPerJobLimit").field, "time_limit");
  EXPECT_EQ(with("QOSMaxGRESPerJob").field, "gpus_per_node");
  EXPECT_EQ(with("QOSMaxMemoryPerJob").field, "memory_mebibytes");
  EXPECT_EQ(with("AssocMaxNodePerJobLimit").field, "nodes");
}

TEST(SlurmWords, AreOneLineWithoutTheProgram) {
  EXPECT_EQ(slurm_words("sbatch: error: invalid partition specified: nope\n"
                        "sbatch: error: Batch job submission failed: Invalid partition name\n"),
            "invalid partition specified: nope; Invalid partition name");
  EXPECT_EQ(slurm_words("error: a\nerror: a\n\nb"), "a; b");
  EXPECT_EQ(slurm_words(""), "");
}

TEST(FindCause, NamesTheOneFieldWithoutWhichTheRequestIsTaken) {
  JobRequest request;
  request.gpus_per_node = 9;
  request.constraint = "a100";
  request.cpus_per_rank = 64;

  EXPECT_EQ(find_cause(request, [](const JobRequest& r) { return r.gpus_per_node < 9; }),
            "gpus_per_node");
  EXPECT_EQ(find_cause(request, [](const JobRequest& r) { return r.constraint.empty(); }),
            "constraint");
  EXPECT_EQ(find_cause(request, [](const JobRequest& r) { return r.cpus_per_rank < 64; }),
            "cpus_per_rank");
  EXPECT_EQ(find_cause(request, [](const JobRequest&) { return false; }), "");
}

}  // namespace
}  // namespace diwan::slurm
