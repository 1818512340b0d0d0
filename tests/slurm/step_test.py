# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Trials as steps of an allocation (`diwan run --launcher slurm-step`), in a Slurm of its own.

Usage: step_test.py DIWAN --examples DIRECTORY [--case NAME]...     exit 77 where Slurm is not installed

Each task of a trial notes what it was told. After each case the budget was used to the trial, no trial that had ended
ran again, no two trials had the same GPU at a time, and no step is left.
"""
import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time

from private_slurm import PrivateSlurm, find, missing
from random_search import random_search

# Each task notes itself, waits for TOGETHER trials to have begun, and works for STEPS fifths of a second; told to end,
# it takes half a second to save its work.
TRIAL = """
import os, signal, sys, time

def told(name):
    return os.environ.get(name, "")

def note(what):
    hosts = open(told("DIWAN_HOSTFILE")).read().replace(" ", ":").replace("\\n", ",")
    line = (f"{what} {time.time()} trial={told('DIWAN_TRIAL')} attempt={told('DIWAN_ATTEMPT')} rank={told('RANK')}"
            f" node={told('SLURMD_NODENAME')} world={told('WORLD_SIZE')} local={told('LOCAL_RANK')}"
            f" master={told('MASTER_ADDR')}:{told('MASTER_PORT')} hosts={hosts} gpus={told('DIWAN_GPUS')}"
            f" visible={told('CUDA_VISIBLE_DEVICES')} slurm={told('SLURM_PROCID')} job={told('DIWAN_SLURM_JOB_ID')}"
            f" pmix={told('PMIX_RANK')}\\n")
    file = os.open("events", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode())
    os.close(file)

def save(number, frame):
    note("term")
    time.sleep(0.5)
    note("saved")
    os._exit(1)

signal.signal(signal.SIGTERM, signal.SIG_IGN if told("STUBBORN") else save)
note("begin")
if told("FAILING") == told("RANK"):
    sys.exit(3)
patience = time.time() + 60
while time.time() < patience and len({line.split()[2] for line in open("events")}) < int(told("TOGETHER") or 0):
    time.sleep(0.1)
for step in range(int(told("STEPS") or 10)):
    time.sleep(0.2)
    if told("RANK") == "0":
        print(f"progress={step}", flush=True)
note("end")
if told("RANK") == "0":
    print(f"loss={sys.argv[1]}")
