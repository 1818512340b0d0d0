// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "driver/core/event.hpp"

namespace diwan {

/// A payload that is no event of this version.
struct CodecError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Appends the payload of an event (docs/journal.md, section 4): one JSON object without newline.
/// Needs no names and no state, so that any record can be read by itself.
void encode_event(const Event& event, std::string& out);

/// The event a payload tells; decode_event(encode_event(e)) == e for every event.
/// @throws CodecError.
Event decode_event(std::string_view payload);

/// The words of the payloads, for the checkpoint and for printing.
const char* event_name(const Event& event);
const char* to_string(Source source);
const char* to_string(RunOutcome outcome);
const char* to_string(LostCause cause);
const char* to_string(StopAsked::Kind kind);

/// Trial and attempt an event is about; zero where it is about none.
RunKey run_of(const Event& event);

}  // namespace diwan
