#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Made the event files beside it: one folder for each writer, the same curves in each.

    make_samples.py tensorboard|tensorboardX|pytorch|tensorflow [FOLDER]

Each was run where its package is installed: tensorboard 2.21.0, tensorboardX 2.6.5 and tensorflow 2.21.0
from PyPI, PyTorch 1.13.1 from Debian 12 with tensorboard 2.21.0. What else the writers put there
(histograms, texts) is no scalar, and must disturb nothing.
"""
import pathlib
import sys

sys.path.pop(0)  # the folders beside it have the packages' names

LOSS = [0.1, 0.25, 1e-05, 123456.789, -7.5]
STEPS = [0, 1, 2, 10, 2**40]


def tensorboard(folder):
    """Its own writer: tensors, and one simple value a step."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.histogram import summary_v2 as histogram
    from tensorboard.plugins.scalar import summary_v2 as scalar
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(folder))
    for step, loss in zip(STEPS, LOSS):
        when = 1700000000.25 + step % 1000
        for summary in (scalar.scalar_pb("loss", loss), histogram.histogram_pb("weights", [1.0, loss])):
            writer.add_event(Event(wall_time=when, step=step, summary=summary))
        simple = Summary(value=[Summary.Value(tag="simple", simple_value=loss)])
        writer.add_event(Event(wall_time=when, step=step, summary=simple))
    writer.close()


def summary_writer(writer, **double):
    """The interface that tensorboardX and PyTorch share."""
    import numpy

    for step, loss in zip(STEPS, LOSS):
        when = 1700000000.25 + step % 1000
        writer.add_scalar("simple", loss, step, when)
        writer.add_scalar("loss", loss, step, when, **double)
        writer.add_histogram("weights", numpy.array([1.0, loss]), step, walltime=when)
        writer.add_text("note", "loss=0.5", step, when)
    writer.close()


def tensorboardX(folder):
    from tensorboardX import SummaryWriter

    # It has simple values only.
    summary_writer(SummaryWriter(str(folder)))


def pytorch(folder):
    from torch.utils.tensorboard import SummaryWriter

    summary_writer(SummaryWriter(str(folder)), new_style=True, double_precision=True)


def tensorflow(folder):
    import tensorflow as tf

    with tf.summary.create_file_writer(str(folder)).as_default():
        for step, loss in zip(STEPS, LOSS):
            tf.summary.scalar("loss", loss, step)
            tf.summary.histogram("weights", [1.0, loss], step)
            tf.summary.text("note", "loss=0.5", step)
            simple = tf.compat.v1.Summary(value=[tf.compat.v1.Summary.Value(tag="simple", simple_value=loss)])
            tf.summary.experimental.write_raw_pb(simple.SerializeToString(), step)


def main():
    name = sys.argv[1]
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent) / name
    folder = root / "train"
    globals()[name](folder)
    (written,) = folder.glob("*tfevents*")
    # Without the time and host it was written on.
    written.rename(folder / f"events.out.tfevents.0.{name}")


main()
