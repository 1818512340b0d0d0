// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/export/export.hpp"

#include <array>
#include <climits>
#include <csignal>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "collectors/tfevents/event_collector.hpp"
#include "driver/results/export/names.hpp"
#include "tests/driver/results/sample.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using test::Sample;
using test::ScratchDirectory;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Names that no file can have, or that lead elsewhere.
std::string hard_spec() {
  std::string text = test::sample_spec();
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  };
  replace("additionalMetricNames: [accuracy]", "additionalMetricNames: [\"../../acc é\"]");
  return text;
}

/// One trial that succeeded with a curve, one that failed, one that waits.
struct Found {
  explicit Found(const std::string& spec = test::sample_spec())
      : sample(Sample::Owner::this_process, spec) {
    const RunKey good = sample.start(sample.suggest("good", 0.01, 1, 3, 1));
    sample.observe(good, 0, {0.5, 0.25}, 10);
    sample.observe(good, 1, {0.9});
    sample.end(good, RunOutcome::succeeded);
    sample.end(sample.start(sample.suggest("bad", 0.02)), RunOutcome::failed, 3, "exit status 3");
    sample.suggest("waits", 0.03);
    sample.close(5, "stopped");
  }
  Loaded loaded() const { return load(sample.directory()); }
  Sample sample;
};

std::string field(const Value& fields, std::string_view name) {
  return json_text(*fields.find(name));
}

/// The only folder in another, but for hidden files.
fs::path only_folder(const fs::path& folder) {
  fs::path only;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) {
      EXPECT_TRUE(only.empty()) << entry.path();
      only = entry.path();
    }
  }
  return only;
}

/// The run of MLflow whose name this is.
fs::path run_named(const fs::path& experiment, const std::string& name) {
  for (const auto& entry : fs::directory_iterator(experiment)) {
    if (contents(entry.path() / "tags" / "mlflow.runName") == name) {
      return entry.path();
    }
  }
  return {};
}

TEST(Export, JsonLinesHaveARowAndAllObservationsOfEachTrial) {
  const Found found;
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "trials.jsonl";

  write_export(found.loaded(), ExportFormat::jsonl, path);

  std::ifstream lines(path);
  std::vector<Json> rows;
  for (std::string line; std::getline(lines, line);) {
    rows.push_back(Json::parse(line));
  }
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]["version"], 1);
  EXPECT_EQ(rows[0]["experiment"], "e");
  EXPECT_EQ(rows[0]["assignments"]["batch"], "64");
  ASSERT_EQ(rows[0]["observations"].size(), 3U);
  EXPECT_EQ(rows[0]["observations"][1]["step"], 11);
  EXPECT_EQ(rows[2]["observations"], Json::array());
}

TEST(Export, MlflowHasARunForEachTrialThatBegan) {
  const Found found;
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "mlruns";

  write_export(found.loaded(), ExportFormat::mlflow, path);

  const fs::path experiment = only_folder(path);
  EXPECT_EQ(field(parse_yaml(contents(experiment / "meta.yaml")), "name"), R"("e")");
  const fs::path run = run_named(experiment, "e-good");
  ASSERT_FALSE(run.empty());
  const Value meta = parse_yaml(contents(run / "meta.yaml"));
  EXPECT_EQ(field(meta, "run_id"), json_string(run.filename().string()));
  EXPECT_EQ(field(meta, "experiment_id"), json_string(experiment.filename().string()));
  EXPECT_EQ(field(meta, "status"), "3");
  EXPECT_EQ(contents(run / "params" / "lr"), "0.01");
  EXPECT_EQ(contents(run / "params" / "batch"), "64");
  const std::string losses = contents(run / "metrics" / "loss");
  EXPECT_NE(losses.find(" 0.5 10\n"), std::string::npos) << losses;
  EXPECT_NE(losses.find(" 0.25 11\n"), std::string::npos) << losses;
  EXPECT_EQ(contents(run_named(experiment, "e-bad") / "tags" / "diwan.reason"), "exit status 3");
  EXPECT_EQ(run_named(experiment, "e-waits"), fs::path());
}

TEST(Export, NoNameLeadsOutOfItsFolder) {
  const Found found(hard_spec());
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "a" / "mlruns";
  fs::create_directory(scratch.path() / "a");

  write_export(found.loaded(), ExportFormat::mlflow, path);

  const fs::path run = run_named(only_folder(path), "e-good");
  EXPECT_NE(contents(run / "metrics" / "_.._.._acc _").find(" 0.9 1\n"), std::string::npos);
  EXPECT_EQ(contents(run / "tags" / "diwan.name._.._.._acc _"), "../../acc é");
  EXPECT_EQ(only_folder(scratch.path()), scratch.path() / "a");
  EXPECT_EQ(only_folder(scratch.path() / "a"), path);
}

