# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Trials that write TensorBoard's event files, run for real; on both launchers.

Usage: event_files_test.py DIWAN [MPIRUN]             with a writer of a few lines, which needs no package
       event_files_test.py DIWAN --writers FOLDER     with the real writers, from PyPI, installed in FOLDER;
                                                      skipped (exit status 77) where PyPI is out of reach
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from packages import install

DIWAN = os.path.abspath(sys.argv[1])
WRITERS = pathlib.Path(sys.argv[3]).absolute() if sys.argv[2:3] == ["--writers"] else None
MPIRUN = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 and not WRITERS else None
PACKAGES = ["tensorboard==2.*", "tensorboardX==2.*"]

# The curve of every trial: x / (epoch + 1), and its negative in another folder.
OWN = '''
import pathlib, struct, sys, time

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)

def checksum(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)

def scalar(tag, value, step):
    value = bytes([0x0A, len(tag)]) + tag.encode() + b"\\x15" + struct.pack("<f", value)
    summary = bytes([0x0A, len(value)]) + value
    event = b"\\x09" + struct.pack("<d", time.time()) + bytes([0x10, step, 0x2A, len(summary)]) + summary
    length = struct.pack("<Q", len(event))
    return length + checksum(length) + event + checksum(event)

x, folder = float(sys.argv[1]), pathlib.Path(sys.argv[2])
for part, sign in (("train", -1), ("test", 1)):
    (folder / part).mkdir()
    for epoch in range(4):
        # A new file at each second epoch, as writers do that rotate.
        with open(folder / part / f"events.out.tfevents.{epoch // 2}", "ab") as file:
            file.write(scalar("loss", sign * x / (epoch + 1), epoch))
        time.sleep(0.02)
'''
TENSORBOARDX = '''
import sys
from tensorboardX import SummaryWriter

x, folder = float(sys.argv[1]), sys.argv[2]
for part, sign in (("train", -1), ("test", 1)):
    writer = SummaryWriter(f"{folder}/{part}")
    for epoch in range(4):
        writer.add_scalar("loss", sign * x / (epoch + 1), epoch)
        writer.add_text("note", "loss=7", epoch)
    writer.close()
'''
TENSORBOARD = '''
import sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.scalar import summary_v2 as scalar
from tensorboard.summary.writer.event_file_writer import EventFileWriter

x, folder = float(sys.argv[1]), sys.argv[2]
for part, sign in (("train", -1), ("test", 1)):
    writer = EventFileWriter(f"{folder}/{part}")
    for epoch in range(4):
        writer.add_event(Event(wall_time=1.5, step=epoch, summary=scalar.scalar_pb("loss", sign * x / (epoch + 1))))
    writer.close()
'''
EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: events}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: %s}
  algorithm: {algorithmName: random}
  maxTrialCount: 3
  parallelTrialCount: 2
  metricsCollectorSpec:
    collector: {kind: TensorFlowEvent}
    source: {fileSystemPath: {path: /logs/run, kind: Directory}}
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "1", max: "2"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [%s, train.py, "${trialParameters.x}", /logs/run]}
"""


class EventFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="diwan-events-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_experiment(self, script, metric, python="python3", launcher="local"):
        (self.folder / "train.py").write_text(script)
        (self.folder / "experiment.yaml").write_text(EXPERIMENT % (metric, python))
        command = [DIWAN, "run", "experiment.yaml", "--dir", launcher, "--progress", "plain"]
        if launcher == "mpirun":
            command = [MPIRUN, "--oversubscribe", "-n", "3", *command]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300)

    def shown(self, *command):
        done = subprocess.run([DIWAN, *command], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def expect_curves(self, run, launcher="local"):
        said = run.stdout + run.stderr
        self.assertEqual(run.returncode, 0, said)
        self.assertNotIn("passed over", said)
        rows = json.loads(self.shown("trials", launcher, "-o", "json"))["trials"]
        self.assertEqual([row["status"] for row in rows], ["Succeeded"] * 3, said)
        for row in rows:
            x = row["assignments"]["x"]
            self.assertAlmostEqual(row["objective"], x / 4, places=6)
            curve = json.loads(self.shown("metrics", launcher, str(row["number"]), "-o", "json"))["observations"]
            self.assertEqual([one["step"] for one in curve], [0, 1, 2, 3])
            for epoch, one in enumerate(curve):
                self.assertAlmostEqual(one["value"], x / (epoch + 1), places=6)

    @unittest.skipIf(WRITERS, "the real writers are asked for")
    def test_with_a_writer_of_its_own(self):
        for launcher in ["local", "mpirun"] if MPIRUN else ["local"]:
            with self.subTest(launcher=launcher):
                self.expect_curves(self.run_experiment(OWN, "test/loss", launcher=launcher), launcher)

    @unittest.skipIf(WRITERS, "the real writers are asked for")
    def test_collect_reads_the_directory_of_a_trial(self):
        self.assertEqual(self.run_experiment(OWN, "test/loss").returncode, 0)
        written = next(self.folder.glob("local/trials/*/attempt-1/metrics/run/test"))

        lines = self.shown("collect", "--kind", "TensorFlowEvent", "--metric", "loss", str(written)).splitlines()

        self.assertEqual([json.loads(line)["step"] for line in lines], [0, 1, 2, 3])

    @unittest.skipIf(WRITERS, "the real writers are asked for")
    def test_a_metric_that_never_came_is_explained(self):
        run = self.run_experiment(OWN, "accuracy")

        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertIn('no value of "accuracy" was seen in its event files below', run.stdout + run.stderr)
        self.assertIn("numbers stand there by test/loss, train/loss", run.stdout + run.stderr)

    @unittest.skipUnless(WRITERS, "the real writers were not asked for")
    def test_with_tensorboardX(self):
        self.expect_curves(self.run_experiment(TENSORBOARDX, "test/loss", WRITERS / "bin/python"))

    @unittest.skipUnless(WRITERS, "the real writers were not asked for")
    def test_with_tensorboard(self):
        self.expect_curves(self.run_experiment(TENSORBOARD, "test/loss", WRITERS / "bin/python"))


if __name__ == "__main__":
    if WRITERS:
        install(WRITERS, PACKAGES)
    unittest.main(argv=sys.argv[:1])
