// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
#pragma once

#include "driver/launchers/mpi/process_identity.hpp"
#include "driver/launchers/supervisor/descriptor.hpp"

namespace diwan::mpi {

/// Wakes a rank on the same host out of its sleep between two looks for messages, since MPI has no
/// descriptor to wait on. Nothing depends on it but the time a message takes.
///
/// The bell is SIGURG, which whoever does not wait for it ignores, so that a ring at a process id
/// used anew does no harm; only processes of the same user can ring.
class Doorbell {
 public:
  /// To be made before any other thread is: the signal must be blocked in all of them.
  /// @throws std::system_error if the kernel refuses.
  Doorbell();

  /// Becomes readable when somebody has rung.
  int descriptor() const { return *rung_; }
  /// Forgets the rings so far.
  void answer() const;
  /// Rings at a process, which must be on this host.
  static void ring(const ProcessIdentity& process);

 private:
  Descriptor rung_;
};

}  // namespace diwan::mpi
