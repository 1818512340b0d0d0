// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "collectors/text_collector.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <re2/re2.h>

#include "collectors/default_filter.hpp"
#include "collectors/number.hpp"
#include "collectors/observed.hpp"
#include "collectors/registry.hpp"
#include "collectors/skip_count.hpp"
#include "collectors/terminal_text.hpp"
#include "collectors/timestamp.hpp"

namespace diwan {
namespace {

// A line cut somewhere may end within a number, which would then be another number.
std::string_view without_last_word(std::string_view line) {
  const auto blank = line.find_last_of(" \t");
  return blank == std::string_view::npos ? std::string_view{} : line.substr(0, blank);
}

bool may_begin_with_time(std::string_view line) {
  return !line.empty() && line.front() >= '0' && line.front() <= '9';
}

std::optional<Time> time_of(std::string_view line) {
  return parse_rfc3339(line.substr(0, line.find_first_of(" \t")));
}

std::unique_ptr<re2::RE2> compile(const std::string& filter) {
  if (const auto problem = check_filter(filter)) {
    throw std::invalid_argument(*problem);
  }
  return std::make_unique<re2::RE2>(filter, re2::RE2::Quiet);
}

}  // namespace

TextCollector::TextCollector(std::vector<std::string> metrics,
                             const std::vector<std::string>& filters)
    : metrics_(std::move(metrics)), longest_name_(metrics_.longest()) {
  filters_.reserve(filters.size());
  for (const std::string& filter : filters) {
    filters_.push_back(compile(filter));
  }
}

TextCollector::~TextCollector() = default;

std::vector<Observation> TextCollector::feed(std::string_view bytes) {
  Observations found;
  // As many as last time or a few more, in one piece of memory; each takes four bytes at least.
  found.reserve(std::min(last_found_ + last_found_ / 8, bytes.size() / 4));
  const auto sink = [&](std::string_view line, bool whole) { return read(line, whole, found); };
  lines_.feed(bytes, sink, [this](std::string_view rest) { return nothing_before(rest); });
  last_found_ = found.size();
  return found;
}

// A line without any metric's name gives nothing, and none can appear in it where no control
// sequence is taken out. By blocks, so that what is far off is not looked for again and again.
std::size_t TextCollector::nothing_before(std::string_view text) const {
  constexpr std::size_t block = 4096;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view part = text.substr(at, block + longest_name_);
    const std::size_t place = std::min(metrics_.none_before(part), part.find(escape_character));
    if (place < part.size()) {
      return at + place;
    }
    at += block;
  }
  return text.size();
}

std::vector<Observation> TextCollector::finish() {
  Observations found;
  lines_.finish([&](std::string_view line, bool whole) { read(line, whole, found); });
  return found;
}

bool TextCollector::read(std::string_view line, bool whole, Observations& found) {
  const std::size_t before = found.size();
  const std::string_view readable = whole ? line : without_last_word(line);
  const std::string_view text = without_escape_sequences(readable, scratch_);
  if (filters_.empty()) {
    apply_default_filter(text, found);
  } else if (metrics_.occur_in(text)) {
    for (const auto& filter : filters_) {
      apply(*filter, text, found);
    }
  }
  if (found.size() > before && may_begin_with_time(text)) {
    if (const auto time = time_of(text)) {
      for (std::size_t i = before; i < found.size(); ++i) {
        found[i].time = time;
      }
    }
  }
  if (found.size() > before && whole) {
    return true;
  }
  const bool named = metrics_.occur_in(text);
  if (!whole || named) {
    count_skipped(skipped_, whole ? text : line);
  }
  return named;
}

void TextCollector::apply_default_filter(std::string_view line, Observations& found) const {
  DefaultFilterScan scan(line);
  while (const auto match = scan.next()) {
    const auto metric = metrics_.find(match->name);
    const auto value = metric ? parse_number(match->value) : std::nullopt;
    if (value) {
      Observation& observation = found.emplace_back();
      observation.metric = *metric;
      observation.value = *value;
    }
  }
}

// RE2 finds one match in time linear in what it is shown, but one after the other they cost the
// product, since a filter that may go on to the line's end has it read for each. So a match is
// sought within a window. What lies beyond still counts for ^, $ and \b.
void TextCollector::apply(const re2::RE2& filter, std::string_view line,
                          Observations& found) const {
  const re2::StringPiece text(line.data(), line.size());
  std::array<re2::StringPiece, 3> groups;
  std::size_t at = 0;
  while (at <= line.size()) {
    const std::size_t end = std::min(at + 2 * longest_match_bytes, line.size());
    if (!filter.Match(text, at, end, re2::RE2::UNANCHORED, groups.data(),
                      static_cast<int>(groups.size()))) {
      at = end == line.size() ? end + 1 : at + longest_match_bytes;
      continue;
    }
    const auto match = static_cast<std::size_t>(groups[0].data() - line.data());
    const std::size_t match_end = match + groups[0].size();
    const bool may_be_longer = match_end == end && end < line.size();
    if (may_be_longer) {
      at = match > at ? match : end;  // again with a whole window; beyond that it is too long
      continue;
    }
    at = groups[0].empty() ? match_end + 1 : match_end;
    const auto metric = metrics_.find(trimmed({groups[1].data(), groups[1].size()}));
    auto observation =
        metric ? observed_text(*metric, {groups[2].data(), groups[2].size()}) : std::nullopt;
    if (observation) {
      found.push_back(std::move(*observation));
    }
  }
}

}  // namespace diwan
