# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""The SPANK plugin, loaded by the real srun, sbatch and slurmstepd of a Slurm of its own.

Usage: spank_test.py PLUGIN --faulty PLUGIN --program spank_program [--case NAME]...    exit 77 without Slurm

`--faulty` is the plugin built to go wrong where plugstack.conf says so.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from private_slurm import PrivateSlurm, missing

SHOW = """#!/bin/sh
echo "trial=$DIWAN_TRIAL attempt=$DIWAN_ATTEMPT lr=$DIWAN_PARAM_LR text=$DIWAN_PARAM_TEXT seed=$DIWAN_SEED"
echo "template=$FROM_TEMPLATE experiment=$DIWAN_EXPERIMENT katib=$KATIB_TRIAL_NAME stale=${DIWAN_PARAM_STALE-none}"
echo "job=$([ "$DIWAN_SLURM_JOB_ID" = "$SLURM_JOB_ID" ] && echo own) gpus=${DIWAN_GPUS-none}"
touch "$DIWAN_TRIAL_DIR/a" "$DIWAN_CHECKPOINT_DIR/b" "$TMPDIR/c" && echo "folders"
cat "$DIWAN_PARAMETERS"
srun sh -c 'echo "step=$DIWAN_TRIAL $TMPDIR"'
srun --export=NONE /bin/sh -c 'echo "bare=$DIWAN_TRIAL"'
srun --export=NONE OPTION /bin/sh -c 'echo "asked=$DIWAN_TRIAL"'
sbatch --wait --output=/dev/null --wrap true && echo "another job"
"""


class Work:
    """A folder with an array of some rows that nobody has submitted yet."""

    def __init__(self, lab, rows):
        self.lab = lab
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="spank-"))
        self.experiment = self.directory / "search.diwan"
        self.experiment.mkdir(mode=0o700)
        subprocess.run([lab.program, "offer", self.experiment, str(rows)], check=True)
        self.array = self.experiment / "arrays/1"
        self.option = f"--diwan-experiment={self.array}"

    def script(self, text):
        path = self.directory / "script.sh"
        path.write_text(text if text.startswith("#!") else "#!/bin/bash\n" + text)
        return path

    def submit(self, script, *options, tasks=1):
        return self.lab.slurm.submit([f"--array=0-{tasks - 1}", self.option, "--output", self.directory / "out.%a",
                                      *options, self.script(script)])

    def run(self, script, *options, tasks=1):
        """Until it has ended; the state of the task that keeps the array's number, the last one."""
        job = self.submit(script, *options, tasks=tasks)
        return self.lab.ended(job)

    def said(self, task=0):
        path = self.directory / f"out.{task}"
        return path.read_text() if path.exists() else ""

    def events(self, kind=None):
        lines = subprocess.run([self.lab.program, "events", self.array], check=True, capture_output=True, text=True)
        events = [json.loads(line) for line in lines.stdout.splitlines()]
        return [event for event in events if kind in (None, event["kind"])]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            for path in sorted(self.directory.glob("out.*"))[:5]:
                print(f"== {path}", path.read_text()[-2000:], sep="\n", file=sys.stderr)
        shutil.rmtree(self.directory, ignore_errors=True)


class Lab:
    def __init__(self, slurm, arguments):
        self.slurm, self.program = slurm, arguments.program.resolve()
        self.plugin, self.faulty = arguments.plugin.resolve(), arguments.faulty.resolve()

    def plugstack(self, line):
        (self.slurm.lab / "etc/plugstack.conf").write_text(line + "\n")

    def call(self, *words):
        return subprocess.run(list(map(str, words)), env=self.slurm.environment, capture_output=True, text=True,
                              timeout=120, check=False)

    def queue(self):
        return self.slurm.call(["squeue", "-h", "-r", "-t", "all", "-o", "%F_%K %T"]).split("\n")

    def ended(self, job, seconds=120):
        """All tasks of the array are over and every node is as before; their states."""
        def states():
            return [line.split()[1] for line in self.queue() if line.startswith(f"{job}_")]
        self.slurm.wait_for(lambda: states() and not {"PENDING", "RUNNING", "COMPLETING", "CONFIGURING"} & set(states()),
                            seconds, f"end of job {job}")
        self.slurm.wait_for(lambda: set(self.slurm.nodes().values()) == {"idle"}, 60,
                            "idle nodes")
        return states()


