// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "driver/spec/spec.hpp"
#include "driver/spec/yaml_document.hpp"
#include "driver/spec/yaml_text.hpp"

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

/// A sound YAML tree is written as a text that reads back and is written the same again.
void check_tree(const std::string& text) {
  const diwan::yaml::Documents read = diwan::yaml::read_documents(text);
  if (!read.flaws.empty()) {
    return;
  }
  for (const diwan::yaml::Node& node : read.nodes) {
    const std::string written = diwan::yaml::to_yaml(node);
    const diwan::yaml::Documents back = diwan::yaml::read_documents(written);
    require(back.flaws.empty() && back.nodes.size() == 1);
    require(diwan::yaml::to_yaml(back.nodes[0]) == written);
    static_cast<void>(diwan::yaml::to_json(node));
  }
}

/// Whatever the text is, it is read or refused with problems; what is read reads back the same.
void check_spec(const std::string& text) {
  try {
    diwan::Spec spec = diwan::parse_spec(text, "/data/experiment.yaml");
    diwan::Spec again = diwan::parse_spec(spec.text, "/data/experiment.yaml");
    spec.notes.clear();
    again.notes.clear();
    require(again == spec);
  } catch (const diwan::SpecError& error) {
    require(!error.problems().empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_tree(text);
  check_spec(text);
  return 0;
}
