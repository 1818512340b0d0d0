// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace diwan {

/// The value of a hyperparameter.
using HParam = std::variant<double, std::string>;

/// What the HParams plugin of TensorBoard is told of a search as a whole.
struct HParamsLayout {
  struct Parameter {
    std::string name;
    std::vector<HParam> values;  ///< of a finite list; empty: an interval
    std::pair<double, double> interval = {};
  };
  std::string name;
  double created = 0;  ///< unix seconds
  std::vector<Parameter> parameters;
  std::vector<std::string> metrics;  ///< tags of scalars
};

/// Makes the bytes of one event file of TensorBoard.
class EventWriter {
 public:
  /// @param wall_time  unix seconds, as are all below
  explicit EventWriter(double wall_time);

  /// TensorBoard keeps values with the precision of a float.
  void scalar(std::string_view tag, std::int64_t step, double value, double wall_time);

  // For the HParams plugin: the layout stands once, in the folder above all runs; a run has a start
  // and, where it is over, an end.
  void layout(const HParamsLayout& layout);
  void session_start(const std::vector<std::pair<std::string, HParam>>& hparams, double time);
  void session_end(bool succeeded, double time);

  std::string take() { return std::move(bytes_); }

 private:
  void plugin_data(std::string_view tag, const std::string& content, double wall_time);
  void record(std::string_view payload);

  std::string bytes_;
};

}  // namespace diwan
