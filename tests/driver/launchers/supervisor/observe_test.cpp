// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors

// How what a trial writes becomes observations, live and again from its folder.

#include <csignal>
#include <fstream>
#include <numeric>

#include "driver/launchers/supervisor/process_tree.hpp"
#include "driver/launchers/supervisor/recover.hpp"
#include "driver/launchers/supervisor/supervisor_process.hpp"
#include "tests/collectors/tfevents/event_file.hpp"
#include "tests/driver/launchers/supervisor/run_case.hpp"

namespace diwan::test {
namespace {

class Observe : public RunCase {
 protected:
  void start_with_file() {
    start([](RunSettings& settings) {
      settings.collector.kind = CollectorKind::file;
      settings.metrics_file = "m.log";
    });
  }
  void start_with_events() {
    start([](RunSettings& settings) {
      settings.collector.kind = CollectorKind::tensor_flow_event;
      settings.metrics_file = "metrics/logs";
    });
  }
  /// A file three folders above a trial's working directory.
  void put(const std::string& name, const std::string& bytes) {
    std::ofstream{directory_.path() / name, std::ios::binary} << bytes;
  }
};

std::vector<double> values_in(const std::vector<Report>& reports) {
  std::vector<double> values;
  for (const Report& report : reports) {
    if (const auto* observed = std::get_if<Observed>(&report)) {
      values.insert(values.end(), observed->values.begin(), observed->values.end());
    }
  }
  return values;
}

TEST_F(Observe, ARunWithoutTheObjectiveSaysWhatItPrintedInstead) {
  start();

  const std::string reason =
      end_of(shell(1, R"(printf 'epoch 1\n\033[31mval_loss: 0.5\033[0m Loss=1\nbye\n')")).reason;

  EXPECT_EQ(reason,
            R"(no value of "loss" was seen in its output; numbers stand there by val_loss, Loss; )"
            "read is a line with loss=0.5");
}

TEST_F(Observe, ANameThatTheDefaultFilterDoesNotReadIsToldWithAFilterThatDoes) {
  start([](RunSettings& settings) { settings.collector.metrics = {"val/loss"}; });

  const std::string reason = end_of(shell(1, "echo val/loss=0.5")).reason;

  EXPECT_TRUE(reason.ends_with(R"(set metricsFormat, such as '(val/loss)\s*=\s*([-+.\w]+)')"))
      << reason;
}

TEST_F(Observe, AnObjectiveThatIsNeverFiniteIsToldApart) {
  start();

  EXPECT_EQ(end_of(shell(1, "echo loss=nan")).reason,
            R"(every value of "loss" was nan or infinite)");
  EXPECT_EQ(end_of(shell(2, "echo loss=nan loss=1")).reason, "");
}

TEST_F(Observe, AMetricsFileThatWasNeverWrittenIsNamed) {
  start_with_file();

  const std::string reason = end_of(shell(1, "echo oops >&2")).reason;

  EXPECT_NE(reason.find("m.log, which was never written"), std::string::npos) << reason;
}

TEST_F(Observe, AFifoWhereAFileBelongsHoldsNobody) {
  start_with_file();
  EXPECT_NE(end_of(shell(1, "mkfifo m.log")).reason, "");
  start_with_events();
  EXPECT_NE(end_of(shell(2, "mkfifo metrics/logs/events.out.tfevents.1")).reason, "");
  start([](RunSettings& settings) { settings.collector.kind = CollectorKind::push; });
  EXPECT_NE(end_of(shell(3, "mkfifo $DIWAN_METRICS")).reason, "");
}

TEST_F(Observe, ARunThatPushedOtherMetricsSaysWhichAndOneThatPushedNoneSaysSo) {
  start([](RunSettings& settings) { settings.collector.kind = CollectorKind::push; });

  const std::string other =
      end_of(shell(1, R"(echo loss=1; echo '{"step":3,"Loss":0.5}' >>$DIWAN_METRICS)")).reason;
  const std::string nothing = end_of(shell(2, "echo loss=1")).reason;

  const std::string file = (attempt(1) / "metrics.jsonl").native();
  EXPECT_EQ(other, R"(no value of "loss" was seen in DIWAN_METRICS, )" + file +
                       R"(; numbers stand there by Loss, step; read is a line {"loss": 0.5} )"
                       "of that file, as diwan report-metric writes it");
  EXPECT_NE(nothing.find("metrics.jsonl, which was never written"), std::string::npos) << nothing;
}

TEST_F(Observe, AKillInTheMiddleOfAPushedLineCostsThatLineAlone) {
  start();

  end_of(shell(1, R"(echo '{"step":1,"loss":0.5}' >>$DIWAN_METRICS; printf '{"step":2,"lo' )"
                  ">>$DIWAN_METRICS; kill -9 $$"));

  EXPECT_EQ(listener_->end(1).signal, SIGKILL);
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{0.5}));
}

