# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Gradient descent on (x - 3)^2: reports each step, saves its work when asked to stop, goes on from it."""
import json
import sys

import diwan

STEPS = 50


def saved():
    """The file for the work so far; none where the program runs by itself."""
    place = diwan.checkpoint_dir()
    return place / "state.json" if place else None


def main():
    lr = float(sys.argv[1])
    state = {"step": 0, "x": 0.0}
    if saved() and saved().exists():
        state = json.loads(saved().read_text())
    while state["step"] < STEPS:
        gradient = 2 * (state["x"] - 3)
        state = {"step": state["step"] + 1, "x": state["x"] - lr * gradient}
        diwan.report(step=state["step"], loss=(state["x"] - 3) ** 2, gradient=abs(gradient))
        if diwan.should_stop():
            if saved():
                saved().write_text(json.dumps(state))
            sys.exit(1)
    print("x", state["x"])


if __name__ == "__main__":
    main()
