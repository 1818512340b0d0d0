// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/registry.hpp"
#include "driver/spec/field.hpp"
#include "driver/spec/spec.hpp"

namespace diwan {

/// Reads `nasConfig`: the graph and its operations, as enas and darts search them.
/// @return false if something in it is wrong, so that its space is another than is meant
bool read_nas(const Field& spec, Spec& out);
/// Reads the `initialTrials` of an architecture search, once its algorithm and space are known.
/// @param sound  false: the space is not the one that is meant, and nothing is held against it
void read_initial_architectures(const Field& spec, bool sound, Spec& out);

/// The space in which an algorithm searches a nasConfig: for enas an operation and skip bits for
/// each layer (algorithms/nas/architecture.hpp), for darts the one assignment that its trial gets.
/// Empty for other algorithms, and for a nasConfig that is not whole.
SearchSpace nas_space(const NasConfig& config, const AlgorithmSpec& algorithm);

/// The assignments that a NAS algorithm makes, which trial parameters refer to; empty for others.
std::vector<std::string> nas_assignments(const std::string& algorithm);

/// Is an assignment of the space an architecture, of which trials get nas_assignments?
bool searches_architectures(const Spec& spec);

/// The parameters of the space that have a column of their own in a table: all, but of an
/// architecture the layers' operations alone, since skip bits would be most of it.
std::vector<std::size_t> tabulated_parameters(const Spec& spec);

/// What a trial of enas gets, as Katib writes it: `architecture`, a list for each layer of its
/// operation and skip bits, and `nn_config`, the network and what the operations' numbers mean.
/// JSON with ' for ".
std::string architecture_text(const Assignment& assignment);
std::string nn_config_text(const NasConfig& config, const Assignment& assignment);
/// The assignment of the space that such an `architecture` is, with any blanks; nothing for a text
/// that is none of the space.
std::optional<Assignment> parse_architecture(const SearchSpace& space, std::string_view text);

}  // namespace diwan
