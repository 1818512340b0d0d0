#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Trains a small network on Fashion-MNIST with PyTorch, as a trial of an experiment does.

Its settings are options; each epoch prints `validation-accuracy=... loss=...`; SIGTERM makes it write a
checkpoint and exit with 143, from which the next start goes on.
"""

import argparse
import gzip
import os
import signal
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    sys.exit("train.py: PyTorch is missing; install Debian's package python3-torch, or run with a Python that has it")

stop_asked = False


def ask_to_stop(_signal, _frame):
    global stop_asked
    stop_asked = True


def read_options():
    environment = os.environ
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--hidden-units", type=int, default=128)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(environment.get("DIWAN_SEED", "1")))
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--train-images", type=int, default=20000)
    parser.add_argument("--validation-images", type=int, default=5000)
    parser.add_argument("--checkpoint-dir", default=environment.get("DIWAN_CHECKPOINT_DIR"))
    return parser.parse_args()


def read_idx(directory, name, header_bytes, first, count, item_bytes):
    """Items first to first + count of an idx file, gzip'd or not."""
    path = os.path.join(directory, name)
    opened = gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")
    with opened as file:
        file.seek(header_bytes + first * item_bytes)
        data = file.read(count * item_bytes)
    if len(data) != count * item_bytes:
        sys.exit(f"train.py: {path} has not {first + count} items; lower --train-images or --validation-images")
    return torch.frombuffer(bytearray(data), dtype=torch.uint8).reshape(count, item_bytes)


def load(directory, first, count):
    try:
        pixels = read_idx(directory, "train-images-idx3-ubyte", 16, first, count, 784)
        labels = read_idx(directory, "train-labels-idx1-ubyte", 8, first, count, 1)
    except OSError as error:
        sys.exit(f"train.py: {error}; install Debian's package dataset-fashion-mnist, or give --data")
    return (pixels.float() / 255 - 0.2860) / 0.3530, labels.flatten().long()


class Network(torch.nn.Module):
    def __init__(self, hidden_units, dropout):
        super().__init__()
        self.hidden = torch.nn.Linear(784, hidden_units)
        self.output = torch.nn.Linear(hidden_units, 10)
        self.dropout = dropout

    def forward(self, pixels):
        hidden = F.dropout(F.relu(self.hidden(pixels)), self.dropout, self.training)
        return self.output(hidden)


class Training:
    """A training that can be saved between any two batches and goes on to the same result."""

    def __init__(self, options):
        self.options = options
        torch.manual_seed(options.seed)
        self.network = Network(options.hidden_units, options.dropout)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=options.learning_rate,
                                         momentum=options.momentum, weight_decay=options.weight_decay)
        self.finished = []  # (accuracy, loss) of each whole epoch
        self.next_image = 0
        self.loss_sum = 0.0
        self.file = options.checkpoint_dir and os.path.join(options.checkpoint_dir, "fashion-mnist.pt")

    def save(self):
        """Beside the old checkpoint, then in its place: there is always a whole one."""
        if not self.file:
            return
        state = {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(),
                 "finished": self.finished, "next_image": self.next_image, "loss_sum": self.loss_sum,
                 "random": torch.get_rng_state(), "train_images": self.options.train_images}
        with open(self.file + ".new", "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.file + ".new", self.file)

    def load(self):
        if not self.file or not os.path.exists(self.file):
            return
        state = torch.load(self.file)
        if (state["train_images"] != self.options.train_images
                or state["network"]["hidden.bias"].numel() != self.options.hidden_units):
            sys.exit(f"train.py: {self.file} was written with other --hidden-units or --train-images; "
                     "remove it to start anew")
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        for group in self.optimizer.param_groups:  # a trial may go on from another one's weights
            group.update(lr=self.options.learning_rate, momentum=self.options.momentum,
                         weight_decay=self.options.weight_decay)
        self.finished, self.next_image = state["finished"], state["next_image"]
        self.loss_sum = state["loss_sum"]
        torch.set_rng_state(state["random"])

    def print_epoch(self, epoch):
        accuracy, loss = self.finished[epoch]
        print(f"epoch={epoch + 1} validation-accuracy={accuracy:.4f} loss={loss:.4g}", flush=True)

    def run(self, pixels, labels, validation_pixels, validation_labels):
        """Whether it came to the end of all epochs before it was asked to stop."""
        for epoch in range(len(self.finished)):  # an attempt tells the whole curve
            self.print_epoch(epoch)
        while len(self.finished) < self.options.epochs:
            self.network.train()
            chance = torch.Generator().manual_seed(self.options.seed * 1_000_003 + len(self.finished))
            order = torch.randperm(len(labels), generator=chance)
            while self.next_image < len(labels):
                if stop_asked:
                    self.save()
                    return False
                batch = order[self.next_image:self.next_image + self.options.batch_size]
                loss = F.cross_entropy(self.network(pixels[batch]), labels[batch])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                self.loss_sum += loss.item() * len(batch)
                self.next_image += len(batch)
            self.network.eval()
            with torch.no_grad():
                right = (self.network(validation_pixels).argmax(1) == validation_labels).float().mean().item()
            self.finished.append((right, self.loss_sum / len(labels)))
            self.next_image, self.loss_sum = 0, 0.0
            self.print_epoch(len(self.finished) - 1)
            self.save()
        return True


def main():
    signal.signal(signal.SIGTERM, ask_to_stop)
    options = read_options()
    torch.set_num_threads(1)
    training = Training(options)
    training.load()
    pictures = load(options.data, 0, options.train_images)
    others = load(options.data, options.train_images, options.validation_images)
    if not training.run(*pictures, *others):
        print("train.py: terminated" + (", checkpoint written" if training.file else ""), file=sys.stderr)
        return 128 + signal.SIGTERM
    return 0


if __name__ == "__main__":
    sys.exit(main())