"""
NODES = {"n1", "n2"}
FOUR_TASKS = "{nodes: 2, tasks: 4, cpusPerTask: 2, gpusPerTask: 1}"
HOSTS = "n1:slots=2,n2:slots=2,"


class Event:
    """A line that a task wrote: what, when, and its fields."""

    def __init__(self, line):
        self.what, at, *fields = line.split(" ")
        self.at = float(at)
        self.fields = dict(field.split("=", 1) for field in fields)
        self.run = (self.fields["trial"], int(self.fields["attempt"]))
        self.rank = int(self.fields["rank"] or 0)

    def __getattr__(self, name):
        return self.fields[name]

    def __repr__(self):
        return f"{self.what} {self.fields}"


def lines(file):
    return file.read_text().splitlines() if file.exists() else []


class Search:
    """A folder with an experiment, and a job in which its coordinator runs."""

    def __init__(self, slurm, diwan, trials, resources=FOUR_TASKS, env="", text=None):
        self.slurm, self.diwan, self.trials = slurm, diwan, trials
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="steps-"))
        text = text or random_search(trials, resources=resources, command="python3 trial.py")
        (self.work / "search.yaml").write_text(text.replace("        slurm:", f"        env: {{{env}}}\n        slurm:"))
        (self.work / "trial.py").write_text(TRIAL)
        self.job = None

    def submit(self, command="diwan run search.yaml --progress plain", *options, whole=True):
        """A job of both nodes, with all that they have unless options say what."""
        all_of_it = ["--exclusive", "--gpus-per-node=4", "--mem=0"] if whole else []
        self.job = self.slurm.submit(["--nodes=2", *all_of_it, "--output=log", "--open-mode=append", *options,
                                      "--wrap", command], cwd=self.work)

    def said(self):
        return "\n".join(lines(self.work / "log"))

    def events(self, what=None):
        return [event for event in map(Event, lines(self.work / "events")) if what in (None, event.what)]

    def wait_for(self, what, count, seconds=60):
        self.slurm.wait_for(lambda: len(self.events(what)) >= count, seconds, f"{count} times {what}")

    def wait_for_text(self, text, seconds=60):
        self.slurm.wait_for(lambda: text in self.said(), seconds, repr(text))

    def steps(self):
        """Those that run, beside the batch script."""
        out = self.slurm.call([find("squeue"), "--steps", "-h", f"--job={self.job}", "-o", "%i"], check=False)
        return [step for step in out.split() if not step.endswith((".batch", ".extern"))]

    def processes(self, *names):
        """Of this experiment, by their names in the kernel."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                environment = (entry / "environ").read_bytes()
                # Slurms of tests that run beside this one count their jobs from 1 as well.
                mine = str(self.work).encode() in environment or \
                    str(self.slurm.lab).encode() in environment and f"SLURM_JOB_ID={self.job}".encode() in environment
                if entry.name.isdigit() and mine and (entry / "comm").read_text().strip() in names:
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def kill(self, *names):
        """All at once."""
        doomed = self.processes(*names)
        assert doomed, f"no process is called {names}"
        for pid in doomed:
            os.kill(pid, signal.SIGSTOP)
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)

    def rows(self):
        return json.loads(self.slurm.call([self.diwan, "trials", "search.yaml", "-o", "json"], cwd=self.work))["trials"]

    def done(self, seconds=180):
        state = self.slurm.wait(self.job, seconds)
        assert state == "COMPLETED", f"the job ended {state}"
        rows = self.rows()
        assert len(rows) == self.trials and all(row["status"] == "Succeeded" for row in rows), rows
        ends = collections.Counter((event.trial, event.rank) for event in self.events("end"))
        assert set(ends.values()) == {1}, "a trial that had ended ran again"
        assert {trial for trial, _ in ends} == {row["trial"] for row in rows}
        self.check_gpus()
        return rows

    def spans(self):
        """Of tasks that came to their end: begin and end."""
        ends = {(event.run, event.rank): event for event in self.events("end")}
        return [(event, ends[event.run, event.rank]) for event in self.events("begin") if (event.run, event.rank) in ends]

    def at_once(self):
        first = [(begin.at, end.at) for begin, end in self.spans() if begin.rank == 0]
        return max(sum(begin <= at < end for begin, end in first) for at, _ in first)

    def check_gpus(self):
        """None is two tasks' at a time."""
        for begin, end in self.spans():
            others = [(b, e) for b, e in self.spans() if b.node == begin.node and set(b.gpus) & set(begin.gpus) - {","}]
            assert sum(b.at <= begin.at < e.at for b, e in others) <= 1, f"GPU {begin.gpus} of {begin.node} is given twice"

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.job:
            self.slurm.call([find("scancel"), self.job], check=False)
            self.slurm.wait_for(lambda: self.slurm.state(self.job) not in ("RUNNING", "COMPLETING"), 60, "end of the job")
        if error is None:
            shutil.rmtree(self.work)
            return
        print(f"== {self.work}", self.said()[-6000:], *lines(self.work / "events"), sep="\n", file=sys.stderr)
        for output in sorted(self.work.glob("*.diwan/trials/*/attempt-*/std*.log"))[:6]:
            print(f"== {output}", output.read_text(errors="replace")[-1500:], sep="\n", file=sys.stderr)


