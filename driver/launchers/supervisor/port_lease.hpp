// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include <memory>
#include <optional>

#include "driver/launchers/supervisor/descriptor.hpp"

namespace diwan {

/// A TCP port that was free on this host, and that no other lease has while this one lasts: of this
/// supervisor, of those of other workers or of other users. A program that asks nobody may still
/// take it before the trial does.
class PortLease {
 public:
  /// None where no port is free.
  static std::optional<PortLease> take();

  int port() const { return port_; }

 private:
  PortLease(int port, std::unique_ptr<Descriptor> mark) : port_{port}, mark_{std::move(mark)} {}

  int port_;
  std::unique_ptr<Descriptor> mark_;
};

}  // namespace diwan
