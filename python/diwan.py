# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""What a trial written in Python says to Diwan, and asks of it.

    import diwan

    for epoch in range(epochs):
        ...
        diwan.report(step=epoch, loss=loss, accuracy=accuracy)
        if diwan.should_stop():
            torch.save(state, diwan.checkpoint_dir() / "state.pt")
            break

One file that needs the standard library alone: copy it beside the program, or put its folder,
`share/diwan/python` where Diwan is installed, on PYTHONPATH. Outside a trial `report` writes nothing,
`checkpoint_dir` is None and `should_stop` is False, so that the program runs by itself as well.
"""
import json
import operator
import os
import pathlib
import signal
import time

__all__ = ["report", "report_metrics", "checkpoint_dir", "should_stop"]

_asked = False  # SIGTERM has come


def report(step=None, **metrics):
    """Reports values of metrics: report(step=3, loss=0.2), report(3, **{"val/loss": 0.2}).

    A value is what float() takes: a number, NaN and the infinities too, a NumPy scalar, a tensor of one
    element, a text that spells a number. Without `step` Diwan counts each metric's reports from 1.

    Raises ValueError, which names the metric, for a value that is no number, TypeError for a step that
    is no whole number, and OSError if the line cannot be written.
    """
    line = {}
    if step is not None:
        line["step"] = _whole(step)
    line.update(_numbers(metrics, reserved=("step", "timestamp")))
    if metrics:
        _append(line)


def report_metrics(metrics, db_manager_address=None, timeout=None):
    """Katib's kubeflow.katib.report_metrics: report_metrics({"loss": 0.2}).

    The two last arguments are Katib's and have no effect: no server is asked. As there a value may be
    whatever float() takes, and outside a trial ValueError is raised. "step" is the step of the others.
    """
    if not os.environ.get("KATIB_TRIAL_NAME"):
        raise ValueError("KATIB_TRIAL_NAME is not set: report_metrics works inside a trial only; "
                         "report() does nothing outside one")
    line = _numbers(metrics, reserved=("timestamp",))
    if line:
        _append(line)


def checkpoint_dir():
    """The trial's own folder for its work, kept over its attempts, as pathlib.Path; None outside a trial."""
    place = os.environ.get("DIWAN_CHECKPOINT_DIR")
    return pathlib.Path(place) if place else None


def should_stop():
    """True once the trial has been asked to stop: save to checkpoint_dir() and exit within the grace time.

    From the first call on SIGTERM does not end the program at once any more. A handler of the program's
    own, installed before or after, is called as before.
    """
    _listen()
    if _asked:
        return True
    place = os.environ.get("DIWAN_TRIAL_DIR")
    return bool(place) and os.path.exists(os.path.join(place, "stop"))


def _whole(step):
    try:
        return operator.index(step)
    except TypeError:
        pass
    try:
        number = float(step)
        if number == int(number):
            return int(number)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        pass
    raise TypeError("step is no whole number: %s" % _shown(step))


def _numbers(metrics, reserved):
    numbers = {}
    for name, value in metrics.items():
        if not isinstance(name, str) or not name:
            raise ValueError("the name of a metric is no text: %s" % _shown(name))
        if name in reserved:
            raise ValueError("a metric cannot be called %r, which says when its values were reported" % name)
        try:
            numbers[name] = float(value)
        except (TypeError, ValueError, RuntimeError, OverflowError) as error:
            raise ValueError("the value of metric %r is no number: %s" % (name, _shown(value))) from error
    return numbers


def _shown(value):
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _append(line):
    # One write to a file opened for appending: lines of several processes never mix.
    path = os.environ.get("DIWAN_METRICS")
    if not path:
        return
    line["timestamp"] = time.time()
    text = (json.dumps(line) + "\n").encode()
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        written = os.write(file, text)
    finally:
        os.close(file)
    if written != len(text):
        raise OSError("%s: only %d of %d bytes were written: the disk is full" % (path, written, len(text)))


def _listen():
    present = signal.getsignal(signal.SIGTERM)
    if getattr(present, "_diwan", False) or not (callable(present) or present == signal.SIG_DFL):
        return  # ours already, ignored, or not made in Python: then the file `stop` tells

    def note(number, frame):
        global _asked
        _asked = True
        if callable(present) and present != signal.SIG_DFL:
            present(number, frame)

    note._diwan = True
    try:
        signal.signal(signal.SIGTERM, note)
    except ValueError:
        pass  # not the main thread
