# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""examples/fashion-mnist/pytorch/train.py: interrupted and continued it equals the uninterrupted run."""

import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

TRAINER = sys.argv.pop()
PICTURES = 300


def write_pictures(directory):
    chance = random.Random(7)
    with open(os.path.join(directory, "train-images-idx3-ubyte"), "wb") as file:
        file.write(struct.pack(">4I", 2051, PICTURES, 28, 28) + chance.randbytes(PICTURES * 784))
    with open(os.path.join(directory, "train-labels-idx1-ubyte"), "wb") as file:
        file.write(struct.pack(">2I", 2049, PICTURES) + bytes(chance.randrange(10) for _ in range(PICTURES)))


class PytorchTrainer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        write_pictures(self.directory)

    def start(self, checkpoints, epochs):
        os.makedirs(os.path.join(self.directory, checkpoints), exist_ok=True)
        return subprocess.Popen(
            [sys.executable, TRAINER, "--data", self.directory, "--train-images", "200",
             "--validation-images", "100", "--hidden-units", "16", "--dropout", "0.3", f"--epochs={epochs}"],
            env=dict(os.environ, DIWAN_CHECKPOINT_DIR=os.path.join(self.directory, checkpoints)),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def test_interrupted_and_continued_equals_uninterrupted(self):
        interrupted = self.start("parts", epochs=1_000_000)
        interrupted.stdout.readline()
        interrupted.send_signal(signal.SIGTERM)
        output, errors = interrupted.communicate()
        self.assertEqual(interrupted.returncode, 143, errors)
        epochs = 1 + output.count("\n") + 2

        continued, errors = self.start("parts", epochs).communicate()
        uninterrupted, _ = self.start("whole", epochs).communicate()

        self.assertEqual(continued.count("\n"), epochs, errors)
        self.assertEqual(continued, uninterrupted)

    def test_missing_data_name_the_package(self):
        ending = subprocess.run([sys.executable, TRAINER, "--data", "/nowhere"], capture_output=True, text=True)

        self.assertEqual(ending.returncode, 1)
        self.assertIn("dataset-fashion-mnist", ending.stderr)


if __name__ == "__main__":
    unittest.main()