TEST_F(Observe, PushedLinesThatCannotBeReadAreTold) {
  start();

  end_of(shell(1, R"(printf '{"loss":0.5}\nnot json\n{"loss":"abc"}\n' >>$DIWAN_METRICS)"));

  ASSERT_TRUE(listener_->until([&] { return !listener_->notices().empty(); }));
  const std::string& notice = listener_->notices().front();
  EXPECT_EQ(notice.find("in DIWAN_METRICS of e-1 was passed over: not json"), 0U) << notice;
  EXPECT_EQ(listener_->story(1).values().at(0), 0.5);
}

TEST_F(Observe, PushesComeWhileTheRunLives) {
  start();

  submit(shell(1, R"(echo '{"step":3,"loss":0.5}' >>$DIWAN_METRICS; exec sleep 1000)"));

  ASSERT_TRUE(listener_->until_value(1));
  const Observed& batch = listener_->story(1).observed.at(0);
  EXPECT_EQ(batch.source, Source::push);
  EXPECT_EQ(batch.steps, (std::vector<std::int64_t>{3}));
  EXPECT_TRUE(listener_->story(1).ended.empty());
}

TEST_F(Observe, AMetricsFileIsReadWhileItGrowsAndToItsEnd) {
  start_with_file();

  submit(shell(1,
               "echo loss=9; echo loss=1 >m.log; while [ ! -e go ]; do sleep 0.01; done; "
               "printf loss=2 >>m.log"));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1, 2}));
  EXPECT_EQ(output(1), "loss=9\n");
}

TEST_F(Observe, ARotatedMetricsFileLosesNothing) {
  start_with_file();

  submit(shell(1,
               "echo loss=1 >m.log; while [ ! -e go ]; do sleep 0.01; done; "
               "echo loss=2 >>m.log; mv m.log old; echo loss=3 >m.log"));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1, 2, 3}));
}

TEST_F(Observe, AMetricsFileRotatedFasterThanAnybodyLooksLosesNothing) {
  start_with_file();
  std::vector<double> expected(20);
  std::iota(expected.begin(), expected.end(), 1);

  end_of(shell(1, "for i in $(seq 20); do echo loss=$i >m.log; mv m.log m.$i; done"));

  EXPECT_EQ(listener_->story(1).values(), expected);
}

TEST_F(Observe, EventFilesAreReadWhileTheyGrowAndToTheirEnd) {
  start_with_events();
  put("one", event_file::event(1.5, 7, event_file::simple("loss", 0.5F)));
  put("two", event_file::event(2, 8, event_file::simple("loss", 0.25F)));

  submit(shell(1,
               "mkdir metrics/logs/train; cat ../../../one >metrics/logs/train/a.tfevents; "
               "while [ ! -e go ]; do sleep 0.01; done; "
               "cat ../../../one >>metrics/logs/train/a.tfevents; "
               "cat ../../../two >metrics/logs/b.tfevents; "
               "echo loss=9"));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  const Observed& batch = listener_->story(1).observed.at(0);
  EXPECT_EQ(batch.source, Source::file);
  EXPECT_EQ(batch.steps.at(0), 7);
  EXPECT_EQ(batch.times.at(0), Time{std::chrono::milliseconds{1500}});
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{0.5, 0.5, 0.25}));
}