def finishes(slurm, diwan, _):
    """Trials of four tasks on two nodes, with a GPU each: two fit, and every task is told what it is."""
    with Search(slurm, diwan, 4, env="TOGETHER: 2") as s:
        s.submit()
        rows = s.done()
        assert s.at_once() == 2, s.events()
        assert all(row["host"] == "n[1-2]" and len(row["gpus"]) == 1 for row in rows), rows
        for trial in {event.trial for event in s.events()}:
            tasks = sorted((event for event in s.events("begin") if event.trial == trial), key=lambda event: event.rank)
            assert [(task.rank, task.node) for task in tasks] == [(0, "n1"), (1, "n1"), (2, "n2"), (3, "n2")], tasks
            assert {task.world for task in tasks} == {"4"} and {task.hosts for task in tasks} == {HOSTS}, tasks
            assert len({task.master for task in tasks}) == 1 and tasks[0].master.startswith("n1:"), tasks
            assert all(len(task.gpus) == 1 and task.visible == task.gpus and task.local == "0" for task in tasks), tasks
            assert all(task.slurm == "" and task.job == s.job for task in tasks), "a variable of Slurm's is left"
            assert tasks[0].gpus != tasks[1].gpus and tasks[2].gpus != tasks[3].gpus, tasks
        outputs = sorted(path.name for path in s.work.glob("*.diwan/trials/*/attempt-1/step/std*.log"))
        assert collections.Counter(outputs)["stdout.3.log"] == 4 and "stdout.0.log" not in outputs, outputs


def without_gpus(slurm, diwan, _):
    """As many as fit the CPUs; parallelTrialCount is less. The tasks are an MPI world where the file asks for one."""
    with Search(slurm, diwan, 4, resources="{nodes: 2, tasks: 2, cpusPerTask: 4}", env="SLURM_MPI_TYPE: pmix, STEPS: 5, TOGETHER: 3") as s:
        s.submit("diwan run search.yaml --parallel 3")
        s.done()
        assert s.at_once() == 3, s.events()
        assert all(event.gpus == "" and event.visible == "" for event in s.events()), s.events()
        assert all(event.pmix == str(event.rank) and event.slurm == event.pmix for event in s.events()), s.events()


def failing(slurm, diwan, _):
    """One rank fails, and with it the trial, at once; the reason names it."""
    with Search(slurm, diwan, 1, env="FAILING: 1, STEPS: 300") as s:
        s.submit()
        slurm.wait(s.job, 40)
        row, = s.rows()
        assert row["status"] == "Failed" and row["reason"] == "rank 1 on n1: exit status 3", row
        assert not s.events("end") and not s.steps()


def stopped(slurm, diwan, _):
    """A trial that is stopped: all its tasks get TERM and have time to save, and its step ends; others go on."""
    with Search(slurm, diwan, 2, env="STEPS: 50") as s:
        s.submit()
        s.wait_for("begin", 8)
        slurm.call([diwan, "cancel", "search.yaml", "1"], cwd=s.work)
        s.wait_for("saved", 4)
        slurm.wait_for(lambda: len(s.steps()) < 2, 20, "end of the step")
        assert {event.rank for event in s.events("saved")} == {0, 1, 2, 3}
        slurm.wait(s.job, 60)
        assert sorted(row["status"] for row in s.rows()) == ["Killed", "Succeeded"], s.rows()


def stubborn(slurm, diwan, _):
    """One that does not obey is killed after the grace time, with its step."""
    with Search(slurm, diwan, 1, env="STEPS: 300, STUBBORN: yes") as s:
        s.submit("diwan run search.yaml --grace 2; sleep 5")
        s.wait_for("begin", 4)
        slurm.call([diwan, "cancel", "search.yaml", "1"], cwd=s.work)
        s.wait_for_text("done (", 30)
        slurm.wait_for(lambda: not s.steps(), 10, "end of the step")
        assert s.rows()[0]["status"] == "Killed", s.rows()


