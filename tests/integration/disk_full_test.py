# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Runs an experiment until its file system is full; once there is space the same command goes on.

Usage: disk_full_test.py DIWAN MPIRUN|none [--case NAME]

The small file system is mounted in a mount namespace of this test's own. Where the site allows none
the test is skipped (exit status 77). What it checks, for local and MPI runs: the run ends with 74, and
DIR/outcome says so; the full disk costs no trial anything; on the full disk the same command changes
nothing; with more space it goes on to the end, with every record that `diwan journal` had shown, and
nothing that was acknowledged runs again.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
PATIENCE_SECONDS = 120
EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: full}
spec:
  seed: 7
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: TRIALS
  maxFailedTrialCount: 1
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "-1", max: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, trial.sh, "${trialParameters.x}"]
"""
# Its log and its records are some 100 kB together.
TALKATIVE = """
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT" >> started
awk -v x="$1" 'BEGIN { for (s = 1; s <= 2000; ++s) printf "loss=%.15f\\n", x * x + 1 / s }'
"""
# The last one leaves room for its own end, but for no checkpoint.
GREEDY = """
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT" >> started
if [ "$(wc -l < started)" -ge 3 ]; then
  dd if=/dev/zero of="$FULL_FILLER" bs=4096 2> /dev/null
  truncate -s -131072 "$FULL_FILLER"