TEST(Export, TensorboardReadsBackAsItsCurves) {
  const Found found;
  const ScratchDirectory scratch;
  const fs::path path = scratch.path() / "logs";

  write_export(found.loaded(), ExportFormat::tensorboard, path);

  const fs::path run = path / "e-good";
  std::vector<double> losses;
  std::vector<std::int64_t> steps;
  for (const auto& entry : fs::directory_iterator(run)) {
    EventCollector collector({"loss", "accuracy"}, entry.path().string());
    for (const Observation& one : collector.feed(contents(entry.path()))) {
      if (one.metric == 0) {
        losses.push_back(one.value);
        steps.push_back(*one.step);
      }
    }
    EXPECT_TRUE(collector.finish().empty());
    EXPECT_EQ(collector.skipped().count, 0U);
  }
  EXPECT_EQ(losses, (std::vector<double>{0.5, 0.25}));
  EXPECT_EQ(steps, (std::vector<std::int64_t>{10, 11}));
  EXPECT_FALSE(fs::exists(path / "e-waits"));
}

constexpr std::array all_formats = {ExportFormat::csv, ExportFormat::jsonl, ExportFormat::mlflow,
                                    ExportFormat::tensorboard};

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(Export, TensorboardHasTheStepsInTheirOrder) {
  Sample sample;
  const RunKey run = sample.start(sample.suggest("one", 0.01));
  sample.observe(run, 0, {0.5}, 7);
  sample.observe(run, 0, {0.25}, 3);
  sample.end(run, RunOutcome::succeeded);
  sample.close(0);
  const ScratchDirectory scratch;

  write_export(load(sample.directory()), ExportFormat::tensorboard, scratch.path() / "logs");

  EventCollector collector({"loss"}, "");
  std::vector<double> losses;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "logs" / "e-one")) {
    for (const Observation& one : collector.feed(contents(entry.path()))) {
      losses.push_back(one.value);
    }
  }
  EXPECT_EQ(losses, (std::vector<double>{0.25, 0.5}));
}

TEST(Export, ReplacesItselfAndLeavesNothingBehind) {
  const Found found;
  const ScratchDirectory scratch;
  for (const ExportFormat format : all_formats) {
    const fs::path path = scratch.path() / std::to_string(static_cast<int>(format));

    write_export(found.loaded(), format, path);
    EXPECT_NO_THROW(write_export(found.loaded(), format, path));
  }

  const auto entries = fs::directory_iterator(scratch.path());
  EXPECT_EQ(std::distance(fs::begin(entries), fs::end(entries)), 4);
}

TEST(Export, LeavesWhatIsNoneOfItsOwn) {
  const Found found;
  const ScratchDirectory scratch;
  const fs::path file = scratch.path() / "notes";
  write(file, "mine\n");
  const fs::path folder = scratch.path() / "work";
  fs::create_directory(folder);
  write(folder / "thesis.tex", "mine\n");
  const fs::path link = scratch.path() / "link";
  fs::create_symlink(file, link);
  for (const ExportFormat format : all_formats) {
    EXPECT_THROW(write_export(found.loaded(), format, file), ExportRefused);
    EXPECT_THROW(write_export(found.loaded(), format, folder), ExportRefused);
    EXPECT_THROW(write_export(found.loaded(), format, link), ExportRefused);
  }

  EXPECT_EQ(contents(file), "mine\n");
  EXPECT_EQ(contents(folder / "thesis.tex"), "mine\n");
  EXPECT_TRUE(fs::is_symlink(link));
}

TEST(Export, LeavesThatOfAnotherFormatOrExperiment) {
  const Found found;
  std::string other_spec = test::sample_spec();
  other_spec.replace(other_spec.find("name: e"), 7, "name: f");
  const Found other(other_spec);
  const ScratchDirectory scratch;
  for (const ExportFormat format : all_formats) {
    const fs::path path = scratch.path() / std::to_string(static_cast<int>(format));
    write_export(found.loaded(), format, path);
    for (const ExportFormat second : all_formats) {
      EXPECT_TRUE(second == format || [&] {
        try {
          write_export(found.loaded(), second, path);
          return false;
        } catch (const ExportRefused&) {
          return true;
        }
      }());
    }

    if (format != ExportFormat::csv) {  // its trials are named by hand, alike in both
      EXPECT_THROW(write_export(other.loaded(), format, path), ExportRefused);
    }
  }
}

TEST(Export, LeavesAFileThatSomebodyChanged) {
  const Found found;
  const ScratchDirectory scratch;
  for (const ExportFormat format : {ExportFormat::csv, ExportFormat::jsonl}) {
    const fs::path path = scratch.path() / std::to_string(static_cast<int>(format));
    write_export(found.loaded(), format, path);
    const std::string whole = contents(path);
    write(path, whole + "mine\n");
    EXPECT_THROW(write_export(found.loaded(), format, path), ExportRefused);
    EXPECT_EQ(contents(path), whole + "mine\n");

    std::string noted = whole;
    const std::size_t head = format == ExportFormat::csv ? noted.find('\n') + 1 : 0;
    noted.insert(noted.find('\n', head), " # good");  // of the first trial, which has ended
    write(path, noted);
    EXPECT_THROW(write_export(found.loaded(), format, path), ExportRefused);

    write(path, whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1));  // a trial less
    EXPECT_NO_THROW(write_export(found.loaded(), format, path));
    EXPECT_EQ(contents(path), whole);
  }
}

