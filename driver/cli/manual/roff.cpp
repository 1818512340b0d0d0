// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/cli/manual/roff.hpp"

#include <algorithm>

#include "driver/cli/option.hpp"

namespace diwan {
namespace {

/// Plain text with nothing in it that roff would take for its own.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '\\':
        safe += "\\e";
        break;
      case '-':
        safe += "\\-";
        break;
      case '\'':
        safe += "\\(aq";
        break;
      case '^':
        safe += "\\(ha";
        break;
      case '~':
        safe += "\\(ti";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

/// Text whose literal parts stand in ticks.
std::string marked(std::string_view text) {
  std::string result;
  bool literal = false;
  while (!text.empty()) {
    const std::size_t tick = std::min(text.find('`'), text.size());
    const std::string_view part = text.substr(0, tick);
    result += literal ? bold(part) : escaped(part);
    literal = !literal;
    text.remove_prefix(std::min(tick + 1, text.size()));
  }
  return result;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// A usage: what begins with a dash in bold, words in capitals in italics.
std::string usage_marked(std::string_view usage) {
  std::string result;
  while (!usage.empty()) {
    const bool dash = usage.front() == '-';
    const auto in_word = [dash](char c) { return is_letter(c) || (dash && c == '-'); };
    const auto size = static_cast<std::size_t>(
        std::find_if_not(usage.begin(), usage.end(), in_word) - usage.begin());
    const std::string_view word = usage.substr(0, std::max<std::size_t>(size, 1));
    const bool placeholder = is_letter(word.front()) && in_capitals(std::string(word)) == word;
    result += dash ? bold(word) : placeholder ? italic(word) : escaped(word);
    usage.remove_prefix(word.size());
  }
  return result;
}

/// Cut at blanks into lines that are short to read in the source, none of which is a request.
std::string in_lines(std::string_view text) {
  constexpr std::size_t columns = 76;
  std::string lines;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (used > 0) {
      const bool next = used + 1 + word.size() > columns;
      lines += next ? '\n' : ' ';
      used = next ? 0 : used + 1;
    }
    const bool request = used == 0 && (word.starts_with('.') || word.starts_with('\''));
    lines += (request ? "\\&" : "") + std::string(word);
    used += word.size();
  }
  return lines + "\n";
}

}  // namespace

Roff::Roff(std::string_view title, const std::string& date, const std::string& source)
    : page_(".TH " + escaped(title) + " 1 \"" + date + "\" \"" + escaped(source) +
            "\" \"Diwan manual\"\n.nh\n") {}

void Roff::section(std::string_view name) { page_ += ".SH " + std::string(name) + "\n"; }

void Roff::text(std::string_view paragraphs) {
  bool first = page_.rfind(".SH") > page_.rfind('\n', page_.size() - 2);
  while (!paragraphs.empty()) {
    const std::size_t size = std::min(paragraphs.find("\n\n"), paragraphs.size());
    page_ += first ? "" : ".PP\n";
    first = false;
    page_ += in_lines(marked(paragraphs.substr(0, size)));
    paragraphs.remove_prefix(std::min(size + 2, paragraphs.size()));
  }
}

void Roff::usage(const std::string& command, std::string_view rest) {
  page_ += in_lines(bold(command) + (rest.empty() ? "" : " ") + usage_marked(rest));
}

void Roff::entry(std::string_view tag, std::string_view text) {
  page_ += ".TP\n" + usage_marked(tag) + "\n" + in_lines(marked(text));
}

void Roff::example(std::string_view what, std::string_view command) {
  page_ += ".TP\n" + bold(command) + "\n" + in_lines(marked(what));
}

void Roff::name(std::string_view name, std::string_view summary) {
  page_ += in_lines(escaped(name) + " \\- " + marked(summary));
}

}  // namespace diwan