def goes_on_after(slurm, diwan, *names):
    """Kills these processes, all at once. The job lives on, and the same command goes on in it."""
    with Search(slurm, diwan, 4, env="STEPS: 30") as s:
        s.submit("diwan run search.yaml --progress plain; until [ -e again ]; do sleep 0.1; done; "
                 "diwan run search.yaml --progress plain")
        s.wait_for("begin", 12)
        left = set(s.steps())
        s.kill(*names)
        if "srun" not in names:
            slurm.wait_for(lambda: not s.steps(), 20, "end of the steps")
        else:
            time.sleep(2)
            assert set(s.steps()) == left, "nobody was to end the steps"
        (s.work / "again").touch()
        s.done()


def killed(slurm, diwan, _):
    """The coordinator, by SIGKILL: its supervisor ends the steps."""
    goes_on_after(slurm, diwan, "diwan")


def killed_all(slurm, diwan, _):
    """The supervisor and its guardian with it: srun's helper ends the steps."""
    goes_on_after(slurm, diwan, "diwan", "diwan-trials", "diwan-guardian")


def killed_srun(slurm, diwan, _):
    """And all of srun, so that the steps go on: the next attempts end them first."""
    goes_on_after(slurm, diwan, "diwan", "diwan-trials", "diwan-guardian", "srun")


def requeued(slurm, diwan, _):
    """By an administrator: all tasks get TERM from Slurm, save, and go on when the job starts again. None has failed."""
    with Search(slurm, diwan, 4, env="STEPS: 20") as s:
        s.submit("diwan run search.yaml --progress plain", "--requeue")
        s.wait_for("begin", 8)
        slurm.requeue(s.job)
        slurm.wait(s.job, 60, {"PENDING"})
        assert len(s.events("saved")) == 8, s.events()
        slurm.start_now(s.job)
        assert max(row["attempts"] for row in s.done()) == 2


def warned(slurm, diwan, _):
    """By a signal to all steps (--signal=USR2@60) the trials are interrupted, not failed; and none begins at once, since
    the job may be about to end."""
    with Search(slurm, diwan, 2, env="STEPS: 20") as s:
        s.submit()
        s.wait_for("begin", 8)
        time.sleep(0.5)
        warned_at = time.time()
        slurm.call([find("scancel"), "--signal=USR2", s.job])
        assert {row["attempts"] for row in s.done()} == {2}
        assert all(event.at > warned_at + 20 for event in s.events("begin")[8:]), s.events()


def serving(slurm, diwan, _):
    """What the first task's program started on the other node has the grace time too, when the trial is stopped and when
    the job is requeued."""
    container = """{name: launcher, image: none, command: [bash, launch.sh, "${trialParameters.x}"]}"""
    worker = """{name: worker, image: none, resources: {limits: {cpu: 4}}}"""
    save = """trap 'sleep 1; echo "$DIWAN_TRIAL $DIWAN_ATTEMPT saved" >> notes; exit 1' TERM
echo "$DIWAN_TRIAL $DIWAN_ATTEMPT begun on $SLURMD_NODENAME" >> notes
[ "$DIWAN_ATTEMPT" = 1 ] || exit 0
while :; do sleep 0.05; done
"""
    with Search(slurm, diwan, 3, text=replicas("MPIJob", "launcher", "mpiReplicaSpecs", container,
                                               {"Launcher": 1, "Worker": 2}, worker)) as s:
        (s.work / "launch.sh").write_text('"$OMPI_MCA_plm_rsh_agent" n2 bash save.sh && echo "loss=$1"\n')
        (s.work / "save.sh").write_text(save)
        notes = lambda what: [line for line in lines(s.work / "notes") if what in line]
        s.submit("diwan run search.yaml --progress plain", "--requeue")
        slurm.wait_for(lambda: len(notes("begun on n2")) == 3, 60, "begin of three trials")
        slurm.call([diwan, "cancel", "search.yaml", "1"], cwd=s.work)
        slurm.wait_for(lambda: notes("saved"), 20, "work saved by the trial that is stopped")
        slurm.requeue(s.job)
        slurm.wait(s.job, 60, {"PENDING"})
        assert len(notes(" 1 saved")) == 3, notes("")
        slurm.start_now(s.job)
        slurm.wait(s.job, 60)
        assert sorted((row["status"], row["attempts"]) for row in s.rows()) == [("Killed", 1), ("Succeeded", 2), ("Succeeded", 2)]