TEST(Export, LeavesAFolderThatSomebodyChanged) {
  const Found found;
  const ScratchDirectory scratch;
  const fs::path added = scratch.path() / "added";
  write_export(found.loaded(), ExportFormat::mlflow, added);
  write(added / "a run of my own", "1");
  fs::last_write_time(added / "a run of my own", fs::file_time_type::min());
  const fs::path edited = scratch.path() / "edited";
  write_export(found.loaded(), ExportFormat::mlflow, edited);
  const fs::path note = run_named(only_folder(edited), "e-good") / "tags" / "diwan.number";
  fs::last_write_time(note, fs::last_write_time(note) + std::chrono::hours(1));

  EXPECT_THROW(write_export(found.loaded(), ExportFormat::mlflow, added), ExportRefused);
  EXPECT_THROW(write_export(found.loaded(), ExportFormat::mlflow, edited), ExportRefused);
}

TEST(Export, TakesWhatAProcessThatIsNoMoreLeft) {
  const Found found;
  const ScratchDirectory scratch;
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string begin = std::string(".diwan-export-") + host.data() + "-";
  const fs::path dead = scratch.path() / (begin + std::to_string(INT_MAX));
  const fs::path alive = scratch.path() / (begin + std::to_string(::getppid()));
  const fs::path other = scratch.path() / (begin + "notes");
  for (const fs::path& folder : {dead, alive, other}) {
    fs::create_directory(folder);
  }

  write_export(found.loaded(), ExportFormat::csv, scratch.path() / "trials.csv");

  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(alive));
  EXPECT_TRUE(fs::exists(other));
}

/// What a refusal says; empty if there is none.
std::string refusal(const Found& found, ExportFormat format, const fs::path& path) {
  try {
    write_export(found.loaded(), format, path);
  } catch (const ExportRefused& refused) {
    return refused.what();
  }
  return "";
}

TEST(Export, ThatCannotBeWrittenSaysWhereAndWhy) {
  const Found found;
  for (const ExportFormat format : all_formats) {
    EXPECT_EQ(refusal(found, format, "/proc/none/here"),
              "/proc/none/here cannot be written: No such file or directory; give a path in a "
              "folder that is there and that you can write to, on a disk with room");
  }
}

TEST(Export, BreaksOffWhereAFileCannotBeWrittenToItsEnd) {
  const Found found;
  const ScratchDirectory scratch;
  // As good as a full disk: the kernel refuses what is beyond the limit.
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const Loaded loaded = found.loaded();
  for (const ExportFormat format : all_formats) {
    const rlimit small{.rlim_cur = 16, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_THROW(write_export(loaded, format, scratch.path() / "x"), ExportRefused);
    ::setrlimit(RLIMIT_FSIZE, &before);
  }
  std::signal(SIGXFSZ, handler);

  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(FileNames, AreWhatMlflowTakes) {
  const auto name = [](std::string_view text) { return FileNames().of(text); };

  EXPECT_EQ(name("val/acc-1.5:x y_z"), "val/acc-1.5:x y_z");
  EXPECT_EQ(name(""), "_");
  EXPECT_EQ(name("."), "_.");
  EXPECT_EQ(name(".."), "_..");
  EXPECT_EQ(name("..x"), "_..x");
  EXPECT_EQ(name("/etc/passwd"), "_etc_passwd");
  EXPECT_EQ(name("a//b"), "a__b");
  EXPECT_EQ(name("a/./b"), "a_._b");
  EXPECT_EQ(name("a/../../b"), "a_.._.._b");
  EXPECT_EQ(name("a/"), "a_");
  EXPECT_EQ(name("größe\n<b>\"'"), "gr__e__b___");
  EXPECT_EQ(name(std::string_view("a\0b", 3)), "a_b");
  EXPECT_EQ(name(std::string(100000, 'x')), std::string(200, 'x'));
}

TEST(FileNames, AreNeverTheSameNorWithinEachOther) {
  FileNames names;

  EXPECT_EQ(names.of("a"), "a");
  EXPECT_EQ(names.of("a"), "a_2");
  EXPECT_EQ(names.of("a/b"), "a_b");
  EXPECT_EQ(names.of("a_b"), "a_b_2");
  EXPECT_EQ(names.of("c/d/e"), "c/d/e");
  EXPECT_EQ(names.of("c"), "c_2");
  EXPECT_EQ(names.of("c/d"), "c_d");
  EXPECT_EQ(names.of("c/d/f"), "c/d/f");
}

TEST(Utf8Text, ReplacesWhatIsNoneAndCutsBetweenCharacters) {
  EXPECT_EQ(utf8_text("grün\xFFx", 100), "grün\xEF\xBF\xBDx");
  EXPECT_EQ(utf8_text("abcdef", 6), "abcdef");
  EXPECT_EQ(utf8_text("abcdefg", 6), "abc…");
  EXPECT_EQ(utf8_text("abéééé", 6), "ab…");
}

}  // namespace
}  // namespace diwan