fi
echo "loss=$1"
"""


# The first one leaves no room at all: neither for records nor for the next one's folder.
FLOOD = """
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT" >> started
echo "loss=$1"
mkdir flooded 2> /dev/null && cat /dev/zero > "$FULL_FILLER" 2> /dev/null
exit 0
"""


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Run:
    """One experiment whose directory lies on a small file system."""

    def __init__(self, arguments, launcher, trial, trials, size):
        self.diwan = arguments.diwan
        self.launcher = launcher
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="diwan-full-"))
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.disk], check=True)
        self.directory = self.disk / "full.diwan"
        self.filler = self.disk / "filler"
        (self.folder / "experiment.yaml").write_text(EXPERIMENT.replace("TRIALS", str(trials)))
        (self.folder / "trial.sh").write_text(trial)
        self.environment = dict(os.environ, FULL_FILLER=str(self.filler),
                                OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        self.command = [self.diwan, "run", "experiment.yaml", "--dir", self.directory,
                        "--parallel", "2", "--progress", "none"]
        if launcher == "mpi":
            self.command = [arguments.mpirun, "--oversubscribe", "-n", "3", *self.command]

    def run(self):
        """Exit status and what it said."""
        done = subprocess.run(self.command, cwd=self.folder, env=self.environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PATIENCE_SECONDS)
        # mpirun hides the status.
        status = self.exit_status() if self.launcher == "mpi" else done.returncode
        return status, done.stdout.decode()

    def exit_status(self):
        return subprocess.run([self.diwan, "status", self.directory, "--exit-status"],
                              check=False).returncode

    def journal(self):
        answer = subprocess.run([self.diwan, "journal", self.directory], check=True,
                                stdout=subprocess.PIPE)
        return answer.stdout.decode().splitlines()

    def outcome(self):
        return json.loads((self.directory / "outcome").read_text())

    def files(self):
        return {str(path.relative_to(self.disk)): path.read_bytes()
                for path in self.disk.rglob("*") if path.is_file()}

    def trials(self):
        answer = subprocess.run([self.diwan, "trials", self.directory, "-o", "json"], check=True,
                                stdout=subprocess.PIPE)
        return json.loads(answer.stdout)["trials"]

    def fill(self):
        """Takes the last pages: what did not fit may have left some."""
        with open(self.filler, "ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass

    def grow(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", self.disk], check=True)

    def close(self):
        subprocess.run(["umount", "-l", self.disk], check=False)
        shutil.rmtree(self.folder)


def check_stopped(run, status, said):
    expect(status == 74, f"ended with {status} on the full disk:\n{said}")
    expect("No space left on device" in said, f"does not say why:\n{said}")
    outcome = run.outcome()
    expect(outcome["exit"] == 74 and "No space left" in outcome["reason"], f"outcome {outcome}")
    expect(run.exit_status() == 74, f"status --exit-status gives {run.exit_status()}")


def check_ended(run, status, said, acknowledged, trials):
    expect(status == 0, f"with more space it ended with {status}:\n{said}")
    journal = run.journal()
    expect(journal[:len(acknowledged)] == acknowledged, "an acknowledged record is gone")
    statuses = [trial["status"] for trial in run.trials()]
    expect(statuses == ["Succeeded"] * trials, f"trials ended as {statuses}")
    started = (run.folder / "started").read_text().splitlines()
    expect(len(started) == len(set(started)), f"a run ran twice: {sorted(started)}")
    ended = {f"{record['trial']} {record['attempt'] + 1}"
             for record in map(json.loads, acknowledged)
             if record["event"] == "ended" and record["outcome"] == "succeeded"}
    expect(not ended & set(started), "a trial ran again whose end was acknowledged")
    expect(run.outcome()["exit"] == 0, f"outcome {run.outcome()}")
    left = sorted(path.name for path in run.directory.iterdir())
    expect(left == ["experiment.h5", "outcome", "trials"], f"left in the directory: {left}")


def full_in_the_middle(arguments, launcher):
    trials = 40
    run = Run(arguments, launcher, TALKATIVE, trials, "2m")
    try:
        check_stopped(run, *run.run())
        acknowledged = run.journal()
        expect(len(acknowledged) > 20, f"only {len(acknowledged)} records before the disk was full")
        run.fill()
        before = run.files()

        check_stopped(run, *run.run())
        now = run.files()
        changed = sorted(name for name in before.keys() | now.keys()
                         if before.get(name) != now.get(name))
        expect(not changed, f"a start on the full disk changed {changed}")

        run.grow("64m")
        check_ended(run, *run.run(), acknowledged, trials)
    finally:
        run.close()


def full_at_once(arguments, launcher):
    run = Run(arguments, launcher, FLOOD, 12, "4m")
    try:
        check_stopped(run, *run.run())
        acknowledged = run.journal()
        expect(all(trial["status"] in ("Succeeded", "Pending", "Running") for trial in run.trials()),
               "the full disk was taken for the fault of a trial")

        run.filler.unlink()
        check_ended(run, *run.run(), acknowledged, 12)
    finally:
        run.close()


def full_at_the_end(arguments, launcher):
    run = Run(arguments, launcher, GREEDY, 3, "4m")
    try:
        status, said = run.run()
        check_stopped(run, status, said)
        expect("experiment.h5" in said, f"does not name the checkpoint:\n{said}")
        acknowledged = run.journal()
        expect('"event":"stop"' in acknowledged[-1], f"the last record is {acknowledged[-1]}")

        run.filler.unlink()
        check_ended(run, *run.run(), acknowledged, 3)
        expect(run.journal() == acknowledged, "the finished experiment got more records")
    finally:
        run.close()


CASES = {"middle": full_in_the_middle, "once": full_at_once, "end": full_at_the_end}


def enter_namespace():
    """Starts this program again where it may mount."""
    for unshare in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        mount = [*unshare, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        try:
            possible = subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode == 0
        except FileNotFoundError:
            break
        if possible:
            os.execvp("unshare", [*unshare, sys.executable, *sys.argv, "--inside"])
    print("skipped: nothing can be mounted here, not even in a user namespace")
    sys.exit(SKIPPED)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("diwan", type=os.path.abspath)
    parser.add_argument("mpirun", help="or none")
    parser.add_argument("--case", choices=CASES)
    parser.add_argument("--inside", action="store_true", help="of a namespace where we may mount")
    arguments = parser.parse_args()
    if not arguments.inside:
        enter_namespace()
    failures = 0
    for launcher in ["local"] if arguments.mpirun == "none" else ["local", "mpi"]:
        for name, case in CASES.items():
            if arguments.case not in (None, name):
                continue
            try:
                case(arguments, launcher)
                print(f"{launcher} {name}: passed")
            except (Failure, subprocess.SubprocessError) as problem:
                failures += 1
                print(f"{launcher} {name}: FAILED: {problem}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
