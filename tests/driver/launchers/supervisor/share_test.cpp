// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/share.hpp"

#include <set>

#include <gtest/gtest.h>
#include <sched.h>

namespace diwan {
namespace {

using Cpus = std::vector<std::uint32_t>;
using Names = std::vector<std::string>;
using Variables = std::vector<std::pair<std::string, std::string>>;

HostResources gpus(std::map<std::string, std::string> variables) {
  return {.cpus = {0}, .gpu_variables = std::move(variables)};
}

TEST(Share, EqualSharesOfTheCpusAreDisjointAndWhole) {
  const HostResources host{.cpus = {0, 1, 2, 3, 8, 9, 10}, .gpu_variables = {}};
  std::multiset<std::uint32_t> given;

  for (std::uint32_t i = 0; i < 3; ++i) {
    const SlotShare share = divide(host, {.parts = 3, .index = i});
    EXPECT_GE(share.cpus.size(), 2U);
    given.insert(share.cpus.begin(), share.cpus.end());
  }

  EXPECT_EQ(given, (std::multiset<std::uint32_t>{0, 1, 2, 3, 8, 9, 10}));
}

TEST(Share, ATrialGetsAsManyCpusAsItAsksFor) {
  const HostResources host{.cpus = {0, 1, 2, 3}, .gpu_variables = {}};

  EXPECT_EQ(divide(host, {.parts = 2, .index = 1, .cpus = 2}).cpus, (Cpus{2, 3}));
  EXPECT_EQ(divide(host, {.parts = 4, .index = 3, .cpus = 2}).cpus, (Cpus{2, 3}));
  EXPECT_EQ(divide(host, {.parts = 2, .index = 1, .cpus = 3}).cpus, (Cpus{0, 1, 3}));
  EXPECT_EQ(divide(host, {.parts = 2, .index = 1, .cpus = 9}).cpus, (Cpus{0, 1, 2, 3}));
}

TEST(Share, FewerCpusThanSlotsAreSharedByAll) {
  const HostResources host{.cpus = {4, 5}, .gpu_variables = {}};

  EXPECT_EQ(divide(host, {.parts = 3, .index = 2}).cpus, (Cpus{4, 5}));
}

TEST(Share, GpusKeepTheNamesTheSiteGaveThem) {
  const HostResources host = gpus({{"CUDA_VISIBLE_DEVICES", "GPU-aa,MIG-bb/1/0,7,GPU-dd"}});

  const SlotShare share = divide(host, {.parts = 2, .index = 1});

  EXPECT_EQ(share.gpus, (Names{"7", "GPU-dd"}));
  EXPECT_EQ(share.gpu_variables, (Variables{{"CUDA_VISIBLE_DEVICES", "7,GPU-dd"}}));
}

TEST(Share, NeighbouringSlotsShareAGpuWhereThereAreFewer) {
  const HostResources host = gpus({{"CUDA_VISIBLE_DEVICES", "2,3"}});
  Names given;

  for (std::uint32_t i = 0; i < 4; ++i) {
    given.push_back(divide(host, {.parts = 4, .index = i}).gpus.at(0));
  }

  EXPECT_EQ(given, (Names{"2", "2", "3", "3"}));
}

TEST(Share, ATrialGetsAsManyGpusAsItAsksFor) {
  const HostResources host = gpus({{"CUDA_VISIBLE_DEVICES", "4,5,6,7"}});

  EXPECT_EQ(divide(host, {.parts = 2, .index = 1, .gpus = 1}).gpus, (Names{"5"}));
  EXPECT_EQ(divide(host, {.parts = 3, .index = 2, .gpus = 2}).gpus, (Names{"4", "5"}));
  EXPECT_EQ(divide(host, {.parts = 1, .index = 0, .gpus = 9}).gpus, (Names{"4", "5", "6", "7"}));
}

TEST(Share, AsManyTrialsAsTheGpusServe) {
  const HostResources host = gpus({{"CUDA_VISIBLE_DEVICES", "4,5,6,7"}});

  EXPECT_EQ(trials_by_gpus(host, 2), 2U);
  EXPECT_EQ(trials_by_gpus(host, 3), 1U);
  EXPECT_EQ(trials_by_gpus(host, 9), 1U);
  EXPECT_EQ(trials_by_gpus(host, 0), UINT32_MAX);
  EXPECT_EQ(trials_by_gpus(gpus({}), 2), UINT32_MAX);
}

TEST(Share, AShortageIsSaid) {
  HostResources host = gpus({{"CUDA_VISIBLE_DEVICES", "4,5"}});
  host.cpus = {0, 1, 2, 3};

  EXPECT_EQ(shortage(host, 2, 2, 2), "");
  EXPECT_EQ(shortage(host, 3, 2, 0),
            "3 trials at a time ask for cpusPerTask 2, and 4 can be used here: that is all there "
            "is for them together");
  EXPECT_EQ(shortage(host, 1, 9, 3),
            "a trial asks for cpusPerTask 9, and 4 can be used here: that is all there is for it; "
            "a trial asks for gpusPerTask 3, and only 2 are visible here");
  EXPECT_EQ(shortage(gpus({}), 1, 0, 1),
            "a trial asks for gpusPerTask 1, and no GPU is visible here");
}

TEST(Share, AboveRocrTheOthersIndexIntoItsList) {
  const HostResources host =
      gpus({{"ROCR_VISIBLE_DEVICES", "4,5,6,7"}, {"HIP_VISIBLE_DEVICES", "0,1,2,3"}});

  const SlotShare share = divide(host, {.parts = 2, .index = 1});

  EXPECT_EQ(share.gpus, (Names{"6", "7"}));
  EXPECT_EQ(share.gpu_variables,
            (Variables{{"HIP_VISIBLE_DEVICES", "0,1"}, {"ROCR_VISIBLE_DEVICES", "6,7"}}));
}

TEST(Share, TheSameTextInAllVariablesNamesTheSameDevices) {
  // As Slurm sets them for devices whose maker it does not know.
  for (const char* list : {"1", "0,1,2,3", "2,0"}) {
    const HostResources host = gpus({{"CUDA_VISIBLE_DEVICES", list},
                                     {"GPU_DEVICE_ORDINAL", list},
                                     {"ROCR_VISIBLE_DEVICES", list},
                                     {"ZE_AFFINITY_MASK", list}});
    const auto count = static_cast<std::uint32_t>(visible_gpus(host).size());
    std::string together;
    for (std::uint32_t i = 0; i < count; ++i) {
      const SlotShare share = divide(host, {.parts = count, .index = i});
      ASSERT_EQ(share.gpus.size(), 1U);
      for (const auto& [name, value] : share.gpu_variables) {
        EXPECT_EQ(value, share.gpus.front()) << name;
      }
      EXPECT_EQ(share.gpu_variables.size(), 4U);
      together += (i == 0 ? "" : ",") + share.gpus.front();
    }
    EXPECT_EQ(together, list);
  }
}

TEST(Share, WhatHipHidesBelowRocrIsNotGiven) {
  const HostResources host =
      gpus({{"ROCR_VISIBLE_DEVICES", "4,5,6,7"}, {"HIP_VISIBLE_DEVICES", "3,1"}});

  EXPECT_EQ(visible_gpus(host), (Names{"7", "5"}));
}

TEST(Share, VariablesForTheSameDevicesAreDividedAlike) {
  const HostResources host =
      gpus({{"CUDA_VISIBLE_DEVICES", "GPU-a,GPU-b"}, {"GPU_DEVICE_ORDINAL", "0,1"}});

  EXPECT_EQ(divide(host, {.parts = 2, .index = 1}).gpu_variables,
            (Variables{{"CUDA_VISIBLE_DEVICES", "GPU-b"}, {"GPU_DEVICE_ORDINAL", "1"}}));
}

TEST(Share, HiddenGpusStayHidden) {
  for (const char* none : {"", "-1", "NoDevFiles", "-1,0"}) {
    const SlotShare share =
        divide(gpus({{"CUDA_VISIBLE_DEVICES", none}}), {.parts = 2, .index = 0, .gpus = 1});

    EXPECT_TRUE(share.gpus.empty()) << none;
    EXPECT_TRUE(share.gpu_variables.empty()) << none;
  }
}

TEST(Share, AListEndsAtTheFirstEntryThatNamesNoDevice) {
  EXPECT_EQ(visible_gpus(gpus({{"CUDA_VISIBLE_DEVICES", "0, 2 ,-1,3"}})), (Names{"0", "2"}));
}

TEST(Share, APinnedProcessStillFindsTheCpusOfTheNode) {
  cpu_set_t before;
  sched_getaffinity(0, sizeof before, &before);
  if (CPU_COUNT(&before) < 2) {
    GTEST_SKIP() << "needs two CPUs";
  }
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; CPU_COUNT(&one) == 0; ++cpu) {
    if (CPU_ISSET(cpu, &before)) {
      CPU_SET(cpu, &one);
    }
  }
  sched_setaffinity(0, sizeof one, &one);

  const HostResources node = find_host_resources(CpuScope::node);
  const HostResources own = find_host_resources(CpuScope::own);
  cpu_set_t after;
  sched_getaffinity(0, sizeof after, &after);
  sched_setaffinity(0, sizeof before, &before);

  EXPECT_GE(node.cpus.size(), 2U);
  EXPECT_EQ(own.cpus.size(), 1U);
  EXPECT_TRUE(CPU_EQUAL(&after, &one));
}

}  // namespace
}  // namespace diwan
