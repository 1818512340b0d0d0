# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Kills rank 0 or mpirun with SIGKILL while trials run, or lets a rank die before MPI has started:
within 12 s no process is left.

Usage: rank0_death_test.py MPIRUN RANKS_TEST_PROGRAM
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

MPIRUN, PROGRAM = sys.argv[1:3]


def processes_with(marker):
    """Ids of the processes that carry the marker in their environment; zombies left out."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                marked = marker.encode() in file.read()
            with open(f"/proc/{name}/stat", "rb") as file:
                state = file.read().rpartition(b")")[2].split()[0]
        except OSError:
            continue
        if marked and state not in (b"Z", b"X"):
            found.append(int(name))
    return found


def variable(pid, name):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            for entry in file.read().split(b"\0"):
                key, _, value = entry.partition(b"=")
                if key == name.encode():
                    return value.decode()
    except OSError:
        pass
    return None


def parent(pid):
    with open(f"/proc/{pid}/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[1])


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


class Rank0Death(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        # Ranks, supervisors and trials all inherit it.
        self.marker = f"DIWAN_TEST_MARKER={os.path.basename(self.directory.name)}"

    def tearDown(self):
        for pid in processes_with(self.marker):
            os.kill(pid, signal.SIGKILL)
        self.mpirun.wait()
        self.directory.cleanup()

    def launch(self, *options, **variables):
        name, _, value = self.marker.partition("=")
        environment = dict(os.environ, TMPDIR=self.directory.name, **variables)
        environment[name] = value
        self.mpirun = subprocess.Popen(
            [MPIRUN, "--oversubscribe", *options, "-n", "3", PROGRAM,
             "--gtest_also_run_disabled_tests", "--gtest_filter=*TwoTrialsRunForEver"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, *options):
        self.launch(*options)
        self.assertTrue(wait_until(lambda: len(self.trials()) == 2, 20), "trials did not start")
        rank0 = [pid for pid in processes_with(self.marker)
                 if variable(pid, "OMPI_COMM_WORLD_RANK") == "0"
                 and parent(pid) == self.mpirun.pid]
        self.assertEqual(len(rank0), 1)
        return rank0[0]

    def trials(self):
        return [pid for pid in processes_with(self.marker)
                if variable(pid, "DIWAN_TRIAL") and variable(parent(pid), "DIWAN_TRIAL") is None]

    def assert_all_end(self):
        begin = time.monotonic()
        gone = wait_until(lambda: not processes_with(self.marker), 15)
        left = processes_with(self.marker)
        self.assertTrue(gone, f"left: {[open(f'/proc/{p}/cmdline').read() for p in left]}")
        self.assertLess(time.monotonic() - begin, 12)
        print(f"{self.id()}: none left after {time.monotonic() - begin:.1f} s", flush=True)

    def test_of_rank_0_ends_all(self):
        os.kill(self.start(), signal.SIGKILL)

        self.assert_all_end()

    def test_of_rank_0_ends_all_where_mpirun_lets_the_workers_live(self):
        os.kill(self.start("--enable-recovery"), signal.SIGKILL)

        self.assert_all_end()

    def test_of_a_rank_before_mpi_has_started_ends_all(self):
        self.launch("--enable-recovery", DIWAN_TEST_DIE_BEFORE_MPI="1")

        self.assert_all_end()

    def test_of_mpirun_ends_all(self):
        self.start()

        self.mpirun.kill()

        self.assert_all_end()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
