# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""What a trial may need around it, for real: a Python venv, a container, MPI; on both launchers.

Usage: trial_environments_test.py DIWAN [MPIRUN MPI_CHILD]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

DIWAN = os.path.abspath(sys.argv[1])
MPIRUN, MPI_CHILD = map(os.path.abspath, sys.argv[2:4]) if len(sys.argv) > 3 else (None, None)
LAUNCHERS = ["local", "mpirun"] if MPIRUN else ["local"]
RUNTIME = shutil.which("apptainer") or shutil.which("singularity")
EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: around}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: 2
  parallelTrialCount: 1
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "1", max: "2"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: %s
"""


class TrialEnvironments(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="diwan-around-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def losses(self, spec, launcher):
        """The objectives of an experiment of two trials with this template."""
        (self.folder / "experiment.yaml").write_text(EXPERIMENT % json.dumps(spec))
        command = [DIWAN, "run", "experiment.yaml", "--dir", launcher, "--progress", "plain"]
        if launcher == "mpirun":
            command = [MPIRUN, "--oversubscribe", "-n", "2", *command]
        run = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300)
        said = run.stdout + run.stderr
        shown = subprocess.run([DIWAN, "trials", launcher, "-o", "json"], cwd=self.folder,
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(shown.returncode, 0, said + shown.stderr)
        logs = "".join(log.read_text() for log in (self.folder / launcher).glob("trials/*/*/stderr.log"))
        rows = json.loads(shown.stdout)["trials"]
        self.assertEqual([row["status"] for row in rows], ["Succeeded"] * 2, said + logs)
        return [row["objective"] for row in rows]

    def test_setup_enters_a_python_venv(self):
        made = subprocess.run(["/usr/bin/python3", "-m", "venv", "venv"], cwd=self.folder,
                              capture_output=True, text=True)
        if made.returncode != 0:
            self.skipTest("python3 -m venv does not work here (Debian: python3-venv): " + made.stdout)
        site, = self.folder.glob("venv/lib/python3*/site-packages")
        (site / "only_in_venv.py").write_text("def loss(x):\n    return 10 * x\n")
        (self.folder / "train.py").write_text(
            "import sys, only_in_venv\n"
            "assert sys.prefix != sys.base_prefix\n"
            "print('loss=%r' % only_in_venv.loss(float(sys.argv[1])))\n")

        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                losses = self.losses({"setup": ["source venv/bin/activate"],
                                      "command": ["python", "train.py", "${trialParameters.x}"]}, launcher)

                self.assertTrue(all(10 <= loss <= 20 for loss in losses), losses)

    @unittest.skipUnless(RUNTIME, "neither apptainer nor singularity is installed")
    def test_the_command_runs_in_a_container(self):
        image = self.make_image("image")

        script = ("test -e /only-in-image && echo loss=$MINE && "
                  "echo kept >$DIWAN_CHECKPOINT_DIR/model && echo $PWD >place")
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                losses = self.losses({"container": {"apptainer": image.name}, "env": {"MINE": "3"},
                                      "command": ["sh", "-c", script]}, launcher)

                self.assertEqual(losses, [3, 3])
                self.assertEqual((self.folder / "place").read_text().strip(), str(self.folder))
                self.assertEqual(len(list((self.folder / launcher).glob("trials/*/checkpoint/model"))), 2)

    def make_image(self, name):
        """A directory with a shell and its libraries: the kind of image that needs no tool to make."""
        image = self.folder / name
        for place in ["bin", "dev", "etc", "proc", "sys", "tmp", "root", "home", "var/tmp"]:
            (image / place).mkdir(parents=True)
        (image / "only-in-image").touch()
        (image / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
        (image / "etc/group").write_text("root:x:0:\n")
        (image / "etc/resolv.conf").touch()
        (image / "etc/hosts").touch()
        shell = os.path.realpath("/bin/sh")
        shutil.copy(shell, image / "bin/sh")
        libraries = subprocess.run(["ldd", shell], capture_output=True, text=True, check=True).stdout
        for library in [word for word in libraries.split() if word.startswith("/")]:
            target = image / library[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
        return image

    @unittest.skipUnless(MPIRUN, "this build has no MPI")
    def test_a_trial_is_an_mpi_program_alone_and_under_its_own_mpirun(self):
        alone = {"command": [MPI_CHILD]}
        two = {"command": [MPIRUN, "--oversubscribe", "-n", "2", MPI_CHILD]}
        for launcher in LAUNCHERS:
            with self.subTest(launcher=launcher):
                self.assertEqual(self.losses(alone, launcher), [1, 1])
                shutil.rmtree(self.folder / launcher)
                self.assertEqual(self.losses(two, launcher), [2, 2])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
