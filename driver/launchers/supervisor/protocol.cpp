// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/supervisor/protocol.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "driver/launchers/supervisor/codec.hpp"
#include "driver/launchers/supervisor/codec_reader.hpp"

namespace diwan {

using codec::Like;

// Found by argument-dependent lookup from the codec, hence in the namespace of the types.

template <class A, Like<RunKey> T>
static void fields(A& archive, T& x) {
  archive(x.trial, x.attempt);
}
template <class A, Like<CollectorSpec> T>
static void fields(A& archive, T& x) {
  archive(x.kind, x.format, x.metrics, x.filters);
}
template <class A, Like<ScrapeTarget> T>
static void fields(A& archive, T& x) {
  archive(x.port, x.path, x.headers);
}
template <class A, Like<RunSettings> T>
static void fields(A& archive, T& x) {
  archive(x.experiment, x.directory, x.collector, x.metrics_file, x.scrape, x.fed_file,
          x.fed_directory, x.collector_image, x.setup, x.apptainer_image, x.time_limit, x.grace,
          x.cpus, x.gpus, x.keep);
}
template <class A, Like<Launch::ParameterText> T>
static void fields(A& archive, T& x) {
  archive(x.name, x.text, x.number);
}
template <class A, Like<Launch::Collector> T>
static void fields(A& archive, T& x) {
  archive(x.argv, x.env, x.working_directory);
}
template <class A, Like<Launch> T>
static void fields(A& archive, T& x) {
  archive(x.run, x.trial_name, x.argv, x.env, x.working_directory, x.step, x.collector,
          x.parameters, x.seed, x.continues, x.deadline);
}
template <class A, Like<SlotShare> T>
static void fields(A& archive, T& x) {
  archive(x.cpus, x.gpus, x.gpu_variables);
}
template <class A, Like<Usage> T>
static void fields(A& archive, T& x) {
  archive(x.peak_memory_bytes, x.cpu_seconds);
}
template <class A, Like<Configure> T>
static void fields(A& archive, T& x) {
  archive(x.settings);
}
template <class A, Like<Share> T>
static void fields(A& archive, T& x) {
  archive(x.slots);
}
template <class A, Like<Start> T>
static void fields(A& archive, T& x) {
  archive(x.launch, x.slot);
}
template <class A, Like<CancelRun> T>
static void fields(A& archive, T& x) {
  archive(x.run, x.now);
}
template <class A, Like<SetGrace> T>
static void fields(A& archive, T& x) {
  archive(x.grace);
}
template <class A, Like<Shutdown> T>
static void fields(A& archive, T& x) {
  archive(x.now);
}
template <class A, Like<Started> T>
static void fields(A& archive, T& x) {
  archive(x.run, x.at, x.host, x.gpus, x.pid);
}
template <class A, Like<Observed> T>
static void fields(A& archive, T& x) {
  archive(x.run, x.metric, x.source, x.first, x.own_steps, x.steps, x.values, x.times, x.texts);
}
template <class A, Like<Ended> T>
static void fields(A& archive, T& x) {
  archive(x.run, x.outcome, x.at, x.exit_code, x.signal, x.reason, x.cause, x.usage);
}
template <class A, Like<Notice> T>
static void fields(A& archive, T& x) {
  archive(x.text);
}

namespace {

constexpr std::size_t length_bytes = 4;
constexpr std::size_t head_bytes = length_bytes + 1;

std::uint32_t length_of(std::string_view frame) {
  std::uint32_t length = 0;
  std::memcpy(&length, frame.data(), length_bytes);
  return codec::wire(length);
}

void check_columns(const Observed& observed) {
  const std::size_t size = observed.values.size();
  const bool steps_fit = observed.steps.empty() || observed.steps.size() == size;
  const bool texts_fit = observed.texts.empty() || observed.texts.rbegin()->first < size;
  if (!steps_fit || observed.times.size() != size || !texts_fit) {
    throw ProtocolError{"the columns of a batch of observations differ in length"};
  }
}

template <class T>
Message read(std::string_view payload) {
  T value{};
  codec::Reader reader{payload};
  reader(value);
  reader.expect_end();
  if constexpr (std::is_same_v<T, Observed>) {
    check_columns(value);
  }
  return value;
}

template <std::size_t... I>
constexpr auto make_readers(std::index_sequence<I...> /*types*/) {
  return std::array{&read<std::variant_alternative_t<I, Message>>...};
}

constexpr auto readers = make_readers(std::make_index_sequence<std::variant_size_v<Message>>{});
static_assert(readers.size() == static_cast<std::size_t>(MessageType::notice));

}  // namespace

void encode(const Message& message, std::string& frames) {
  const std::size_t start = frames.size();
  frames.append(length_bytes, '\0');
  frames += static_cast<char>(message.index() + 1);
  codec::Writer writer{frames};
  std::visit([&](const auto& value) { writer(value); }, message);
  const std::size_t length = frames.size() - start - length_bytes;
  if (length + length_bytes > longest_frame_bytes) {
    frames.resize(start);
    throw ProtocolError{"a message of " + std::to_string(length) + " bytes is too long to send"};
  }
  const std::uint32_t word = codec::wire(static_cast<std::uint32_t>(length));
  std::memcpy(frames.data() + start, &word, length_bytes);
}

std::string encode(const Message& message) {
  std::string frame;
  encode(message, frame);
  return frame;
}

Message decode(std::string_view frame) {
  const MessageType type = type_of(frame);
  if (length_of(frame) != frame.size() - length_bytes) {
    throw ProtocolError{"a frame says it has " + std::to_string(length_of(frame)) +
                        " bytes and has " + std::to_string(frame.size() - length_bytes)};
  }
  return readers.at(static_cast<std::size_t>(type) - 1)(frame.substr(head_bytes));
}

MessageType type_of(std::string_view frame) {
  const auto type = frame.size() < head_bytes ? 0U : static_cast<std::uint8_t>(frame[length_bytes]);
  if (type == 0 || type > static_cast<std::uint8_t>(MessageType::notice)) {
    throw ProtocolError{"a frame is of unknown type " + std::to_string(type)};
  }
  return static_cast<MessageType>(type);
}

std::optional<RunKey> run_of(std::string_view frame) {
  switch (type_of(frame)) {
    case MessageType::start:
    case MessageType::cancel:
    case MessageType::started:
    case MessageType::observed:
    case MessageType::ended:
      break;
    default:
      return std::nullopt;
  }
  constexpr std::size_t key_bytes = 8;
  if (frame.size() < head_bytes + key_bytes) {
    return std::nullopt;
  }
  RunKey run;
  codec::Reader reader{frame.substr(head_bytes, key_bytes)};
  reader(run);
  return run;
}

std::optional<std::string_view> next_frame(std::string_view& bytes) {
  if (bytes.size() < length_bytes) {
    return std::nullopt;
  }
  const std::size_t length = length_of(bytes);
  if (length == 0 || length + length_bytes > longest_frame_bytes) {
    throw ProtocolError{"a frame of " + std::to_string(length) + " bytes is announced"};
  }
  if (bytes.size() < length + length_bytes) {
    return std::nullopt;
  }
  const std::string_view frame = bytes.substr(0, length + length_bytes);
  bytes.remove_prefix(frame.size());
  return frame;
}

void FrameBuffer::append(std::string_view bytes) {
  if (at_ == bytes_.size()) {
    bytes_.clear();
    at_ = 0;
  } else if (at_ > bytes_.size() / 2) {
    bytes_.erase(0, at_);
    at_ = 0;
  }
  bytes_ += bytes;
}

std::optional<std::string_view> FrameBuffer::next() {
  std::string_view rest = std::string_view{bytes_}.substr(at_);
  const std::optional<std::string_view> frame = next_frame(rest);
  if (frame) {
    at_ += frame->size();
  }
  return frame;
}

}  // namespace diwan
