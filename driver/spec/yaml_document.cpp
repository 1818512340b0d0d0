// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/spec/yaml_document.hpp"

#include <algorithm>
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
    if (first == '\r' && (text.size() == 1 || text[1] != '\n')) {
      return Flaw{mark, "", "a carriage return that ends no line; save the file with line feeds"};
    }
    mark.line += first == '\n' ? 1 : 0;
    mark.column = first == '\n' ? 1 : mark.column + 1;
    text.remove_prefix(length);
  }
  return {};
}

/// What follows a mark of the parser, which counts bytes.
std::string_view text_at(std::string_view text, const Mark& mark) {
  for (int line = 1; line < mark.line; ++line) {
    const std::size_t end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text.substr(std::min(text.size(), static_cast<std::size_t>(mark.column - 1)));
}

/// A text between quotes, from its opening quote on.
struct Quoted {
  std::string_view text;
  bool is_closed = false;
};

/// The quoted text at `mark`, where a tag or an anchor may stand before it; nothing if the value
/// there has no quotes. The parser itself takes the end of the file for a closing quote.
std::optional<Quoted> quoted_at(std::string_view text, const Mark& mark) {
  text = text_at(text, mark);
  while (text.starts_with('&') || text.starts_with('!')) {
    text.remove_prefix(std::min(text.size(), text.find_first_of(" \t\r\n")));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
  }
  if (!text.starts_with('"') && !text.starts_with('\'')) {
    return {};
  }
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool is_doubled = quote == '\'' && text.substr(i, 2) == "''";
    const bool is_escape = quote == '"' && text[i] == '\\';
    if (is_doubled || is_escape) {
      ++i;
    } else if (text[i] == quote) {
      return Quoted{text.substr(0, i + 1), true};
    }
  }
  return Quoted{text, false};
}

/// The parser's own complaint with the two causes that it does not see: a tab where blanks indent,
/// and a quote that only a later one closed.
Flaw no_yaml(std::string_view text, const YAML::Exception& error, const Mark& last_text) {
  const Mark mark{error.mark.line + 1, error.mark.column + 1, {}};
  const std::string_view line = text_at(text, {mark.line, 1, {}});
  const std::string_view indent = line.substr(0, line.find_first_not_of(" -\t"));
  if (const std::size_t tab = indent.find('\t'); tab != std::string_view::npos) {
    return {{mark.line, static_cast<int>(tab) + 1, {}},
            "",
            "a tab indents this line, which YAML does by blanks alone; put blanks instead"};
  }
  const std::optional<Quoted> quoted = quoted_at(text, last_text);
  const bool spans_lines = quoted && quoted->text.find('\n') != std::string_view::npos;
  return {mark, "",
          "this is not YAML (" + error.msg + "); mend it here or just above" +
              (spans_lines
                   ? ", or close the quote that begins in line " + std::to_string(last_text.line)
                   : "")};
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
                   "the file has more than " + std::to_string(largest_text_bytes) +
                       " bytes; make it smaller"});
  }
  if (std::optional<Flaw> flaw = forbidden_byte(text)) {
    return broken(std::move(*flaw));
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  text.remove_prefix(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
  TreeBuilder builder(out.flaws);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
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
    const std::optional<Quoted> quoted = quoted_at(text, builder.last_text());
    if (quoted && !quoted->is_closed) {
      return broken({builder.last_text(), "", "the quote that begins here has no end; close it"});
    }
    return out;
  } catch (const BeyondLimits& beyond) {
    return broken({beyond.mark, "", beyond.what()});
  } catch (const YAML::Exception& error) {
    return broken(no_yaml(text, error, builder.last_text()));
  }
}

}  // namespace diwan::yaml
