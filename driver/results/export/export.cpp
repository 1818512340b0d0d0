// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/results/export/export.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <utility>

#include "driver/results/export/place.hpp"
#include "driver/results/row.hpp"
#include "driver/results/trials.hpp"

namespace diwan {
namespace {

namespace fs = std::filesystem;

/// Does the file begin so, or end within that at the end of a line (there was no trial yet)?
bool begins(const fs::path& path, const std::string& begin) {
  std::error_code none;
  if (!fs::is_regular_file(path, none)) {
    return false;
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(begin.size(), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text == begin || (text.ends_with('\n') && begin.starts_with(text));
}

/// Could the file have become the newer one while the experiment went on? Each line is the same, or
/// of a trial that had not ended; there may be more of them now.
bool is_earlier(const fs::path& earlier, const fs::path& newer) {
  std::ifstream before(earlier, std::ios::binary);
  std::ifstream now(newer, std::ios::binary);
  const auto open = [](const std::string& line) {
    return std::ranges::any_of(
        std::array{",Running,", ",Pending,", "\"Running\"", "\"Pending\""},
        [&](const char* word) { return line.find(word) != std::string::npos; });
  };
  std::string present;
  for (std::string line; std::getline(before, line);) {
    if (!std::getline(now, present) || (line != present && !open(line))) {
      return false;
    }
  }
  return true;
}

/// Of a file: is it an export of this experiment that nobody has changed? Before the new one is
/// whole only its begin can say so.
class EarlierFile {
 public:
  explicit EarlierFile(std::string begin) : begin_{std::move(begin)} {}
  void compare_with(fs::path newer) { newer_ = std::move(newer); }
  bool operator()(const fs::path& there) const {
    return begins(there, begin_) && (newer_.empty() || is_earlier(there, newer_));
  }

 private:
  std::string begin_;
  fs::path newer_;
};

/// The text up to the first trial's name, which no other experiment has.
std::string begin_of(const std::string& text, const Loaded& loaded) {
  const auto& trials = loaded.experiment.trials();
  if (trials.empty()) {
    return text;
  }
  const std::string& name = trials.front().name;
  return text.substr(0, text.find(name) + name.size());
}

void write_csv(const Loaded& loaded, const fs::path& path) {
  const std::string text = trials_csv(loaded, select(loaded, {}));
  EarlierFile earlier(begin_of(text, loaded));
  ExportPlace place(path, std::ref(earlier));
  NewFile file(place, place.beside());
  file.write(text);
  file.close();
  earlier.compare_with(place.beside());
  place.publish();
}

/// For each trial its row, with the experiment's name and all its observations.
std::string json_line(const Loaded& loaded, const Trial& trial,
                      const std::vector<Reading>& readings) {
  Value line(Value::Fields{{"version", 1}, {"experiment", loaded.spec.name}});
  const Value row = row_value(loaded, trial);
  for (const Value::Field& field : std::get<Value::Fields>(row.node())) {
    line[field.first] = field.second;
  }
  Value::List observations;
  observations.reserve(readings.size());
  for (const Reading& reading : readings) {
    observations.push_back(document_of(loaded, reading));
  }
  line["observations"] = std::move(observations);
  return json_text(line) + "\n";
}

void write_json_lines(const Loaded& loaded, const fs::path& path) {
  const auto& trials = loaded.experiment.trials();
  EarlierFile earlier(trials.empty() ? ""
                                     : begin_of(json_line(loaded, trials.front(), {}), loaded));
  ExportPlace place(path, std::ref(earlier));
  const auto readings = all_readings(loaded);
  NewFile file(place, place.beside());
  for (const Trial& trial : trials) {
    const auto found = readings.find(trial.number);
    file.write(
        json_line(loaded, trial, found == readings.end() ? std::vector<Reading>{} : found->second));
  }
  file.close();
  earlier.compare_with(place.beside());
  place.publish();
}

Curves curves_of(const Loaded& loaded) {
  Curves curves = all_readings(loaded);
  for (auto& [trial, readings] : curves) {
    readings = curve(readings);
  }
  return curves;
}

std::size_t write_folder(const Loaded& loaded, std::string_view format, const fs::path& path,
                         std::size_t (*fill)(const Loaded&, const Curves&, ExportFolder&)) {
  const std::string& name = loaded.spec.name;
  ExportPlace place(
      path, [&](const fs::path& there) { return ExportFolder::is_as_left(there, name, format); });
  ExportFolder folder(place);
  const std::size_t trials = fill(loaded, curves_of(loaded), folder);
  folder.finish(name, format);
  place.publish();
  return trials;
}

}  // namespace

std::size_t write_export(const Loaded& loaded, ExportFormat format, const fs::path& path) {
  switch (format) {
    case ExportFormat::csv:
      write_csv(loaded, path);
      break;
    case ExportFormat::jsonl:
      write_json_lines(loaded, path);
      break;
    case ExportFormat::mlflow:
      return write_folder(loaded, "mlflow", path, write_mlflow);
    case ExportFormat::tensorboard:
      return write_folder(loaded, "tensorboard", path, write_tensorboard);
  }
  return loaded.experiment.trials().size();
}

}  // namespace diwan