def away(slurm, diwan, _):
    """A controller that is away costs nothing but time: no trial fails for it, and it is said once."""
    with Search(slurm, diwan, 6, env="STEPS: 5") as s:
        s.submit()
        s.wait_for("end", 8)
        slurm.stop_controller()
        try:
            s.wait_for_text("Slurm does not answer", 60)
            time.sleep(30)
        finally:
            slurm.start_controller()
        rows = s.done()
        assert s.said().count("Slurm does not answer") == 1 and "was lost" not in s.said(), s.said()
        assert max(row["attempts"] for row in rows) <= 7, rows


def refused(slurm, diwan, _):
    """What srun can never start ends the run, with srun's reason."""
    with Search(slurm, diwan, 4, env="SLURM_MPI_TYPE: nonsense") as s:
        s.submit("diwan run search.yaml --progress plain; echo status $?")
        slurm.wait(s.job, 60)
        assert "no trial's step can be started in job" in s.said() and "status 2" in s.said(), s.said()
        assert "MPI type" in s.said() or "mpi/nonsense" in s.said(), s.said()
        assert all(row["status"] != "Failed" for row in s.rows()), s.rows()


def overlapping(slurm, diwan, _):
    """The coordinator as a step that shares what the trials have."""
    with Search(slurm, diwan, 4, env="TOGETHER: 2") as s:
        s.submit("srun --overlap --ntasks=1 --mem=0 diwan run search.yaml --progress plain")
        s.done()
        assert s.at_once() == 2, s.events()


def blocked(slurm, diwan, _):
    """Something else holds the job's CPUs: after 15 s the run says what, and goes on once they are free. The trial's time
    begins then."""
    with Search(slurm, diwan, 1, resources=FOUR_TASKS[:-1] + ", timeLimit: 12s}", env="STEPS: 1") as s:
        s.submit("srun --exact -N2 -n2 -c16 --mem=0 sleep 22 & sleep 2; diwan run search.yaml --progress plain; wait")
        s.wait_for_text("the first trial's step has waited for 15 s", 40)
        assert "srun --overlap --ntasks=1 --mem=0" in s.said(), s.said()
        why = lambda: json.loads(slurm.call([diwan, "explain", "search.yaml", "1", "-o", "json"], cwd=s.work))["why"]
        slurm.wait_for(lambda: f"Slurm has not started its step in job {s.job} (`squeue --steps" in why(), 6, "reason")
        s.done()


def too_large(slurm, diwan, _):
    """A trial of more nodes than the job has is refused, and nothing is begun."""
    with Search(slurm, diwan, 1, resources="{nodes: 3, tasks: 3}") as s:
        s.submit("diwan run search.yaml; echo status $?")
        slurm.wait(s.job, 60)
        assert "spec.trialTemplate.trialSpec.spec.resources.nodes: a trial asks for 3 nodes, and job" in s.said(), s.said()
        assert "has 2 nodes with 16 CPUs, 4 GPUs" in s.said() and "status 2" in s.said(), s.said()
        assert not (s.work / "search.diwan").exists()


def unequal(slurm, diwan, _):
    """Nodes of which one has less: its CPUs are used too, and no more than fit run at a time."""
    other = slurm.submit(["-w", "n1", "-n1", "-c12", "-o", "/dev/null", "--wrap", "sleep 300"])
    slurm.wait(other, 30, {"RUNNING"})
    with Search(slurm, diwan, 6, resources="{cpusPerTask: 4}", env="TOGETHER: 3") as s:
        s.submit("diwan run search.yaml --launcher slurm-step", "--ntasks=3", "--cpus-per-task=4", whole=False)
        s.done()
        assert s.at_once() == 3 and {event.node for event in s.events()} == NODES, s.events()
    slurm.call([find("scancel"), other])


