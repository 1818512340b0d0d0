// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "driver/launchers/slurm_step/hostlist.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

namespace diwan::slurm_step {
namespace {

/// No cluster has more; a longer list is a broken text.
constexpr std::size_t most_hosts = 1'000'000;

std::optional<std::uint32_t> number(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() && !digits.empty()
             ? std::optional(value)
             : std::nullopt;
}

/// As far as the next comma outside brackets, which is taken off with it.
std::string_view next_item(std::string_view& list) {
  std::size_t depth = 0;
  std::size_t end = 0;
  while (end < list.size() && (depth > 0 || list[end] != ',')) {
    depth += list[end] == '[' ? 1 : 0;
    depth -= list[end] == ']' && depth > 0 ? 1 : 0;
    ++end;
  }
  const std::string_view item = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  return item;
}

/// "08-11" with its leading zeros; false if it is none.
bool add_range(std::string_view range, std::vector<std::string>& out) {
  const std::size_t dash = range.find('-');
  const std::string_view first = range.substr(0, dash);
  const std::string_view last = dash == std::string_view::npos ? first : range.substr(dash + 1);
  const auto from = number(first);
  const auto to = number(last);
  if (!from || !to || *from > *to || *to - *from >= most_hosts - out.size()) {
    return false;
  }
  for (std::uint32_t i = *from; i <= *to; ++i) {
    std::string digits = std::to_string(i);
    digits.insert(0, first.size() - std::min(first.size(), digits.size()), '0');
    out.push_back(std::move(digits));
  }
  return true;
}

/// All names of an item, which may have several brackets: "r[1-2]n[1-4]".
bool add_names(const std::string& before, std::string_view item, std::vector<std::string>& out) {
  const std::size_t open = item.find('[');
  if (open == std::string_view::npos) {
    out.push_back(before + std::string(item));
    return out.size() <= most_hosts;
  }
  const std::size_t close = item.find(']', open);
  if (close == std::string_view::npos) {
    return false;
  }
  std::vector<std::string> middles;
  std::string_view ranges = item.substr(open + 1, close - open - 1);
  while (!ranges.empty()) {
    if (!add_range(next_item(ranges), middles)) {
      return false;
    }
  }
  const std::string head = before + std::string(item.substr(0, open));
  return std::ranges::all_of(middles, [&](const std::string& middle) {
    return add_names(head + middle, item.substr(close + 1), out);
  });
}

}  // namespace

std::vector<std::string> expand_hosts(std::string_view list) {
  std::vector<std::string> hosts;
  while (!list.empty()) {
    const std::string_view item = next_item(list);
    if (item.empty() || !add_names({}, item, hosts)) {
      return {};
    }
  }
  return hosts;
}

std::vector<std::uint32_t> expand_counts(std::string_view list) {
  std::vector<std::uint32_t> counts;
  while (!list.empty()) {
    std::string_view item = next_item(list);
    std::uint32_t times = 1;
    if (const std::size_t open = item.find("(x"); open != std::string_view::npos) {
      const auto given = number(item.substr(open + 2, item.size() - open - 3));
      if (!item.ends_with(')') || !given || *given > most_hosts) {
        return {};
      }
      times = *given;
      item = item.substr(0, open);
    }
    const auto count = number(item);
    if (!count || counts.size() + times > most_hosts) {
      return {};
    }
    counts.insert(counts.end(), times, *count);
  }
  return counts;
}

}  // namespace diwan::slurm_step
