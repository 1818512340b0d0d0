// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/yaml_document.hpp"

#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "driver/spec/tree_builder.hpp"

namespace diwan::yaml {
namespace {

/// Length of the UTF-8 character at the start of `text`; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  const bool too_long = (first == 0xE0 && at(1) < 0xA0) || (first == 0xF0 && at(1) < 0x90);
  const bool surrogate = first == 0xED && at(1) >= 0xA0;
  const bool too_large = first == 0xF4 && at(1) >= 0x90;
  return too_long || surrogate || too_large ? 0 : length;
}

std::string hexadecimal(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[byte >> 4U], digits[byte & 15U]};
}

/// The first byte that cannot stand in a YAML file, if there is one.
std::optional<Flaw> forbidden_byte(std::string_view text) {
  Mark mark{1, 1, {}};
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = character_length(text);
    if (length == 0) {
      return Flaw{mark, "", "byte " + hexadecimal(first) + " is not UTF-8; save the file as UTF-8"};
    }
    if (first < 0x20 && first != '\t' && first != '\n' && first != '\r') {
      return Flaw{mark, "",
                  "control character " + hexadecimal(first) +
                      "; remove it, or write it as an escape between double quotes"};
    }
    mark.line += first == '\n' ? 1 : 0;
    mark.column = first == '\n' ? 1 : mark.column + 1;
    text.remove_prefix(length);
  }
  return {};
}

}  // namespace

Documents read_documents(std::string_view text) {
  Documents out;
  const auto broken = [&](Flaw flaw) {
    out.flaws.push_back(std::move(flaw));
    out.broken = true;
    return std::move(out);
  };
  if (text.size() > largest_text_bytes) {
    return broken({{1, 1, {}},
                   "",
                   "the file has " + std::to_string(text.size()) + " bytes, more than " +
                       std::to_string(largest_text_bytes) + "; make it smaller"});
  }
  if (std::optional<Flaw> flaw = forbidden_byte(text)) {
    return broken(std::move(*flaw));
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(out.flaws);
    std::optional<int> last_start;
    while (parser.HandleNextDocument(builder)) {
      // The parser stays for ever before a token that begins nothing, such as a comma.
      if (last_start == builder.start()) {
        return broken(
            {builder.start_mark(), "",
             "nothing can begin with this character; remove it, or mend the line before"});
      }
      last_start = builder.start();
      out.nodes.push_back(builder.take());
    }
    return out;
  } catch (const BeyondLimits& beyond) {
    return broken({beyond.mark, "", beyond.what()});
  } catch (const YAML::Exception& error) {
    return broken({{error.mark.line + 1, error.mark.column + 1, {}},
                   "",
                   "this is not YAML (" + error.msg + "); mend it here or just above"});
  }
}

}  // namespace diwan::yaml