def pytorch_job(slurm, diwan, _):
    """Its replicas are tasks: the Master is rank 0."""
    container = """{name: pytorch, image: none, command: [python3, trial.py, "${trialParameters.x}"],
                    env: [{name: STEPS, value: "3"}], resources: {limits: {cpu: 2, nvidia.com/gpu: 1}}}"""
    with Search(slurm, diwan, 2, text=replicas("PyTorchJob", "pytorch", "pytorchReplicaSpecs", container,
                                               {"Master": 1, "Worker": 2})) as s:
        s.submit()
        s.done()
        tasks = [event for event in s.events("begin") if event.trial == s.events()[0].trial]
        assert sorted(task.rank for task in tasks) == [0, 1, 2] and {task.world for task in tasks} == {"3"}, tasks
        assert len({(task.node, task.gpus) for task in tasks}) == 3, tasks


def mpi_job(slurm, diwan, _):
    """Its Workers are nodes, and the Launcher's mpirun finds them; what it starts sees the trial's GPUs of its node."""
    container = """{name: launcher, image: none, command: [bash, launch.sh, "${trialParameters.x}"]}"""
    worker = """{name: worker, image: none, resources: {limits: {cpu: 4, nvidia.com/gpu: 2}}}"""
    with Search(slurm, diwan, 3, text=replicas("MPIJob", "launcher", "mpiReplicaSpecs", container,
                                               {"Launcher": 1, "Worker": 2}, worker)) as s:
        # Both nodes are this machine, and ORTE's daemons on them share a folder: now and then they cannot begin at once.
        (s.work / "launch.sh").write_text('for once in 1 2 3 4; do mpirun -np 4 bash ./rank.sh && break; done && echo "loss=$1"\n')
        (s.work / "rank.sh").write_text(
            'echo "$DIWAN_TRIAL $OMPI_COMM_WORLD_RANK $OMPI_COMM_WORLD_SIZE $SLURMD_NODENAME $CUDA_VISIBLE_DEVICES" >> ranks\n'
            'sleep 1\n')
        s.submit("diwan validate search.yaml; diwan run search.yaml --progress plain")
        slurm.wait(s.job, 120)
        assert all(row["status"] == "Succeeded" for row in s.rows()), s.rows()
        assert "the launcher's command starts 4 ranks on 2 nodes, 2 CPUs and 1 GPU each" in s.said(), s.said()
        ranks = [line.split() for line in lines(s.work / "ranks")]
        for trial in {rank[0] for rank in ranks}:
            own = sorted(rank[1:] for rank in ranks if rank[0] == trial)
            assert [rank[:2] for rank in own] == [[str(i), "4"] for i in range(4)], own
            assert [rank[2] for rank in own] == ["n1", "n1", "n2", "n2"], own
            assert all(len(rank[3].split(",")) == 2 for rank in own), own


def under_mpirun(slurm, diwan, _):
    """Its ranks would hold what the trials are to have: refused, and nothing is begun."""
    with Search(slurm, diwan, 2, resources="{nodes: 1, tasks: 2}") as s:
        s.submit("mpirun --oversubscribe -n 3 diwan run search.yaml --progress plain", "--nodes=1")
        slurm.wait(s.job, 60)
        assert s.said().count("which --launcher slurm-step runs in a Slurm job, without mpirun") == 1, s.said()


