// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/event_writer.hpp"

#include <cmath>
#include <limits>

#include "collectors/tfevents/event.pb.h"
#include "collectors/tfevents/hparams.pb.h"
#include "collectors/tfevents/masked_checksum.hpp"

namespace diwan {
namespace {

// Numbers of TensorBoard's enumerations.
constexpr int string_type = 1;
constexpr int number_type = 3;
constexpr int succeeded_status = 1;
constexpr int failed_status = 2;
constexpr int float_type = 1;
constexpr int scalar_class = 1;

template <class Number>
void append(Number number, std::string& bytes) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
  }
}

/// Beyond the largest float is infinity.
float float_of(double value) {
  constexpr double largest = std::numeric_limits<float>::max();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (std::abs(value) > largest) {
    return value < 0 ? -infinity : infinity;
  }
  return static_cast<float>(value);
}

tfevents::Value value_of(const HParam& hparam) {
  tfevents::Value value;
  if (const auto* number = std::get_if<double>(&hparam)) {
    value.set_number_value(*number);
  } else {
    value.set_string_value(std::get<std::string>(hparam));
  }
  return value;
}

tfevents::HParamInfo info_of(const HParamsLayout::Parameter& parameter) {
  tfevents::HParamInfo info;
  info.set_name(parameter.name);
  const bool texts =
      !parameter.values.empty() && std::holds_alternative<std::string>(parameter.values.front());
  info.set_type(texts ? string_type : number_type);
  for (const HParam& value : parameter.values) {
    *info.mutable_domain_discrete()->add_values() = value_of(value);
  }
  if (parameter.values.empty()) {
    info.mutable_domain_interval()->set_min_value(parameter.interval.first);
    info.mutable_domain_interval()->set_max_value(parameter.interval.second);
  }
  return info;
}

}  // namespace

EventWriter::EventWriter(double wall_time) {
  tfevents::Event event;
  event.set_wall_time(wall_time);
  event.set_file_version("brain.Event:2");
  record(event.SerializeAsString());
}

void EventWriter::scalar(std::string_view tag, std::int64_t step, double value, double wall_time) {
  tfevents::Event event;
  event.set_wall_time(wall_time);
  event.set_step(step);
  tfevents::Summary::Value& entry = *event.mutable_summary()->add_value();
  entry.set_tag(std::string(tag));
  entry.set_simple_value(float_of(value));
  entry.mutable_metadata()->mutable_plugin_data()->set_plugin_name("scalars");
  entry.mutable_metadata()->set_data_class(scalar_class);
  record(event.SerializeAsString());
}

void EventWriter::layout(const HParamsLayout& layout) {
  tfevents::HParamsPluginData data;
  tfevents::HParamsExperiment& experiment = *data.mutable_experiment();
  experiment.set_name(layout.name);
  experiment.set_time_created_secs(layout.created);
  for (const HParamsLayout::Parameter& parameter : layout.parameters) {
    *experiment.add_hparam_infos() = info_of(parameter);
  }
  for (const std::string& metric : layout.metrics) {
    experiment.add_metric_infos()->mutable_name()->set_tag(metric);
  }
  plugin_data("_hparams_/experiment", data.SerializeAsString(), layout.created);
}

void EventWriter::session_start(const std::vector<std::pair<std::string, HParam>>& hparams,
                                double time) {
  tfevents::HParamsPluginData data;
  tfevents::SessionStart& start = *data.mutable_session_start_info();
  for (const auto& [name, value] : hparams) {
    (*start.mutable_hparams())[name] = value_of(value);
  }
  start.set_start_time_secs(time);
  plugin_data("_hparams_/session_start_info", data.SerializeAsString(), time);
}

void EventWriter::session_end(bool succeeded, double time) {
  tfevents::HParamsPluginData data;
  data.mutable_session_end_info()->set_status(succeeded ? succeeded_status : failed_status);
  data.mutable_session_end_info()->set_end_time_secs(time);
  plugin_data("_hparams_/session_end_info", data.SerializeAsString(), time);
}

void EventWriter::plugin_data(std::string_view tag, const std::string& content, double wall_time) {
  tfevents::Event event;
  event.set_wall_time(wall_time);
  tfevents::Summary::Value& entry = *event.mutable_summary()->add_value();
  entry.set_tag(std::string(tag));
  // a tensor of no elements: only the metadata says something
  entry.mutable_tensor()->set_dtype(float_type);
  entry.mutable_tensor()->mutable_tensor_shape()->add_dim()->set_size(0);
  auto& plugin = *entry.mutable_metadata()->mutable_plugin_data();
  plugin.set_plugin_name("hparams");
  plugin.set_content(content);
  record(event.SerializeAsString());
}

void EventWriter::record(std::string_view payload) {
  std::string length;
  append(static_cast<std::uint64_t>(payload.size()), length);
  bytes_ += length;
  append(masked_checksum(length), bytes_);
  bytes_ += payload;
  append(masked_checksum(payload), bytes_);
}

}  // namespace diwan
