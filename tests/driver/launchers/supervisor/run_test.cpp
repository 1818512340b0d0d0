// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// What a trial gets, and how its end is told.

#include <chrono>
#include <ctime>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "driver/launchers/supervisor/recover.hpp"
#include "tests/driver/launchers/supervisor/run_case.hpp"

namespace diwan::test {
namespace {

class Run : public RunCase {};

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream stream{text};
  std::set<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.insert(line.substr(0, line.find('=')));
  }
  return lines;
}

TEST_F(Run, TheEnvironmentIsScrubbedAndComplete) {
  setenv("SLURM_JOB_ID", "77", 1);
  setenv("OMPI_COMM_WORLD_RANK", "3", 1);
  start([](RunSettings& settings) { settings.time_limit = std::chrono::seconds{1000}; });
  unsetenv("SLURM_JOB_ID");
  unsetenv("OMPI_COMM_WORLD_RANK");
  Launch launch = command(1, {"/usr/bin/env"});
  launch.parameters = {{.name = "lr", .text = "0.1", .number = true}};
  launch.env = {{"MINE", "1"}};

  end_of(launch);

  const auto names = lines_of(output(1));
  for (const char* name :
       {"DIWAN_EXPERIMENT", "DIWAN_TRIAL", "DIWAN_ATTEMPT", "DIWAN_TRIAL_DIR",
        "DIWAN_CHECKPOINT_DIR", "DIWAN_METRICS", "DIWAN_PARAMETERS", "DIWAN_PARAM_LR", "DIWAN_SEED",
        "DIWAN_DEADLINE", "DIWAN_PORT", "DIWAN_SLURM_JOB_ID", "KATIB_TRIAL_NAME",
        "PYTHONUNBUFFERED", "MINE", "PATH"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  for (const char* name :
       {"SLURM_JOB_ID", "OMPI_COMM_WORLD_RANK", "DIWAN_HOSTFILE", "DIWAN_GPUS"}) {
    EXPECT_FALSE(names.contains(name)) << name;
  }
}

TEST_F(Run, TheDeadlineIsTheEndOfTheJobOrOfItsOwnTimeLimit) {
  start([](RunSettings& settings) { settings.time_limit = std::chrono::seconds{1000}; });
  const auto print = [](std::uint32_t trial, std::optional<Time> deadline) {
    Launch launch = shell(trial, "echo $DIWAN_DEADLINE");
    launch.deadline = deadline;
    return launch;
  };
  const Time soon(std::chrono::milliseconds(1700000000'100));

  end_of(print(1, soon));
  end_of(print(2, Time(std::chrono::hours(1'000'000))));

  EXPECT_EQ(output(1), "1700000000\n");
  EXPECT_LE(std::stoll(output(2)) - std::time(nullptr), 1001);
}

TEST_F(Run, TheFoldersAreThereAndAnEmptyCheckpointIsRemoved) {
  start();
  end_of(shell(1,
               "test -d $DIWAN_TRIAL_DIR && test -d $DIWAN_CHECKPOINT_DIR && "
               "stat -c %a $DIWAN_TRIAL_DIR $DIWAN_CHECKPOINT_DIR"));
  end_of(shell(2, "echo x >$DIWAN_CHECKPOINT_DIR/model"));
  end_of(shell(3, "ls -A $DIWAN_CHECKPOINT_DIR"));
  end_of(shell(4, "exit 1"));

  EXPECT_EQ(output(1), "700\n700\n");
  EXPECT_EQ(text_of(attempt(2).parent_path() / "checkpoint/model"), "x\n");
  EXPECT_EQ(output(3), "");
  // Another attempt may come, so that its empty one goes at once; the others when they are not
  // needed.
  EXPECT_FALSE(std::filesystem::exists(attempt(4).parent_path() / "checkpoint"));
  launcher_.reset();
  EXPECT_FALSE(std::filesystem::exists(attempt(1).parent_path() / "checkpoint"));
  EXPECT_FALSE(std::filesystem::exists(attempt(3).parent_path() / "checkpoint"));
}

TEST_F(Run, ACheckpointDirectoryIsNoOtherTrialsWork) {
  start();
  const auto look = [this](std::uint32_t trial) {
    end_of(shell(trial, "stat -c '%a %F' $DIWAN_CHECKPOINT_DIR; ls -A $DIWAN_CHECKPOINT_DIR"));
    return output(trial);
  };

  end_of(shell(1, "chmod 777 $DIWAN_CHECKPOINT_DIR"));
  EXPECT_EQ(look(2), "700 directory\n");
  end_of(shell(3,
               "mkdir $DIWAN_TRIAL_DIR/x; rmdir $DIWAN_CHECKPOINT_DIR; "
               "ln -s $DIWAN_TRIAL_DIR/x $DIWAN_CHECKPOINT_DIR"));
  EXPECT_EQ(look(4), "700 directory\n");
  end_of(shell(5, "rmdir $DIWAN_CHECKPOINT_DIR"));
  EXPECT_EQ(look(6), "700 directory\n");
  // What is written there after the end stays with the trial that it belongs to.
  std::ofstream{attempt(6).parent_path() / "checkpoint" / "late"} << "x";
  EXPECT_EQ(look(7), "700 directory\n");
  EXPECT_EQ(text_of(attempt(6).parent_path() / "checkpoint" / "late"), "x");
}

TEST_F(Run, TheParametersAreAJsonFile) {
  start();
  Launch launch = shell(1, "cat $DIWAN_PARAMETERS");
  launch.parameters = {{.name = "lr", .text = "0.1", .number = true},
                       {.name = "opt", .text = "sgd", .number = false}};

  end_of(launch);

  EXPECT_EQ(nlohmann::json::parse(output(1)), (nlohmann::json{{"lr", 0.1}, {"opt", "sgd"}}));
}

TEST_F(Run, NoValueIsReadByAShell) {
  start([](RunSettings& settings) { settings.setup = {"true"}; });

  end_of(command(1, {"printf", "%s\n", "$(touch pwned)", "`id`", "a b", "", "-n"}));

  EXPECT_EQ(output(1), "$(touch pwned)\n`id`\na b\n\n-n\n");
  EXPECT_FALSE(std::filesystem::exists(attempt(1) / "pwned"));
}

TEST_F(Run, TheWorkingDirectoryIsTheOneGiven) {
  start();
  Launch launch = shell(1, "pwd");
  launch.working_directory = "/usr";

  end_of(launch);

  EXPECT_EQ(output(1), "/usr\n");
}

TEST_F(Run, ThePortStandsForItsPlaceholder) {
  start();

  end_of(shell(1, "test ${trialSpec.Port} = $DIWAN_PORT"));

  EXPECT_EQ(listener_->end(1).exit_code, 0);
}

TEST_F(Run, EachSlotHasItsShareOfTheCpus) {
  start([](RunSettings& settings) { settings.cpus = 1; });

  end_of(shell(1, "nproc"));

  EXPECT_EQ(output(1), "1\n");
}

TEST_F(Run, ACommandThatIsNotThereSaysHowToMend) {
  start();

  const Ended named = end_of(command(1, {"no-such-program"}));
  const Ended path = end_of(command(2, {"/no/such/program"}));
  const Ended text = end_of(command(3, {"/etc/passwd"}));

  for (const Ended& ended : {named, path, text}) {
    EXPECT_EQ(ended.outcome, RunOutcome::failed);
  }
  EXPECT_NE(named.reason.find("\"no-such-program\" is not in PATH"), std::string::npos);
  EXPECT_NE(path.reason.find("/no/such/program: No such file"), std::string::npos);
  EXPECT_NE(text.reason.find("chmod +x"), std::string::npos);
  EXPECT_TRUE(listener_->story(1).started.empty());
}

TEST_F(Run, AScriptWithoutAFirstLineSaysHowToMend) {
  start();
  const auto script = directory_.path() / "script";
  std::ofstream{script} << "echo x\n";
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);

  EXPECT_NE(end_of(command(1, {script.native()})).reason.find("#!/bin/sh"), std::string::npos);
}

TEST_F(Run, AMissingWorkingDirectoryIsNamed) {
  start();
  Launch launch = command(1, {"true"});
  launch.working_directory = "/no/such/place";

  const Ended& ended = end_of(launch);

  EXPECT_EQ(ended.outcome, RunOutcome::failed);
  EXPECT_NE(ended.reason.find("working directory /no/such/place"), std::string::npos);
}

TEST_F(Run, AMissingContainerRuntimeIsNamed) {
  start([](RunSettings& settings) { settings.apptainer_image = "image.sif"; });
  Launch launch = command(1, {"true"});
  launch.env = {{"PATH", "/nowhere"}};

  EXPECT_NE(end_of(launch).reason.find("image.sif needs apptainer or singularity"),
            std::string::npos);
}

/// A folder with an apptainer that prints its arguments.
std::filesystem::path folder_of_apptainer(const std::filesystem::path& directory) {
  auto place = directory / "bin";
  std::filesystem::create_directory(place);
  std::ofstream{place / "apptainer"} << "#!/bin/sh\nprintf '%s\\n' \"$@\"\n";
  std::filesystem::permissions(place / "apptainer", std::filesystem::perms::owner_all);
  return place;
}

TEST_F(Run, TheContainersRuntimeMayComeBySetup) {
  const auto place = folder_of_apptainer(directory_.path());
  start([&](RunSettings& settings) {
    settings.apptainer_image = "image.sif";
    settings.setup = {"PATH=" + place.native() + ":$PATH"};
  });
  Launch launch = command(1, {"train"});
  launch.env = {{"PATH", "/usr/bin:/bin"}};

  end_of(launch);

  EXPECT_EQ(output(1), "exec\n--bind\n" + directory_.path().native() + "\nimage.sif\ntrain\n");
}

TEST_F(Run, TheContainerGetsFoldersAndCommand) {
  const auto place = folder_of_apptainer(directory_.path());
  start([](RunSettings& settings) { settings.apptainer_image = "image.sif"; });
  Launch launch = command(1, {"train", "a b"});
  launch.env = {{"PATH", place.native() + ":/usr/bin:/bin"}};
  launch.working_directory = "/usr";

  end_of(launch);

  EXPECT_EQ(output(1), "exec\n--bind\n" + directory_.path().native() +
                           "\n--bind\n/usr\n--pwd\n/usr\nimage.sif\ntrain\na b\n");
}

TEST_F(Run, TheSetupRunsBeforeTheCommandInOneScript) {
  start([](RunSettings& settings) {
    settings.setup = {"export A=1", "if true; then", "  B=2; fi", "cd /usr; export B"};
  });

  end_of(shell(1, "echo $A $B $(pwd); exit 4"));

  EXPECT_EQ(output(1), "1 2 /usr\n");
  EXPECT_EQ(listener_->end(1).reason, "exit status 4");
}

TEST_F(Run, WhatSetupSourcesNeitherSeesNorChangesTheCommand) {
  const auto script = directory_.path() / "activate";
  std::ofstream{script} << "echo \"sourced with $# arguments\"; set -- gone\n";
  start([&](RunSettings& settings) { settings.setup = {"source " + script.native()}; });

  end_of(command(1, {"printf", "%s.", "a", "", "b c"}));

  EXPECT_EQ(output(1), "sourced with 0 arguments\na..b c.");
}

TEST_F(Run, ACommandThatIsNotThereAfterSetupSaysHowToMend) {
  start([](RunSettings& settings) { settings.setup = {"true", "true"}; });

  const Ended& ended = end_of(command(1, {"no-such-program"}));

  EXPECT_EQ(ended.outcome, RunOutcome::failed);
  EXPECT_NE(ended.reason.find("could not be executed after setup"), std::string::npos);
  EXPECT_NE(ended.reason.find("(exit status 127)"), std::string::npos);
}

TEST_F(Run, AFailingSetupNamesItsLine) {
  const auto reason_with = [&](const std::vector<std::string>& setup) {
    start([&](RunSettings& settings) { settings.setup = setup; });
    static std::uint32_t trial = 0;
    const Ended& ended = end_of(command(++trial, {"touch", "ran"}));
    EXPECT_EQ(ended.outcome, RunOutcome::failed);
    EXPECT_FALSE(std::filesystem::exists(attempt(trial) / "ran"));
    return ended.reason;
  };

  EXPECT_EQ(reason_with({"true", "module-that-is-not-there", "true"}),
            "setup line 2 failed: module-that-is-not-there (exit status 127)");
  EXPECT_EQ(reason_with({"f() { false; echo no; }", "f", "true"}),
            "setup line 2 failed: f (exit status 1)");
  EXPECT_EQ(reason_with({"true", "exit 0"}), "setup line 2 failed: exit 0 (it ended the script)");
  EXPECT_EQ(reason_with({"true\ntrue", "cd /no/such"}),
            "setup line 2 failed: cd /no/such (exit status 1)");
}

TEST_F(Run, TheFileStopIsThereBeforeTheSignalIs) {
  start();
  submit(shell(1,
               "trap 'test -e $DIWAN_TRIAL_DIR/stop && echo told >told; exit 0' TERM; test -e stop "
               "|| echo loss=1; while :; do sleep 0.01; done"));
  ASSERT_TRUE(listener_->until_value(1));

  cancel(1);

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(text_of(attempt(1) / "told"), "told\n");
}

TEST_F(Run, TheTimeLimitEndsARunAsFailed) {
  start([](RunSettings& settings) {
    settings.time_limit = std::chrono::seconds{1};
    settings.grace = std::chrono::milliseconds{50};
  });

  const Ended& ended = end_of(shell(1, "trap '' TERM; while :; do sleep 0.01; done"));

  EXPECT_EQ(ended.outcome, RunOutcome::failed);
  EXPECT_EQ(ended.reason, "time limit of 1 s");
}

TEST_F(Run, AKillThatIsNotOursHintsAtMemory) {
  start();

  const Ended& ended = end_of(shell(1, "kill -9 $$"));

  EXPECT_EQ(ended.signal, SIGKILL);
  EXPECT_NE(ended.reason.find("want of memory"), std::string::npos);
}

TEST_F(Run, UsageIsTold) {
  start();

  const Ended& ended = end_of(shell(1, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));

  EXPECT_GT(ended.usage.peak_memory_bytes, std::uint64_t{100} << 10);
  EXPECT_GT(ended.usage.cpu_seconds, 0.0);
}

TEST_F(Run, TheExitRecordIsThereWhenTheEndIsTold) {
  start();

  end_of(shell(1, "exit 3"));

  const auto record = nlohmann::json::parse(text_of(attempt(1) / "exit"));
  EXPECT_EQ(record.at("outcome"), "failed");
  EXPECT_EQ(record.at("exitCode"), 3);
  EXPECT_EQ(record.at("signal"), nullptr);
}

TEST_F(Run, ATornExitRecordIsNone) {
  start();
  std::filesystem::create_directories(attempt(1));
  std::ofstream{attempt(1) / "exit"} << R"({"version":1,"outcome":"fai)";

  const Ended& ended = end_of(shell(1, "exit 3"));

  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(nlohmann::json::parse(text_of(attempt(1) / "exit")).at("exitCode"), 3);
}

TEST_F(Run, AFullOrMissingDirectoryLosesTheRun) {
  start([](RunSettings& settings) { settings.directory = "/proc/no"; });

  const Ended& ended = end_of(command(1, {"true"}));

  EXPECT_EQ(ended.outcome, RunOutcome::lost);
  EXPECT_NE(ended.reason.find("/proc/no/trials"), std::string::npos);
}

}  // namespace
}  // namespace diwan::test