def example(slurm, diwan, examples):
    """multi-node-trials.sbatch and its experiment, unedited, on the two nodes that there are."""
    with Search(slurm, diwan, 8) as s:
        for file in ("multi-node-trials.yaml", "multi-node-trial.sh"):
            shutil.copy(examples / file, s.work)
        s.job = slurm.submit(["--nodes=2", "--time=00:10:00", examples / "multi-node-trials.sbatch", "multi-node-trials.yaml"],
                             cwd=s.work)
        assert slurm.wait(s.job, 120) == "COMPLETED", "\n".join(lines(s.work / f"diwan-{s.job}.log"))
        rows = json.loads(slurm.call([diwan, "trials", "multi-node-trials.yaml", "-o", "json"], cwd=s.work))["trials"]
        assert len(rows) == 8 and all(row["status"] == "Succeeded" for row in rows), rows
        outputs = s.work.glob("multi-node-trials.diwan/trials/*/attempt-1/step/stdout.3.log")
        assert all(re.match("task 3 of 4 on n2; task 0 is at n1:", output.read_text()) for output in outputs)


def submitted(slurm, diwan, _):
    """`diwan submit` writes such a script for a template of several tasks."""
    with Search(slurm, diwan, 2, resources="{nodes: 2, tasks: 4, gpusPerTask: 1}", env="STEPS: 2") as s:
        s.job = slurm.call([diwan, "submit", "search.yaml", "--set", "parallelTrialCount=1", "--", "--time=00:10:00"],
                           cwd=s.work).strip()
        s.done()


def counted_memory(slurm, diwan, _):
    """Where Slurm counts memory, steps name theirs, so that several run at a time: asked for, or a share."""
    slurm.configure("SelectTypeParameters=CR_Core_Memory")
    for resources, at_once in (("{nodes: 2, tasks: 2, memory: 2Gi}", 2), ("{nodes: 2, tasks: 2, cpusPerTask: 4}", 4)):
        with Search(slurm, diwan, 4, resources=resources, env=f"TOGETHER: {at_once}") as s:
            s.submit("diwan run search.yaml --progress plain", "--exclusive", "--mem=6000", whole=False)
            s.done()
            assert s.at_once() == at_once, s.events()


def replicas(kind, primary, specs, container, counts, worker=None):
    """Text of an experiment named search with a template of this kind."""
    text = random_search(2)
    roles = "\n".join(f"            {role}: {{replicas: {count}, template: {{spec: {{containers: ["
                      f"{worker if worker and role == 'Worker' else container}]}}}}}}" for role, count in counts.items())
    return text[:text.index("    trialSpec:")].replace("maxTrialCount: 2", "maxTrialCount: 3" if kind == "MPIJob" else "maxTrialCount: 2") + f"""    primaryContainerName: {primary}
    trialParameters: [{{name: x, reference: x}}]
    trialSpec:
      apiVersion: kubeflow.org/v1
      kind: {kind}
      spec:
        slotsPerWorker: 2
        {specs}:
{roles}
"""


CASES = {"finishes": finishes, "without-gpus": without_gpus, "failing": failing, "stopped": stopped, "stubborn": stubborn,
         "killed": killed, "killed-all": killed_all, "killed-srun": killed_srun, "requeued": requeued, "warned": warned,
         "serving": serving, "away": away, "refused": refused, "overlapping": overlapping, "blocked": blocked,
         "too-large": too_large, "unequal": unequal, "pytorch-job": pytorch_job, "mpi-job": mpi_job, "under-mpirun": under_mpirun, "example": example,
         "submitted": submitted, "counted-memory": counted_memory}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("--examples", type=pathlib.Path, required=True)
    parser.add_argument("--case", choices=CASES, action="append")
    arguments = parser.parse_args()
    if absent := missing():
        print("skipped: not installed:", *absent)
        return 77
    diwan = arguments.diwan.resolve()
    os.environ["PATH"] = f"{diwan.parent}:{os.environ['PATH']}"
    with PrivateSlurm(kill_wait=5) as slurm:
        for name in arguments.case or CASES:
            begin = time.monotonic()
            CASES[name](slurm, diwan, arguments.examples.resolve())
            print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
