// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "bench/search/tables.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace diwan::bench {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) {
    cells.push_back(cell);
  }
  return cells;
}

bool is_number(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size();
}

/// Of a text among those seen so far, to which it is added where it is new.
std::size_t index_in(std::vector<std::string>& seen, const std::string& text) {
  const auto found = std::find(seen.begin(), seen.end(), text);
  const auto index = static_cast<std::size_t>(found - seen.begin());
  if (found == seen.end()) {
    seen.push_back(text);
  }
  return index;
}

}  // namespace

Function table(const std::string& name, std::size_t axes) {
  const std::string path = std::string(DIWAN_TABLES) + "/" + name + ".csv";
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) {
    throw std::runtime_error(path + " cannot be read");
  }
  const std::vector<std::string> head = cells_of(line);
  std::vector<std::vector<std::string>> texts(axes);
  std::map<std::vector<double>, double> values;
  double least = std::numeric_limits<double>::infinity();
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = cells_of(line);
    std::vector<double> at;
    for (std::size_t d = 0; d < axes; ++d) {
      at.push_back(static_cast<double>(index_in(texts[d], cells[d])));
    }
    const double value = std::strtod(cells[cells.size() - 2].c_str(), nullptr);  // before seconds
    values[std::move(at)] = value;
    least = std::min(least, value);
  }
  std::vector<Parameter> parameters;
  for (std::size_t d = 0; d < axes; ++d) {
    const std::vector<std::string>& choices = texts[d];
    if (std::all_of(choices.begin(), choices.end(), is_number)) {
      const auto high = static_cast<std::int64_t>(choices.size()) - 1;
      parameters.push_back({head[d], Integer{.low = 0, .high = high}});
    } else {
      parameters.push_back({head[d], Categorical{choices}});
    }
  }
  return {
      .name = name,
      .space = SearchSpace(std::move(parameters)),
      .value = [values = std::move(values)](const Assignment& at) { return values.at(at.values); },
      .least = least};
}

}  // namespace diwan::bench
