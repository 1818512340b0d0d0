# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Asks a real Slurm through a Scheduler, both with its command-line tools and with libslurm.

Usage: scheduler_test.py PROGRAM DIWAN [DIWAN-SLURM] [--case NAME]... [--measure]
       PROGRAM is scheduler_program; exit 77 where Slurm is not installed
"""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from private_slurm import PrivateSlurm, missing

REQUEST = {"name": "test", "comment": "", "script": "#!/bin/sh\n", "tasks": 1,
           "workingDirectory": "/", "output": "/dev/null", "partition": "", "account": "", "qos": "",
           "constraint": "", "variables": [], "nodes": 1, "ranks": 1, "cpusPerRank": 1, "gpusPerNode": 0, "extra": []}
ALL_NODES = {"nodes": 2, "ranks": 2, "cpusPerRank": 16}  # for one task at a time
# Of a batch script whose tasks wait until they are told.
WAITING = """#!/bin/sh
trap 'echo term >> $PWD/told.$SLURM_ARRAY_TASK_ID; exit 3' TERM
trap 'echo usr1 >> $PWD/told.$SLURM_ARRAY_TASK_ID' USR1
echo "$SLURM_CPUS_PER_TASK $SLURM_NTASKS $CUDA_VISIBLE_DEVICES" > started.$SLURM_ARRAY_TASK_ID
while [ ! -e end.$SLURM_ARRAY_TASK_ID ]; do sleep 0.1; done
exit $(cat end.$SLURM_ARRAY_TASK_ID)
"""


class Scheduler:
    """scheduler_program, with the answers by their numbers."""

    def __init__(self, program, diwan, environment):
        self.remarks = []
        self.answers = {}
        self.arrived = threading.Condition()
        self.asked = 0
        self.requests = 0
        self.process = subprocess.Popen([program, diwan], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            answer = json.loads(line)
            with self.arrived:
                self.requests = answer["requests"]
                if "remark" in answer:
                    self.remarks.append(answer["remark"])
                else:
                    self.answers[answer["answer"]] = answer
                self.arrived.notify()

    def put(self, **question):
        """Number of the question."""
        self.asked += 1
        self.process.stdin.write(json.dumps({"question": self.asked, **question}) + "\n")
        self.process.stdin.flush()
        return self.asked

    def wait(self, number, seconds=90):
        with self.arrived:
            assert self.arrived.wait_for(lambda: number in self.answers, seconds), f"no answer to {number}"
            return self.answers[number]

    def ask(self, **question):
        return self.wait(self.put(**question))

    def submit(self, **request):
        answer = self.ask(submit={**REQUEST, **request})
        assert "submitted" in answer, answer
        return answer["submitted"]

    def refusal(self, **request):
        answer = self.ask(submit={**REQUEST, **request})
        assert "refused" in answer, answer
        return answer["refused"]

    def tasks(self, job):
        """Place and record of each task that has one, and the places of those that wait."""
        jobs = self.ask(ask=[job])["jobs"]
        waiting = [place for some in jobs["waiting"] for first, last in some["ranges"]
                   for place in range(first, last + 1)]
        return {task["task"]: task for task in jobs["tasks"] if task["array"] == job}, waiting

    def state(self, job, task):
        records, waiting = self.tasks(job)
        return records[task]["state"] if task in records else "waiting" if task in waiting else None

    def wait_for(self, job, task, *states):
        end = time.monotonic() + 60
        while self.state(job, task) not in states:
            assert time.monotonic() < end, f"{job}_{task} is {self.state(job, task)}, not {' or '.join(states)}"
            time.sleep(0.2)

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0


def wait_until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def lives(slurm, scheduler, work):
    """An array waits, runs, is requeued, ends; and is found by its comment."""
    limits = scheduler.ask(limits={})["limits"]
    assert limits["maxArraySize"] == 2001 and limits["version"].count(".") == 2, limits
    comment = f'diwan "{work}"|1'
    job = scheduler.submit(comment=comment, script=WAITING, tasks=6, workingDirectory=str(work),
                           ranks=2, cpusPerRank=3, gpusPerNode=4, memoryMebibytes=100, timeLimitMinutes=10)
    scheduler.wait_for(job, 1, "running")
    records, waiting = scheduler.tasks(job)
    assert set(records) == {0, 1} and waiting == [2, 3, 4, 5], (records, waiting)
    assert records[0]["nodes"] in ("n1", "n2") and records[0]["restarts"] == 0, records
    assert scheduler.ask(find=[comment, "another"])["found"] == [[comment, job]]
    wait_until(lambda: (work / "started.0").exists() and (work / "started.1").exists(), "two started tasks")
    assert (work / "started.0").read_text().split()[:2] == ["3", "2"], (work / "started.0").read_text()
    gpus = {(work / f"started.{task}").read_text().split()[2] for task in (0, 1)}
    assert gpus == {"0,1,2,3"}, gpus
    slurm.requeue(f"{job}_0")
    scheduler.wait_for(job, 0, "pending")
    slurm.start_now(f"{job}_0")
    for task in range(6):
        (work / f"end.{task}").write_text("7" if task == 4 else "0")
    for task in range(6):
        scheduler.wait_for(job, task, "completed", "failed")
    records, waiting = scheduler.tasks(job)
    assert waiting == [], waiting
    assert [records[task]["restarts"] for task in range(6)] == [1, 0, 0, 0, 0, 0], records
    assert records[4]["state"] == "failed" and records[4]["exitCode"] == 7, records[4]
    assert records[3]["state"] == "completed" and records[3]["exitCode"] == 0, records[3]


def cancelled(slurm, scheduler, work):
    """Tasks that run, that wait, that are over, that never were."""
    job = scheduler.submit(script=WAITING, tasks=8, cpusPerRank=8, workingDirectory=str(work))
    (work / "end.2").write_text("0")
    scheduler.wait_for(job, 2, "completed")
    wait_until(lambda: (work / "started.0").exists(), "a started task")
    answer = scheduler.ask(cancel={"array": job, "tasks": [0, 2, 5, 6, 99]})
    assert answer.get("signalled"), answer
    scheduler.wait_for(job, 0, "cancelled")
    wait_until(lambda: (work / "told.0").exists(), "TERM before KILL")
    records, waiting = scheduler.tasks(job)
    assert records[2]["state"] == "completed", records
    # A pending task that is cancelled leaves no record.
    assert not {5, 6} & set(waiting), waiting
    assert all(records[task]["state"] == "cancelled" for task in (5, 6) if task in records), records
    assert {1, 3, 4, 7} <= set(waiting) | set(records), (records, waiting)
    assert scheduler.ask(cancel={"array": job, "tasks": [0]}).get("signalled")
    assert scheduler.ask(cancel={"array": 99999, "tasks": [0, 1]}).get("signalled")
    assert scheduler.ask(cancel={"array": job, "tasks": list(range(8))}).get("signalled")
    wait_until(lambda: not any(task["state"] == "running" for task in scheduler.tasks(job)[0].values()),
               "nothing left that runs")


def signalled(slurm, scheduler, work):
    """The batch program gets a signal; what does not run does not."""
    job = scheduler.submit(script=WAITING, tasks=2, workingDirectory=str(work), **ALL_NODES)
    wait_until(lambda: (work / "started.0").exists(), "a started task", 60)
    answer = scheduler.ask(signal={"array": job, "task": 0, "number": int(signal.SIGUSR1)})
    assert answer.get("signalled"), answer
    wait_until(lambda: (work / "told.0").exists(), "USR1 in the batch program")
    assert (work / "told.0").read_text() == "usr1\n"
    for task in ({"array": job, "task": 1}, {"array": 99999, "task": 0}):
        answer = scheduler.ask(signal={**task, "number": int(signal.SIGUSR1)})
        assert answer.get("refused", {}).get("kind") == "gone", answer
    scheduler.ask(cancel={"array": job, "tasks": [0, 1]})


def unknown(slurm, scheduler, work):
    """Ids that are purged or never were do not hide the others."""
    job = scheduler.submit(tasks=1)
    answer = scheduler.ask(ask=[99998, job, 99999])["jobs"]
    assert answer["tasks"] or answer["waiting"], answer
    assert scheduler.ask(ask=[99999])["jobs"] == {"tasks": [], "waiting": []}
    assert scheduler.ask(ask=[])["jobs"] == {"tasks": [], "waiting": []}
    assert scheduler.ask(find=["nothing of ours"])["found"] == []


def held(slurm, scheduler, work):
    """A task that was requeued and is held is told from one that waits; long lists are whole."""
    job = scheduler.submit(script=WAITING, tasks=1000, workingDirectory=str(work), **ALL_NODES)
    scheduler.wait_for(job, 0, "running")
    scheduler.ask(cancel={"array": job, "tasks": list(range(2, 1000, 2))})
    records, waiting = scheduler.tasks(job)
    assert waiting == list(range(1, 1000, 2)), set(range(1, 1000, 2)) ^ set(waiting)
    slurm.call(["scontrol", "requeuehold", f"{job}_0"])
    scheduler.wait_for(job, 0, "requeueHold")
    scheduler.ask(cancel={"array": job, "tasks": list(range(1000))})


def refused(slurm, scheduler, work):
    """In Slurm's words, with kind and field; nothing of it is found later."""
    cases = [
        ({"partition": "nope"}, "partition", "nvalid partition"),
        ({"constraint": "nope"}, "constraint", "Invalid feature specification"),
        ({"gpusPerNode": 9}, "gpus_per_node", "Requested node configuration is not available"),
        ({"memoryMebibytes": 900000}, "memory_mebibytes", ""),
        ({"cpusPerRank": 64}, "cpus_per_rank", ""),
        ({"nodes": 5, "ranks": 5}, "nodes", ""),
        ({"partition": "short", "timeLimitMinutes": 90}, "time_limit", "Requested time limit is invalid"),
        ({"tasks": 2002}, "tasks", "Invalid job array specification"),
        ({"extra": ["--gres=gpu:h100:1"]}, "extra", "Requested node configuration is not available"),
        ({"extra": ["--reservation=nope"]}, "extra", "Requested reservation is invalid"),
        ({"extra": ["--no-such-option"]}, "extra", "no-such-option"),
    ]
    for request, field, words in cases:
        answer = scheduler.refusal(comment="refused", **request)
        assert answer["kind"] == "forbidden", (request, answer)
        assert answer["field"] == field and words in answer["text"], (request, answer)
    assert scheduler.ask(find=["refused"])["found"] == []


