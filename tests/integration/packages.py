# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Real packages of others in an environment of their own."""
import subprocess
import sys

SKIPPED = 77


def install(folder, packages):
    """In `folder`, unless they are there from a run before. Ends the test as skipped where pip cannot have them."""
    ready = folder / "ready"
    if ready.exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20", *packages]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode != 0:
        print("skipped: pip cannot install", " ".join(packages), "here:", done.stderr.strip()[-500:])
        sys.exit(SKIPPED)
    ready.touch()
