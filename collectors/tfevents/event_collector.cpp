// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/tfevents/event_collector.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "collectors/observed.hpp"
#include "collectors/skip_count.hpp"
#include "collectors/tfevents/event.pb.h"
#include "collectors/tfevents/scalar.hpp"
#include "collectors/timestamp.hpp"

namespace diwan {
namespace {

std::string_view folder_of(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : file.substr(0, slash);
}

std::optional<tfevents::Event> parse_event(std::string_view payload) {
  std::optional<tfevents::Event> event(std::in_place);
  // Its size fits: RecordReader::limit_bytes.
  if (!event->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    event.reset();
  }
  return event;
}

}  // namespace

class EventCollector::Sink final : public RecordSink {
 public:
  Sink(EventCollector& collector, std::vector<Observation>& found)
      : collector_(collector), found_(found) {}

  void record(std::string_view payload, std::uint64_t at) override {
    const auto event = parse_event(payload);
    if (!event) {
      damaged("a record that is no event", at);
      return;
    }
    for (const auto& value : event->summary().value()) {
      const auto metrics = collector_.metrics_.of(value.tag());
      if (metrics.empty()) {
        continue;
      }
      const auto scalar = scalar_of(value);
      if (!scalar) {
        damaged("a value of \"" + value.tag() + "\" that is no scalar", at);
        continue;
      }
      for (const std::uint32_t metric : metrics) {
        Observation& observation = found_.emplace_back(observed_number(metric, *scalar));
        observation.step = event->step();
        observation.time = from_unix_seconds(event->wall_time());
      }
    }
  }

  void damaged(std::string_view why, std::uint64_t at) override {
    const std::string& file = collector_.file_;
    count_skipped(collector_.skipped_, std::string(why) + " (byte " + std::to_string(at) +
                                           (file.empty() ? "" : " of " + file) + ")");
  }

 private:
  EventCollector& collector_;
  std::vector<Observation>& found_;
};

EventCollector::EventCollector(const std::vector<std::string>& metrics, std::string file)
    : file_(std::move(file)), metrics_(metrics, folder_of(file_)) {}

std::vector<Observation> EventCollector::feed(std::string_view bytes) {
  std::vector<Observation> found;
  Sink sink(*this, found);
  records_.feed(bytes, sink);
  return found;
}

std::vector<Observation> EventCollector::finish() {
  std::vector<Observation> found;
  Sink sink(*this, found);
  records_.finish(sink);
  return found;
}

std::vector<std::string> scalar_tags(std::string_view bytes) {
  class Tags final : public RecordSink {
   public:
    explicit Tags(std::vector<std::string>& found) : found_(found) {}
    void record(std::string_view payload, std::uint64_t /*at*/) override {
      const auto event = parse_event(payload);
      if (!event) {
        return;
      }
      for (const auto& value : event->summary().value()) {
        if (scalar_of(value) &&
            std::find(found_.begin(), found_.end(), value.tag()) == found_.end()) {
          found_.push_back(value.tag());
        }
      }
    }
    void damaged(std::string_view /*why*/, std::uint64_t /*at*/) override {}

   private:
    std::vector<std::string>& found_;
  };
  std::vector<std::string> found;
  Tags tags(found);
  RecordReader{}.feed(bytes, tags);
  return found;
}

}  // namespace diwan