TEST_F(Observe, EventFilesWithoutTheObjectiveSayWhichTagsTheyHave) {
  start_with_events();
  put("one", event_file::event(1, 7, event_file::simple("epoch_loss", 0.5F)) + "torn");

  const std::string reason =
      end_of(shell(1, "mkdir metrics/logs/train; cat ../../../one >metrics/logs/train/a.tfevents"))
          .reason;
  const std::string nothing = end_of(shell(2, "echo loss=1")).reason;

  EXPECT_NE(reason.find("metrics/logs; numbers stand there by train/epoch_loss; read is a scalar "
                        "with the tag \"loss\"; passed over: a record that the file ends within"),
            std::string::npos)
      << reason;
  EXPECT_NE(nothing.find("metrics/logs, where none was written; read is"), std::string::npos)
      << nothing;
}

TEST_F(Observe, DamageInEventFilesIsTold) {
  start_with_events();
  put("one", event_file::event(1, 7, event_file::simple("loss", 0.5F)) + "torn");

  EXPECT_EQ(end_of(shell(1, "cat ../../../one >metrics/logs/a.tfevents")).reason, "");

  ASSERT_TRUE(listener_->until([&] { return !listener_->notices().empty(); }));
  const std::string& notice = listener_->notices().front();
  EXPECT_EQ(notice.find("in the event files of e-1 was passed over: a record that"), 0U) << notice;
}

TEST_F(Observe, EventFilesGiveTheSameAgain) {
  start_with_events();
  put("one", event_file::event(1, 1, event_file::simple("loss", 1)));
  put("two", event_file::event(1, 2, event_file::simple("loss", 2)));
  submit(shell(1,
               "cat ../../../two >metrics/logs/b.tfevents; while [ ! -e go ]; do sleep 0.01; done; "
               "cat ../../../one >metrics/logs/a.tfevents"));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "go");
  ASSERT_TRUE(listener_->until_ended(1));

  const std::vector<Report> again = recover(settings_, "e-1", {.trial = 1, .attempt = 1});

  EXPECT_EQ(values_in(again), (std::vector<double>{2, 1}));
  EXPECT_EQ(values_in(again), listener_->story(1).values());
  EXPECT_EQ(std::get<Ended>(again.back()), listener_->end(1));
}

TEST_F(Observe, APushWinsOverTheOutput) {
  start();

  submit(shell(1,
               "echo '{\"loss\":1}' >>$DIWAN_METRICS; while [ ! -e go ]; do sleep 0.01; done; "
               "echo loss=5"));
  ASSERT_TRUE(listener_->until_value(1));
  touch(attempt(1) / "go");

  ASSERT_TRUE(listener_->until_ended(1));
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1}));
}

TEST_F(Observe, GarbageIsLoggedAndHarmless) {
  start();

  end_of(shell(1, "head -c 300000 /dev/urandom; head -c 100000 /dev/zero >&2; echo; echo loss=1"));

  EXPECT_EQ(listener_->end(1).outcome, RunOutcome::succeeded);
  EXPECT_GE(std::filesystem::file_size(attempt(1) / "stdout.log"), 300000U);
  EXPECT_EQ(std::filesystem::file_size(attempt(1) / "stderr.log"), 100000U);
  EXPECT_EQ(listener_->story(1).values().back(), 1.0);
}

TEST_F(Observe, AHundredMegabytesAreLoggedWhole) {
  start();

  end_of(shell(1, "head -c 100000000 /dev/zero; echo; echo loss=1"));

  EXPECT_EQ(std::filesystem::file_size(attempt(1) / "stdout.log"), 100000008U);
  EXPECT_EQ(listener_->story(1).values(), (std::vector<double>{1}));
}