def gives(lab):
    """Each task its row, with all that a trial is promised; one too many is told so."""
    lab.slurm.environment["DIWAN_PARAM_STALE"] = "of the trial that submits"
    with Work(lab, 3) as work:
        states = work.run(SHOW.replace("OPTION", work.option), "--gres=gpu:1", tasks=4)
        assert sorted(states) == ["COMPLETED"] * 3 + ["FAILED"], states
        for i in range(3):
            said, name = work.said(i), f"t{i + 1}"
            trial = work.experiment / "trials" / name
            for words in (f"trial={name} attempt=1 lr=0.{i + 1} text=a 'b' \"c\" $d seed={i + 1}",
                          f"template=yes experiment=search katib={name} stale=none", "job=own gpus=", "folders",
                          f"step={name} {trial}/attempt-1/tmp", "bare=\n", f"asked={name}\n", "another job"):
                assert words in said, (words, said)
            assert "gpus=none" not in said, said
            assert f'"lr": 0.{i + 1}' in said, said
            assert (trial / "attempt-1").stat().st_mode & 0o777 == 0o700
        assert "has 3 rows, from 0, and none of number 3; submit with --array=0-2" in work.said(3), work.said(3)
        assert "trial=" not in work.said(3), "the script ran"
        assert sorted(event["task"] for event in work.events("began")) == [0, 1, 2], work.events()
        assert sorted(event["trial"] for event in work.events("ended")) == [1, 2, 3], work.events()
        # A second array finds the rows taken.
        assert set(work.run(SHOW, tasks=3)) == {"FAILED"}
        assert "was taken by a task of job" in work.said(1), work.said(1)
    del lab.slurm.environment["DIWAN_PARAM_STALE"]


def ends(lab):
    """How the script ended, at once, whatever ended it."""
    deeds = ["exit 0", "exit 3", "kill -9 $$", "sleep 60", 'echo $$ > "$DIWAN_TRIAL_DIR/pid"; sleep 60']
    with Work(lab, len(deeds)) as work:
        script = "\n".join(f'[ "$SLURM_ARRAY_TASK_ID" = {i} ] && {deed}' for i, deed in enumerate(deeds))
        job = work.submit(script + "\nexit 0", tasks=len(deeds))
        lab.slurm.wait_for(lambda: len(work.events("began")) == 5, 60, "five that began")
        lab.slurm.call(["scancel", f"{job}_3"])
        pid = work.experiment / "trials/t5/attempt-1/pid"
        lab.slurm.wait_for(lambda: pid.exists() and pid.read_text().strip(), 30, "the process of a script")
        begin = time.time()
        os.kill(int(pid.read_text()), signal.SIGKILL)
        lab.ended(job)
        status = {event["task"]: event for event in work.events("ended")}
        assert [status[i]["status"] for i in range(5)] == [0, 3 << 8, 9, 15, 9], status
        assert status[4]["time"] - begin < 5, status[4]["time"] - begin
        print(f"  written down {status[4]['time'] - begin:.2f} s after SIGKILL")


def options(lab):
    """What is wrong with the option ends srun and sbatch, before there is a job."""
    with Work(lab, 1) as work:
        damaged = work.directory / "damaged"
        damaged.mkdir()
        (damaged / "manifest").write_text("something else of some length")
        for value, words in (("search.diwan/arrays/1", "is no absolute path"),
                             (work.directory / "nowhere", "cannot be read: No such file or directory"),
                             (work.experiment, "cannot be read: No such file or directory"),
                             (damaged, "is no manifest of this version of diwan"),
                             ("/" + "x" * 5000, "is no absolute path"), ("", "is no absolute path")):
            for command in (["srun", f"--diwan-experiment={value}", "true"],
                            ["sbatch", f"--diwan-experiment={value}", "--wrap", "true"]):
                done = lab.call(*command)
                assert done.returncode != 0 and words in done.stderr, (command, done)
        assert not [line for line in lab.queue() if "PENDING" in line or "RUNNING" in line], lab.queue()
        # Outside an array there is no row.
        done = lab.call("srun", work.option, "true")
        assert done.returncode == 1 and "is no task of a job array" in done.stderr, done
        assert "--diwan-experiment=DIR" in lab.call("srun", "--help").stdout


