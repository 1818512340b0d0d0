# Copyright Spack Project Developers. See COPYRIGHT file for details.
#
# SPDX-License-Identifier: (Apache-2.0 OR MIT)

from spack_repo.builtin.build_systems.cmake import CMakePackage

from spack.package import *


class Diwan(CMakePackage):
    """Runs Katib hyperparameter experiments on MPI, Slurm and workstations, with files as its only state."""

    tags = ["hpc", "workflow", "hyperparameter-optimization"]

    license("Apache-2.0")

    version("main", branch="main")

    variant("mpi", default=True, description="Build the MPI coordinator and workers")
    variant("slurm", default=False, description="Ask Slurm through libslurm, not by its commands")
    variant("spank", default=False, description="Build the SPANK plugin, which gives batch scripts their trials")
    variant("watch", default=True, description="Build the terminal view, diwan watch")
    variant("examples", default=False, description="Build the example trainers")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.24:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi@3:", when="+mpi")
    depends_on("slurm@22.05:", when="+slurm")
    depends_on("slurm@22.05:", when="+spank")
    depends_on("boost@1.71: +program_options")
    depends_on("eigen@3.3:3")
    depends_on("hdf5@1.10:")
    depends_on("ncurses", when="+watch")
    depends_on("nlohmann-json@3.10:")
    depends_on("protobuf@3.12:")
    depends_on("re2")
    depends_on("yaml-cpp@0.7:")
    depends_on("zlib-api", when="+examples")
    depends_on("googletest", type="test")
    depends_on("python@3:", type="test")
    depends_on("py-h5py", type="test")

    conflicts("%gcc@:11", msg="Diwan is written in C++20 and needs GCC 12 or newer")
    conflicts("%clang@:13", msg="Diwan is written in C++20 and needs Clang 14 or newer")
    conflicts("platform=windows", msg="Diwan supervises processes as Linux does it")
    conflicts("platform=darwin", msg="Diwan supervises processes as Linux does it")

    def cmake_args(self):
        return [
            self.define_from_variant("DIWAN_WITH_MPI", "mpi"),
            self.define_from_variant("DIWAN_WITH_SLURM", "slurm"),
            self.define_from_variant("DIWAN_WITH_SPANK", "spank"),
            self.define_from_variant("DIWAN_WITH_NCURSES", "watch"),
            self.define_from_variant("DIWAN_WITH_EXAMPLES", "examples"),
            self.define("BUILD_TESTING", self.run_tests),
        ]

    def test_version(self):
        """the program starts and knows its version"""
        diwan = which(join_path(self.prefix.bin, "diwan"), required=True)
        assert "diwan" in diwan("--version", output=str.split, error=str.split)

    def test_algorithms(self):
        """the search algorithms are there"""
        diwan = which(join_path(self.prefix.bin, "diwan"), required=True)
        assert "tpe" in diwan("algorithms", output=str.split, error=str.split)