def busy(slurm, scheduler, work):
    """A full controller is no mistake of the request."""
    begin = time.monotonic()
    answer = scheduler.refusal(tasks=1500)
    assert answer["kind"] == "busy", answer
    # sbatch by itself would try again for minutes.
    assert time.monotonic() - begin < 20, "nothing else could be asked meanwhile"


def away(slurm, scheduler, work):
    """The controller stops for a while: each question is answered, and later ones are as before."""
    job = scheduler.submit(script=WAITING, tasks=1, workingDirectory=str(work), comment=f"away {work}")
    scheduler.wait_for(job, 0, "running")
    slurm.stop_controller()
    questions = [scheduler.put(ask=[job]), scheduler.put(submit=REQUEST),
                 scheduler.put(cancel={"array": job, "tasks": [0]})]
    for question in questions:
        answer = scheduler.wait(question, 150)
        assert answer.get("refused", {}).get("kind") == "away", answer
    slurm.start_controller()
    wait_until(lambda: "jobs" in scheduler.ask(ask=[job]), "an answer after the pause", 60)
    assert scheduler.ask(find=[f"away {work}"])["found"] == [[f"away {work}", job]]
    scheduler.wait_for(job, 0, "running")
    assert scheduler.ask(cancel={"array": job, "tasks": [0]}).get("signalled")
    scheduler.wait_for(job, 0, "cancelled")


