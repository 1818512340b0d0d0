// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#include "bench/search/table.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace diwan::bench {
namespace {

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) {
    result.push_back(cell);
  }
  return result;
}

}  // namespace

Table::Table(const std::string& path) {
  std::ifstream csv(path);
  std::ifstream meta(path.substr(0, path.rfind(".csv")) + ".meta.json");
  if (!csv || !meta) {
    throw std::runtime_error(path + ": no such table");
  }
  std::vector<std::vector<std::string>> values;
  const nlohmann::json description = nlohmann::json::parse(meta);
  for (const auto& axis : description.at("axes")) {
    values.push_back(axis.at("values").get<std::vector<std::string>>());
    sizes_.push_back(values.back().size());
    const auto last = static_cast<std::int64_t>(sizes_.back()) - 1;
    Domain domain = Categorical{values.back()};
    if (axis.at("kind") == "num") {
      domain = Integer{.low = 0, .high = last};
    }
    parameters_.push_back({axis.at("name").get<std::string>(), std::move(domain)});
  }
  std::string line;
  std::getline(csv, line);
  epochs_ = cells(line).size() - sizes_.size() - 1;
  best_ = std::numeric_limits<double>::infinity();
  while (std::getline(csv, line)) {
    const std::vector<std::string> row_cells = cells(line);
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      const auto found = std::find(values[i].begin(), values[i].end(), row_cells[i]);
      indices.push_back(static_cast<std::size_t>(found - values[i].begin()));
    }
    std::vector<double> curve;
    for (std::size_t e = 0; e < epochs_; ++e) {
      curve.push_back(std::stod(row_cells[sizes_.size() + e]));
    }
    best_ = std::min(best_, curve.back());
    curves_.resize(std::max(curves_.size(), row(indices) + 1));
    curves_[row(indices)] = std::move(curve);
  }
}

std::size_t Table::row(const std::vector<std::size_t>& indices) const {
  std::size_t row = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    row = row * sizes_[i] + indices[i];
  }
  return row;
}

const std::vector<double>& Table::curve(const Assignment& assignment) const {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    indices.push_back(static_cast<std::size_t>(assignment.values[i]));
  }
  return curves_.at(row(indices));
}

}  // namespace diwan::bench