def folders(lab):
    """What is gone, or cannot be written, by the time that the task begins."""
    with Work(lab, 1) as work:
        job = work.submit("echo ran", "--hold")
        shutil.rmtree(work.array)
        lab.slurm.call(["scontrol", "release", job])
        assert lab.ended(job) == ["FAILED"]
        assert "manifest cannot be read: No such file" in work.said() and "ran" not in work.said(), work.said()
    with Work(lab, 1) as work:
        (work.experiment / "trials").write_text("no folder")
        assert work.run("echo ran") == ["FAILED"]
        assert "cannot make" in work.said() and "Not a directory" in work.said(), work.said()
        assert "ran\n" not in work.said(), work.said()
    if os.geteuid() != 0:
        print("  read-only file system: skipped, not root")
        return
    with Work(lab, 1) as work:
        subprocess.run(["mount", "--bind", work.experiment, work.experiment], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", work.experiment], check=True)
            assert work.run("echo ran") == ["FAILED"]
            assert "Read-only file system" in work.said() and "ran\n" not in work.said(), work.said()
        finally:
            subprocess.run(["umount", work.experiment], check=True)


def watched(lab):
    """Tasks of the launcher's own: only that they ended is written down, given by a variable."""
    with Work(lab, 1) as work:
        lab.slurm.environment["_SLURM_SPANK_OPTION_diwan_diwan_experiment"] = f"watch:{work.array}"
        try:
            job = lab.slurm.submit(["--output", work.directory / "out.0", "--wrap", "env; kill -9 $$"])
        finally:
            del lab.slurm.environment["_SLURM_SPANK_OPTION_diwan_diwan_experiment"]
        lab.slurm.wait(job)
        lab.slurm.wait_for(lambda: work.events("ended"), 10, "event")
        assert [event["status"] for event in work.events()] == [9], work.events()
        assert not re.search("^DIWAN_|_SLURM_SPANK", work.said(), re.MULTILINE), work.said()
        assert not list(work.array.glob("taken.*")), "a row was taken"
        # A folder that is gone costs the event and nothing else.
        lab.slurm.environment["_SLURM_SPANK_OPTION_diwan_diwan_experiment"] = "watch:/nowhere"
        try:
            job = lab.slurm.submit(["--output", work.directory / "out.0", "--wrap", "echo ran"])
        finally:
            del lab.slurm.environment["_SLURM_SPANK_OPTION_diwan_diwan_experiment"]
        assert lab.slurm.wait(job) == "COMPLETED"


def settings(lab):
    """What plugstack.conf and the environment may say."""
    with Work(lab, 2) as work:
        local = work.directory / "local"
        local.mkdir()
        lab.plugstack(f"optional {lab.plugin} tmpdir={local} unknown=1")
        assert work.run('echo "$DIWAN_TRIAL $TMPDIR $SLURM_JOB_ID"; touch "$TMPDIR/a"') == ["COMPLETED"]
        trial, temporary, job = work.said().split()
        assert (trial, temporary) == ("t1", f"{local}/diwan-{job}"), work.said()
        lab.plugstack(f"optional {lab.plugin}")
        lab.slurm.environment["DIWAN_ARRAY"] = str(work.array)
        try:
            job = lab.slurm.submit(["--array=1-1", "--output", work.directory / "out.1", "--wrap",
                                    'echo "$DIWAN_TRIAL ${DIWAN_ARRAY-unset}"'])
        finally:
            del lab.slurm.environment["DIWAN_ARRAY"]
        assert lab.ended(job) == ["COMPLETED"]
        assert work.said(1).split() == ["t2", "unset"], work.said(1)


def users(lab):
    """slurmstepd is root, the job is another user's: nothing is done that this user may not do."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        print("  users: skipped, not root or no setpriv")
        return
    user = 5
    secret = pathlib.Path(tempfile.mkdtemp(prefix="spank-"))  # root's own
    (secret / "file").write_text("kept")

    def submit(work):
        for path in [work.directory, *work.directory.rglob("*")]:
            os.chown(path, user, user, follow_symlinks=False)
        script = work.script("touch ran")
        return lab.slurm.call(["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "sbatch",
                               "--parsable", "--array=0-0", work.option, "--chdir", work.directory, "--output",
                               work.directory / "out.%a", script]).strip()
    try:
        with Work(lab, 1) as work:
            assert lab.ended(submit(work)) == ["COMPLETED"], work.said()
            made = [work.array / "events", work.array / "taken.0", *(work.experiment / "trials").rglob("*")]
            assert len(made) > 5 and {path.stat().st_uid for path in made} == {user}, made
            assert [event["status"] for event in work.events("ended")] == [0]
        for link, target, words in (("trials", secret, "Permission denied"),
                                    ("arrays/1/events", secret / "file", "Too many levels of symbolic links"),
                                    ("arrays/1/events", None, "cannot open")):
            with Work(lab, 1) as work:
                if target:
                    (work.experiment / link).symlink_to(target)
                else:
                    os.mkfifo(work.experiment / link)
                assert lab.ended(submit(work)) == ["FAILED"]
                assert words in work.said() and not (work.directory / "ran").exists(), work.said()
        assert [path.name for path in secret.iterdir()] == ["file"] and (secret / "file").read_text() == "kept"
    finally:
        shutil.rmtree(secret)


def nothing(lab):
    """Without the option a job is as it would be without the plugin."""
    with Work(lab, 1) as work:
        seen = []
        for line in ("", f"optional {lab.plugin}"):
            lab.plugstack(line)
            job = lab.slurm.submit(["--output", work.directory / "out.0", "--wrap",
                                    "env | grep -v -e SLURM_JOB -e SLURM_TASK_PID -e SLURMD -e SLURM_TOPO -e TIME"])
            assert lab.slurm.wait(job) == "COMPLETED"
            seen.append(sorted(work.said().splitlines()))
        assert seen[0] == seen[1], seen
        assert not work.events()


def crowd(lab):
    """200 tasks at once."""
    count = 200
    with Work(lab, count) as work:
        begin = time.monotonic()
        job = work.submit('sleep 45; echo "$DIWAN_TRIAL" >&2; exit $((SLURM_ARRAY_TASK_ID % 2))', "--mem=10",
                          tasks=count)
        lab.ended(job, 400)
        began, ended = work.events("began"), work.events("ended")
        for events in (began, ended):
            assert sorted(event["trial"] for event in events) == list(range(1, count + 1)), len(events)
        assert all(event["status"] == (event["task"] % 2) << 8 for event in ended)
        assert all(work.said(i).split() == [f"t{i + 1}"] for i in range(count))
        at_once = max(sum(b["time"] <= x["time"] for b in began) - sum(e["time"] <= x["time"] for e in ended)
                      for x in began)
        print(f"  {count} tasks in {time.monotonic() - begin:.0f} s, {at_once} at once")
        assert at_once >= 150, at_once


def faults(lab):
    """A hook that crashes, aborts or fails leaves no job running and no node drained."""
    for kind in ("error", "crash", "abort"):
        for hook in ("init", "option", "user_init", "task_init", "task_exit"):
            for stance in ("optional", "required"):
                with Work(lab, 1) as work:
                    lab.plugstack(f"{stance} {lab.plugin}")
                    # sbatch accepts it while nothing is wrong yet.
                    job = work.submit('echo "ran ${DIWAN_TRIAL-without}"', "--hold")
                    lab.plugstack(f"{stance} {lab.faulty} fault={hook}:{kind}")
                    lab.slurm.call(["scontrol", "release", job])
                    states = lab.ended(job)
                    # Where the trial cannot be given, the script does not run; the end alone is no loss.
                    ran = re.findall("^ran (.*)", work.said(), re.MULTILINE)
                    assert (states, ran) == ((["COMPLETED"], ["t1"]) if hook in ("init", "option", "task_exit")
                                             else (["FAILED"], [])), (kind, hook, stance, states, work.said())
                    for command in (["srun", work.option, "true"],
                                    ["sbatch", work.option, "--output=/dev/null", "--wrap", "true"], ["srun", "true"]):
                        done = lab.call(*command)
                        assert done.returncode >= 0, (kind, hook, stance, done)  # not by a signal
                    assert done.returncode == 0, (kind, hook, stance, done)
    lab.slurm.wait_for(lambda: not [line for line in lab.queue() if "RUNNING" in line or "COMPLETING" in line], 60,
                       "an empty queue")
    assert set(lab.slurm.nodes().values()) == {"idle"}, lab.slurm.nodes()
    lab.plugstack(f"optional {lab.plugin}")


def symbols(lab):
    """Only what Slurm asks for is seen from outside; libc alone is needed."""
    names = {line.split()[-1] for line in lab.call("nm", "-D", "--defined-only", lab.plugin).stdout.splitlines()}
    assert names == {"plugin_name", "plugin_type", "plugin_version", "spank_plugin_version", "slurm_spank_init",
                     "slurm_spank_user_init", "slurm_spank_task_init", "slurm_spank_task_exit"}, names
    needed = re.findall(r"NEEDED.*\[(.*)\]", lab.call("readelf", "-d", lab.plugin).stdout)
    assert needed == ["libc.so.6"], needed
    flags = lab.call("readelf", "-d", lab.plugin).stdout
    assert "BIND_NOW" in flags or "NOW" in flags, flags


CASES = {"symbols": symbols, "gives": gives, "ends": ends, "options": options, "folders": folders, "watched": watched,
         "settings": settings, "users": users, "nothing": nothing, "faults": faults, "crowd": crowd}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plugin", type=pathlib.Path)
    parser.add_argument("--faulty", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--case", choices=CASES, action="append")
    arguments = parser.parse_args()
    if absent := missing():
        print("skipped: not installed:", *absent)
        return 77
    with PrivateSlurm(plugstack=f"optional {arguments.plugin.resolve()}\n", cpus=128) as slurm:
        for name in arguments.case or CASES:
            begin = time.monotonic()
            CASES[name](Lab(slurm, arguments))
            print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
