# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Kills coordinator, worker or mpirun of a real run at random moments; the same command goes on.

Usage: kill_test.py DIWAN MPIRUN [--moments N] [--seed SEED] [--case NAME]

A case is VICTIM, VICTIM-recovery (mpirun --enable-recovery), each with one worker and with two. After
each kill it checks that
  - no process of the run is left,
  - every record that `diwan journal` had shown is still there, unchanged,
  - no run whose end was acknowledged ran again, and no run ran twice,
  - the budget is used to the trial,
  - with one worker the suggestions equal those of an uninterrupted run.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TRIALS = 10
# For a run of about three seconds, also on a busy machine.
PATIENCE_SECONDS = 90
EXPERIMENT = f"""
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {{name: killed}}
spec:
  seed: 7
  objective: {{type: minimize, objectiveMetricName: loss}}
  algorithm: {{algorithmName: tpe}}
  maxTrialCount: {TRIALS}
  maxFailedTrialCount: 3
  parameters:
    - {{name: x, parameterType: double, feasibleSpace: {{min: "-1", max: "1"}}}}
    - {{name: y, parameterType: double, feasibleSpace: {{min: "-1", max: "1"}}}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, trial.sh, "${{trialParameters.x}}", "${{trialParameters.y}}"]
"""
# Says that it runs, in one write, then reports five values that depend on its parameters alone.
TRIAL = """
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT" >> started
for step in 1 2 3 4 5; do
  awk -v x="$1" -v y="$2" -v s=$step 'BEGIN { print "loss=" x * x + y * y + 1 / s }'
  sleep 0.06
done
"""


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Run:
    """One experiment in a directory of its own, and the processes that belong to it."""

    def __init__(self, arguments, ranks, options):
        self.diwan = arguments.diwan
        self.mpirun = arguments.mpirun
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="diwan-kill-"))
        self.directory = self.folder / "killed.diwan"
        (self.folder / "experiment.yaml").write_text(EXPERIMENT)
        (self.folder / "trial.sh").write_text(TRIAL)
        self.command = [self.mpirun, "--oversubscribe", *options, "-n", str(ranks), self.diwan,
                        "run", "experiment.yaml", "--progress", "none"]
        # Whatever is started for this experiment inherits it, trials too.
        self.environment = dict(os.environ, DIWAN_TEST_MARKER=self.folder.name,
                                OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

    def start(self):
        self.output = open(self.folder / "output", "a", encoding="utf-8")
        return subprocess.Popen(self.command, cwd=self.folder, env=self.environment,
                                stdout=self.output, stderr=self.output)

    def journal(self):
        answer = subprocess.run([self.diwan, "journal", str(self.directory)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if answer.returncode != 0:
            return []
        return [json.loads(line) for line in answer.stdout.decode().splitlines()]

    def exit_status(self):
        return subprocess.run([self.diwan, "status", str(self.directory), "--exit-status"],
                              check=False).returncode

    def started(self):
        file = self.folder / "started"
        return file.read_text().splitlines() if file.exists() else []

    def processes(self):
        """Ids of the living processes of this experiment."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) != os.getpid():
                try:
                    environment = pathlib.Path("/proc", name, "environ").read_bytes()
                    state = pathlib.Path("/proc", name, "stat").read_bytes()
                except OSError:
                    continue
                if (f"DIWAN_TEST_MARKER={self.folder.name}".encode() in environment
                        and state.rpartition(b")")[2].split()[0] not in (b"Z", b"X")):
                    found.append(int(name))
        return found

    def rank(self, number, mpirun):
        """Id of the process that mpirun started as this rank; None if it is not there."""
        for pid in self.processes():
            try:
                environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                stat = pathlib.Path(f"/proc/{pid}/stat").read_bytes()
            except OSError:
                continue
            if (f"OMPI_COMM_WORLD_RANK={number}".encode() in environment
                    and int(stat.rpartition(b")")[2].split()[1]) == mpirun.pid):
                return pid
        return None

    def picture(self):
        """What there is to see of a run that hangs."""
        lines = [f"  the journal's last records: {self.journal()[-3:]}"]
        for pid in self.processes():
            try:
                words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                state = pathlib.Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
                lines.append(f"  {pid}: parent {int(state[1])}, state {state[0].decode()}, "
                             f"{int(state[11]) + int(state[12])} ticks, "
                             f"{b' '.join(words).decode(errors='replace')}")
            except OSError:
                continue
        return "\n".join(lines)

    def text(self):
        return (self.folder / "output").read_text(errors="replace")

    def remove(self):
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def finish(run, process):
    """Waits for the present process, then repeats the command until the experiment has ended."""
    for _ in range(4):
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Failure("the run hangs:\n" + run.picture()) from error
        expect(wait_until(lambda: not run.processes(), 20),
               f"processes are left: {run.processes()}")
        if run.exit_status() == 0:
            return
        process = run.start()
    raise Failure(f"the experiment did not end; last status {run.exit_status()}\n" + run.picture())


def suggestions(journal):
    return [record["assignments"] for record in journal if record["event"] == "suggested"]


def ended(journal):
    return {(record["trial"], record["attempt"]) for record in journal
            if record["event"] == "ended" and record["outcome"] in ("succeeded", "failed")}


def check(run, shown, started_before, reference):
    journal = run.journal()
    expect(journal[:len(shown)] == shown,
           f"the first {len(shown)} records are no longer those that were acknowledged")
    over = {trial for trial, _ in ended(shown)}
    started = run.started()
    again = [line for line in started[len(started_before):] if line.split()[0] in over]
    expect(not again, f"ran again though its end was acknowledged: {again}")
    expect(len(set(started)) == len(started), f"a run ran twice: {sorted(started)}")
    done = ended(journal)
    expect(len(done) == TRIALS, f"{len(done)} trials ended, the budget is {TRIALS}")
    expect(len(suggestions(journal)) == TRIALS,
           f"{len(suggestions(journal))} suggestions for a budget of {TRIALS}")
    if reference is not None:
        expect(suggestions(journal) == reference,
               "the suggestions differ from those of an uninterrupted run")


def kill_once(arguments, victim, recovery, workers, moment, reference):
    run = Run(arguments, workers + 1, ["--enable-recovery"] if recovery else [])
    try:
        mpirun = run.start()
        time.sleep(moment)
        target = {"coordinator": lambda: run.rank(0, mpirun), "worker": lambda: run.rank(1, mpirun),
                  "mpirun": lambda: mpirun.pid}[victim]()
        # In this order: what the journal shows as ended had started before.
        shown = run.journal()
        started_before = run.started()
        if target is not None and mpirun.poll() is None:
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                pass
        finish(run, mpirun)
        check(run, shown, started_before, reference if workers == 1 else None)
        return len(shown)
    except Failure as failure:
        print(run.text(), file=sys.stderr)
        raise Failure(f"{failure}\n  {victim}, recovery {recovery}, {workers} workers, killed after "
                      f"{moment:.3f} s") from failure
    finally:
        run.remove()


def uninterrupted(arguments):
    """Suggestions and duration of a run that nobody kills."""
    run = Run(arguments, 2, [])
    try:
        begin = time.monotonic()
        process = run.start()
        process.wait(timeout=120)
        duration = time.monotonic() - begin
        expect(run.exit_status() == 0, f"the uninterrupted run failed:\n{run.text()}")
        check(run, [], [], None)
        return suggestions(run.journal()), duration
    finally:
        run.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("diwan")
    parser.add_argument("mpirun")
    parser.add_argument("--moments", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--case", default=None)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    reference, duration = uninterrupted(arguments)
    print(f"uninterrupted: {duration:.1f} s", flush=True)
    failures = 0
    for victim in ("coordinator", "worker", "mpirun"):
        for recovery in (False, True):
            name = victim + ("-recovery" if recovery else "")
            if arguments.case not in (None, name):
                continue
            for number in range(arguments.moments):
                workers = 1 + (number + recovery) % 2
                moment = dice.uniform(0.2, duration / workers)
                try:
                    shown = kill_once(arguments, victim, recovery, workers, moment, reference)
                    print(f"{name}: {workers} workers, killed after {moment:.3f} s, "
                          f"{shown} records shown", flush=True)
                except Failure as failure:
                    failures += 1
                    print(f"{name}: {failure}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