TEST_F(Observe, AClientThatDoesNotReadMakesTheTrialWait) {
  SupervisorProcess supervisor{supervisor_program()};
  supervisor.send(Configure{settings_in(directory_.path())});
  supervisor.send(Start{shell(1, "yes loss=1 | head -n 3000000; echo done >done"), 0});

  // As long as nothing is read the log stops growing, far from its end.
  const auto log = attempt(1) / "stdout.log";
  std::uintmax_t size = 0;
  for (int same = 0; same < 20;) {
    usleep(20000);
    std::error_code error;
    const auto now = std::filesystem::file_size(log, error);
    same = !error && now == size && now > 0 ? same + 1 : 0;
    size = error ? 0 : now;
  }
  EXPECT_LT(size, 15000000U);
  EXPECT_FALSE(std::filesystem::exists(attempt(1) / "done"));

  std::uint64_t values = 0;
  for (bool ended = false; !ended;) {
    for (const Message& message : supervisor.receive()) {
      if (const auto* observed = std::get_if<Observed>(&message)) {
        EXPECT_EQ(observed->first, values);
        values += observed->values.size();
      }
      ended |= std::holds_alternative<Ended>(message);
    }
    usleep(500);
  }
  EXPECT_EQ(values, 3000000U);
}

TEST_F(Observe, ASupervisorThatEndsAsItWasToldHasNotFailedAndNothingIsSaidOfIt) {
  for (const bool told : {true, false}) {
    SupervisorProcess supervisor{supervisor_program()};
    supervisor.send(Configure{settings_in(directory_.path())});
    if (told) {
      supervisor.send(Shutdown{});
    } else {
      // It may or may not have made its guardian by now: what there is goes, all of it.
      kill(supervisor.pid(), SIGSTOP);
      usleep(20000);
      for (const Process& process : trees(list_processes(), [&](const Process& process) {
             return process.pid == supervisor.pid();
           })) {
        kill(process.pid, SIGKILL);
      }
    }
    std::size_t notices = 0;
    for (int tries = 0; supervisor.alive() && tries < 2000; ++tries) {
      for (const Message& message : supervisor.receive()) {
        notices += std::holds_alternative<Notice>(message) ? 1 : 0;
      }
      usleep(5000);
    }
    EXPECT_FALSE(supervisor.alive());
    EXPECT_EQ(supervisor.failed(), !told);
    EXPECT_EQ(notices, told ? 0U : 1U);
  }
}

TEST_F(Observe, WhatAFolderHoldsIsTheSameAgain) {
  start();
  end_of(shell(1, "echo loss=1; echo loss=2 >&2; echo loss=3; exit 5"));

  const std::vector<Report> again = recover(settings_, "e-1", {.trial = 1, .attempt = 1});

  EXPECT_EQ(values_in(again), (std::vector<double>{1, 3, 2}));
  EXPECT_EQ(std::get<Ended>(again.back()), listener_->end(1));
  for (const Report& report : again) {
    if (const auto* observed = std::get_if<Observed>(&report)) {
      EXPECT_EQ(observed->first, 0U);
    }
  }
}

TEST_F(Observe, WithoutAnExitRecordOnlyObservationsComeAgain) {
  start();
  submit(shell(1, "echo loss=1; exec sleep 1000"));
  ASSERT_TRUE(listener_->until_value(1));

  const std::vector<Report> again = recover(settings_, "e-1", {.trial = 1, .attempt = 1});

  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(std::get<Observed>(again[0]).values, (std::vector<double>{1}));
}

TEST_F(Observe, OfAFolderThatIsNotThereNothingComes) {
  EXPECT_TRUE(recover(settings_in(directory_.path()), "e-9", {.trial = 9, .attempt = 1}).empty());
}

}  // namespace
}  // namespace diwan::test
