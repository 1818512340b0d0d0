# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Kills coordinator, worker or mpirun of a real run at random moments; the same command goes on.

Usage: kill_test.py DIWAN MPIRUN [--moments N] [--seed SEED] [--case NAME] [--jobs N]

A case is VICTIM or VICTIM-recovery (mpirun --enable-recovery), in turn with four workers (mpirun -n 5)
and with one. After each kill it checks that
  - the command is done at its next call at the latest, and no process of a run is left after either,
  - every record that `diwan journal` had shown, before the kill or after it, is still there, unchanged,
  - no trial whose end was acknowledged or recorded in its folder ran again, and no run ran twice,
  - the budget is used to the trial, and every trial has all its observations, once,
  - with one worker the suggestions equal those of an uninterrupted run,
  - under recovery a dead worker among others costs the attempt of its own trial and nothing else.
--jobs moments are tried at a time, each in a directory of its own: trials mostly sleep.
"""
import argparse
import concurrent.futures
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
VALUES = 5
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
# Says that it runs, in one write, then reports values that depend on its parameters alone.
TRIAL = f"""
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT" >> started
loss=$(awk -v x="$1" -v y="$2" 'BEGIN {{ printf "%.9f", x * x + y * y }}')
for step in $(seq {VALUES}); do
  echo "loss=$loss$step"
  sleep 0.04
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
                              stderr=subprocess.DEVNULL,
                              check=False).returncode

    def recorded(self):
        """Trials whose end stands in their folder."""
        found = set()
        for file in self.directory.glob("trials/*/attempt-*/exit"):
            if json.loads(file.read_text())["outcome"] in ("succeeded", "failed"):
                found.add(file.parent.parent.name)
        return found

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


def mpirun_hangs_alone(run, process):
    """Open MPI 4.1 may wait for ever for a rank that was killed in the middle of its handshake."""
    return (run.processes() == [process.pid]
            and "UNREACHABLE in file" in run.text() and "ptl_base_connection" in run.text())


