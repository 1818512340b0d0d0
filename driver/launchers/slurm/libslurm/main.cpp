// SPDX-License-Identifier: Apache-2.0
// Copyright the Diwan authors
//
// libexec/diwan/diwan-slurm: answers the Scheduler at the other end of its stdin, a socket, through
// libslurm. A process of its own, since libslurm ends its caller on a bad slurm.conf and lets it
// wait for seconds while slurmctld is away; and a program of its own, since libslurm is under the
// GPL, version 2 or later. This source is not, but the program that is linked with libslurm is, as
// a whole, under the GPL, version 3, the one with which the Apache License is compatible.
#include <cstdlib>
#include <exception>
#include <iostream>

#include <slurm/slurm.h>
#include <unistd.h>

#include "driver/launchers/slurm/libslurm/library.hpp"

int main() {
  using namespace diwan::slurm;  // NOLINT(google-build-using-namespace): of this function
  try {
    std::vector<std::string> environment = slurm_environment(environ);
    // Else libslurm cuts long lists of an array's places; it looks once.
    setenv("SLURM_BITSTR_LEN", "0", 1);
    slurm_init(nullptr);
    Library library{std::move(environment)};
    serve(STDIN_FILENO, library, "libslurm " + library_version());
    slurm_fini();
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "diwan-slurm: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