# What each needs of slurm.conf beside what PrivateSlurm has; the controller is restarted for it.
CASES = {"lives": (lives, ""), "cancelled": (cancelled, ""), "signalled": (signalled, ""), "unknown": (unknown, ""),
         "held": (held, ""), "away": (away, ""),
         "refused": (refused, "EnforcePartLimits=ALL\nPartitionName=short Nodes=n[1-2] MaxTime=60"),
         "busy": (busy, "MaxJobCount=1000")}


def broken_configuration(program, tree, diwan_slurm, slurm, place):
    """libslurm ends its caller: said once, and the tools do it."""
    broken = place / "broken.conf"
    broken.write_text("NoSuchKey=1\n")
    wrapper = tree / "libexec/diwan/diwan-slurm"
    wrapper.unlink()
    wrapper.write_text(f"#!/bin/sh\nSLURM_CONF={broken} exec {diwan_slurm}\n")
    wrapper.chmod(0o755)
    scheduler = Scheduler(program, tree / "bin/diwan", slurm.environment)
    scheduler.submit(tasks=2)
    scheduler.submit(tasks=2)
    assert len(scheduler.remarks) == 1 and "Unable to process configuration file" in scheduler.remarks[0], \
        scheduler.remarks
    scheduler.end()


def measure(scheduler, way):
    """Milliseconds, the middle of several: to submit an array of 1000 tasks, and to ask for it."""
    def middle(count, ask):
        times = []
        for _ in range(count):
            begin = time.perf_counter()
            result = ask()
            times.append(1000 * (time.perf_counter() - begin))
        return result, sorted(times)[count // 2]

    def submit():
        job = scheduler.submit(tasks=1000, script="#!/bin/sh\nsleep 600\n")
        jobs.append(job)
        return job

    jobs = []
    job, submitting = middle(11, submit)
    _, waiting = middle(21, lambda: scheduler.tasks(job))
    for other in jobs[:-1]:
        scheduler.ask(cancel={"array": other, "tasks": list(range(1000))})
    begin = time.perf_counter()
    scheduler.ask(cancel={"array": job, "tasks": list(range(1, 1000, 2))})
    cancelling = 1000 * (time.perf_counter() - begin)
    scheduler.ask(cancel={"array": job, "tasks": list(range(1000))})
    job = scheduler.submit(tasks=1000, script="#!/bin/sh\n")
    end = time.monotonic() + 300
    while len(scheduler.tasks(job)[0]) < 1000 and time.monotonic() < end:
        time.sleep(1)
    records, ended = middle(11, lambda: scheduler.tasks(job))
    print(f"{way}: submit 1000 tasks {submitting:.1f} ms, ask while they wait {waiting:.1f} ms, "
          f"cancel every other one {cancelling:.1f} ms, ask for {len(records[0])} records {ended:.1f} ms", flush=True)


def make_tree(folder, diwan, diwan_slurm):
    """An installation with libslurm or without."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/diwan").symlink_to(diwan)
    if diwan_slurm:
        (folder / "libexec/diwan").mkdir(parents=True)
        (folder / "libexec/diwan/diwan-slurm").symlink_to(diwan_slurm)
    return folder


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("diwan", type=pathlib.Path)
    parser.add_argument("diwan_slurm", type=pathlib.Path, nargs="?")
    parser.add_argument("--case", action="append", choices=[*CASES, "broken-configuration"])
    parser.add_argument("--measure", action="store_true")
    arguments = parser.parse_args()
    if missing():
        print("not installed:", *missing())
        return 77
    cases = [] if arguments.measure else arguments.case or [*CASES, "broken-configuration"]
    ways = {"tools": None}
    if arguments.diwan_slurm:
        ways["libslurm"] = arguments.diwan_slurm.resolve()
    with tempfile.TemporaryDirectory() as name, PrivateSlurm(max_array_size=2001) as slurm:
        place = pathlib.Path(name)
        os.chmod(place, 0o755)
        trees = {way: make_tree(place / way, arguments.diwan.resolve(), library) for way, library in ways.items()}
        for case in cases:
            if case not in CASES:
                continue
            function, settings = CASES[case]
            if settings:
                slurm.configure(settings)
            for way, tree in trees.items():
                print(f"== {case} through {way}", flush=True)
                scheduler = Scheduler(arguments.program, tree / "bin/diwan", slurm.environment)
                work = place / f"{case}-{way}"
                work.mkdir()
                function(slurm, scheduler, work)
                assert len(scheduler.remarks) == (way == "tools"), scheduler.remarks
                scheduler.end()
        if arguments.measure:
            for way, tree in trees.items():
                measure(Scheduler(arguments.program, tree / "bin/diwan", slurm.environment), way)
        if "broken-configuration" in cases and arguments.diwan_slurm:
            print("== broken-configuration", flush=True)
            broken_configuration(arguments.program, trees["libslurm"], ways["libslurm"], slurm, place)
    return 0


sys.exit(main())