def await_end(run, process):
    try:
        process.wait(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired as error:
        if mpirun_hangs_alone(run, process):
            print("Open MPI's mpirun hangs by itself, nothing of ours is left: ended it", flush=True)
            process.kill()
            process.wait()
            return
        raise Failure("the run hangs:\n" + run.picture()) from error
    expect(wait_until(lambda: not run.processes(), 20), f"processes are left: {run.processes()}")


def suggestions(journal):
    return [record["assignments"] for record in journal if record["event"] == "suggested"]


def ended(journal):
    return {(record["trial"], record["attempt"]) for record in journal
            if record["event"] == "ended" and record["outcome"] in ("succeeded", "failed")}


def observed(journal, run):
    """Of one (trial, attempt): the values by step."""
    return [pair for record in journal if record["event"] == "observed"
            and (record["trial"], record["attempt"]) == run
            for pair in zip(record["steps"], record["values"])]


class Witness:
    """What was to be seen at a moment and must hold ever after."""

    def __init__(self, run):
        # In this order: what the journal shows as ended had started before.
        self.journal = run.journal()
        self.over = {trial for trial, _ in ended(self.journal)} | run.recorded()
        self.started = run.started()

    def check(self, run, journal):
        expect(journal[:len(self.journal)] == self.journal,
               f"the first {len(self.journal)} records are not those that were acknowledged")
        again = [line for line in run.started()[len(self.started):]
                 if line.split()[0] in self.over]
        expect(not again, f"ran again though its end was acknowledged or recorded: {again}")


def check_end(run, journal, reference):
    started = run.started()
    expect(len(set(started)) == len(started), f"a run ran twice: {sorted(started)}")
    done = ended(journal)
    expect(len(done) == TRIALS, f"{len(done)} trials ended, the budget is {TRIALS}")
    expect(len(suggestions(journal)) == TRIALS,
           f"{len(suggestions(journal))} suggestions for a budget of {TRIALS}")
    for last in done:
        values = observed(journal, last)
        expect([step for step, _ in values] == list(range(1, VALUES + 1)),
               f"the observations of {last} are {values}")
    if reference is not None:
        expect(suggestions(journal) == reference,
               "the suggestions differ from those of an uninterrupted run")


def check_cost(journal):
    """Of a worker that died among others, under recovery."""
    lost = [record for record in journal if record["event"] == "ended"
            and record["outcome"] not in ("succeeded", "failed")]
    expect(len(lost) <= 1, f"one dead worker cost more than one attempt: {lost}")
    expect(sum(record["event"] == "owner" for record in journal) == 1,
           "the coordinator did not survive the death of a worker")
    for record in lost:
        expect(record["outcome"] == "lost", f"a dead worker's trial ended so: {record}")
    expect(len(run_keys(journal)) <= TRIALS + 1, f"runs: {sorted(run_keys(journal))}")


def run_keys(journal):
    return {(record["trial"], record["attempt"]) for record in journal
            if record["event"] == "started"}


def kill_once(arguments, case, workers, moment, reference):
    victim, recovery = case
    run = Run(arguments, workers + 1, ["--enable-recovery"] if recovery else [])
    try:
        mpirun = run.start()
        time.sleep(moment)
        target = {"coordinator": lambda: run.rank(0, mpirun), "worker": lambda: run.rank(1, mpirun),
                  "mpirun": lambda: mpirun.pid}[victim]()
        before = Witness(run)
        if target is not None and mpirun.poll() is None:
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                pass
        await_end(run, mpirun)
        after = Witness(run)
        calls = 1
        if run.exit_status() != 0:
            calls = 2
            await_end(run, run.start())
        expect(run.exit_status() == 0, f"the same command did not end it: status "
               f"{run.exit_status()}\n{run.picture()}")
        journal = run.journal()
        before.check(run, journal)
        after.check(run, journal)
        check_end(run, journal, reference if workers == 1 else None)
        # Without all its ranks MPI cannot start, so there is no run yet that could go on.
        starting = "a rank ended while MPI was starting" in run.text()
        if victim == "worker" and recovery and workers > 1 and not starting:
            expect(calls == 1, "a dead worker ended the run although others were left")
            check_cost(journal)
        return len(before.journal)
    except Failure as failure:
        raise Failure(f"{run.text()}\n{failure}\n  killed after {moment:.3f} s") from failure
    finally:
        run.remove()


def uninterrupted(arguments, workers):
    """Suggestions and duration of a run that nobody kills."""
    run = Run(arguments, workers + 1, [])
    try:
        begin = time.monotonic()
        await_end(run, run.start())
        duration = time.monotonic() - begin
        expect(run.exit_status() == 0, f"the uninterrupted run failed:\n{run.text()}")
        check_end(run, run.journal(), None)
        return suggestions(run.journal()), duration
    finally:
        run.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("diwan", type=os.path.abspath)
    parser.add_argument("mpirun")
    parser.add_argument("--moments", type=int, default=1)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--case", default=None)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    reference, durations = None, {}
    for workers in (4, 1):
        reference, durations[workers] = uninterrupted(arguments, workers)
        print(f"uninterrupted, {workers} workers: {durations[workers]:.1f} s", flush=True)
    attempts = []
    for case in ((victim, recovery) for victim in ("coordinator", "worker", "mpirun")
                 for recovery in (False, True)):
        for number in range(arguments.moments):
            workers = (4, 1)[(number + case[1]) % 2]
            attempts.append((case, workers, dice.uniform(0.2, durations[workers])))

    def attempt(case, workers, moment):
        name = case[0] + ("-recovery" if case[1] else "")
        if arguments.case not in (None, name):
            return True
        try:
            shown = kill_once(arguments, case, workers, moment, reference)
            print(f"{name}: {workers} workers, killed after {moment:.3f} s, {shown} records shown",
                  flush=True)
            return True
        except Failure as failure:
            print(f"FAILED {name}: {workers} workers: {failure}", flush=True)
            return False

    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        well = list(pool.map(lambda chosen: attempt(*chosen), attempts))
    print(f"{well.count(False)} of {len(well)} failed, {time.monotonic() - begin:.0f} s")
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
