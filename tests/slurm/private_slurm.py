# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""A Slurm of one's own: munged, slurmctld and two slurmds on loopback, from Debian's packages.

    with PrivateSlurm() as slurm:
        job = slurm.submit(["--wrap", "hostname"])
        slurm.wait(job)

Everything lives below one temporary directory and is stopped by its process ids. Works as root and as any
other user, who then is the only one that can run jobs. Two nodes n1 and n2 declare 16 CPUs and 4 fake GPUs
each, unless asked otherwise, whatever the machine has; partition `main` is preempted (requeued) by `high`.
`separate_nodes` gives each node a host name and a boot id of its own, so that they are two machines to whoever looks
(as root alone).
"""
import contextlib
import getpass
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue", "scancel")
# Of a job, in squeue's letters.
ENDED = {"CANCELLED", "COMPLETED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY", "BOOT_FAIL",
         "DEADLINE"}
CONFIGURATION = """
ClusterName=private
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={ctld_port}
SlurmUser={user}
SlurmdUser={user}
{authentication}
StateSaveLocation={lab}/state
SlurmdSpoolDir={lab}/spool/%n
SlurmctldPidFile={lab}/run/slurmctld.pid
SlurmdPidFile={lab}/run/slurmd.%n.pid
SlurmctldLogFile={lab}/log/slurmctld.log
SlurmdLogFile={lab}/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={lab}/log/jobcomp.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=default_queue_depth=1000,sched_min_interval=0,bf_interval=5,batch_sched_delay=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MaxArraySize={max_array_size}
MaxJobCount=50000
MinJobAge=300
KillWait={kill_wait}
SlurmdTimeout=60
ReturnToService=2
SlurmdParameters=config_overrides
PlugStackConfig={lab}/etc/plugstack.conf
GresTypes=gpu
TmpFS={lab}/tmp/%n
Epilog=/bin/true
NodeName=n[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[{n1_port}-{n2_port}] CPUs={cpus} RealMemory=8000 Gres=gpu:4 State=UNKNOWN
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=REQUEUE
PartitionName=high Nodes=n[1-2] Default=NO MaxTime=INFINITE State=UP PriorityTier=100 PreemptMode=OFF
"""


def missing():
    """The programs of Slurm that are not installed here."""
    return [name for name in PROGRAMS if find(name) is None]


def find(name):
    """Daemons lie in /usr/sbin, which need not be on the PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def version():
    """(22, 5), (23, 11)."""
    text = subprocess.run([find("slurmd"), "-V"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups()))


def free_ports(count):
    """The first of `count` free ports in a row."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


class PrivateSlurm:
    """Started on entry, stopped on exit. `environment` is for the commands of its users."""

    def __init__(self, kill_wait=3, max_array_size=20001, plugstack="", directory=None, cpus=16, separate_nodes=False):
        self.kill_wait = kill_wait
        self.max_array_size = max_array_size
        self.plugstack = plugstack
        self.cpus = cpus
        self.place = directory
        self.separate_nodes = separate_nodes
        self.root = os.geteuid() == 0

    def __enter__(self):
        # Not below a sticky world-writable folder of long name: the paths of sockets are short.
        self.lab = pathlib.Path(tempfile.mkdtemp(prefix="slurm-", dir=self.place))
        self.lab.chmod(0o755)
        try:
            self.prepare()
            self.start_munge()
            self.start_controller()
            for node in ("n1", "n2"):
                self.start_node(node)
            self.wait_for(lambda: self.nodes() == {"n1": "idle", "n2": "idle"}, 60, "idle nodes")
        except BaseException:
            self.show_logs()
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.show_logs()
        subprocess.run([find("scancel"), "--full", "--user", getpass.getuser()], env=self.environment,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
        for name in ("slurmctld.pid", "slurmd.n1.pid", "slurmd.n2.pid"):
            self.stop(self.lab / "run" / name)
        self.stop(self.lab / "munge" / "munged.pid")
        shutil.rmtree(self.lab, ignore_errors=True)

    def prepare(self):
        for folder in ("etc", "state", "spool/n1", "spool/n2", "log", "run", "munge", "tmp/n1", "tmp/n2"):
            (self.lab / folder).mkdir(parents=True)
        (self.lab / "munge").chmod(0o711)
        for node in ("n1", "n2"):
            (self.lab / "tmp" / node).chmod(0o1777)
        first = free_ports(3)
        if self.root:
            authentication = (f"AuthType=auth/munge\nAuthInfo=socket={self.lab}/munge/munge.sock,cred_expire=5\n"
                              "CredType=cred/munge")
        else:
            authentication = "AuthType=auth/none\nCredType=cred/none"
        (self.lab / "etc/slurm.conf").write_text(CONFIGURATION.format(
            lab=self.lab, user=getpass.getuser(), ctld_port=first, n1_port=first + 1, n2_port=first + 2,
            authentication=authentication, kill_wait=self.kill_wait, cpus=self.cpus, max_array_size=self.max_array_size))
        gpus = [self.fake_gpu(i) for i in range(4)]
        (self.lab / "etc/gres.conf").write_text(
            "".join(f"NodeName=n[1-2] Name=gpu File={path}\n" for path in gpus))
        (self.lab / "etc/plugstack.conf").write_text(self.plugstack)
        if version() >= (23, 11):
            # Also where there are no cgroups, as in a container.
            (self.lab / "etc/cgroup.conf").write_text("CgroupPlugin=disabled\n")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SLURM_", "SBATCH_", "OMPI_COMM_", "PMIX_"))}
        self.environment["SLURM_CONF"] = str(self.lab / "etc/slurm.conf")
        if self.root:
            self.environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

    def fake_gpu(self, index):
        path = self.lab / f"gpu{index}"
        if self.root:
            os.mknod(path, 0o666 | 0o020000, os.makedev(1, 3))
        else:
            path.touch()
        return path

    def start_munge(self):
        if not self.root:
            return
        key = self.lab / "munge/munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        munge = self.lab / "munge"
        self.call([find("munged"), f"--key-file={key}", f"--socket={munge}/munge.sock",
                   f"--pid-file={munge}/munged.pid", f"--log-file={munge}/munged.log",
                   f"--seed-file={munge}/munged.seed", "--num-threads=4"])

    def start_controller(self):
        self.call([find("slurmctld")])

    def start_node(self, node):
        command = [find("slurmd"), "-N", node]
        if self.separate_nodes:
            boot = self.lab / f"boot.{node}"
            boot.write_text(f"{uuid.uuid4()}\n")
            command = ["unshare", "--mount", "--uts", "sh", "-c",
                       'hostname "$1" && mount --bind "$2" /proc/sys/kernel/random/boot_id && shift 2 && exec "$@"',
                       "sh", node, boot, *command]
        self.call(command)

    def restart_controller(self):
        self.stop_controller()
        self.start_controller()

    def configure(self, settings):
        """Adds lines to slurm.conf and has the controller started with them, until it knows its nodes."""
        with open(self.lab / "etc/slurm.conf", "a") as configuration:
            configuration.write(settings + "\n")
        self.restart_controller()
        self.wait_for(lambda: set(self.nodes().values()) <= {"idle", "mix", "alloc"}, 60, "nodes that can be used")

    def change(self, before, after):
        """Part of slurm.conf, as an administrator does while jobs run."""
        configuration = self.lab / "etc/slurm.conf"
        text = configuration.read_text()
        assert before in text, before
        configuration.write_text(text.replace(before, after))
        self.restart_controller()

    def stop_controller(self):
        self.stop(self.lab / "run/slurmctld.pid")

    @contextlib.contextmanager
    def stalled_controller(self):
        """It takes connections and answers none, as where it is busy: everything that comes is done later."""
        pid = int((self.lab / "run/slurmctld.pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def kill_node(self, node):
        """As a node that loses its power, but for the processes of its jobs."""
        self.stop(self.lab / f"run/slurmd.{node}.pid", signal.SIGKILL)

    def processes_of(self, node):
        """Of its jobs and of slurmd's own, by what their environment says."""
        mark = f"SLURMD_NODENAME={node}".encode()
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def stop(self, pid_file, how=signal.SIGTERM):
        try:
            pid = int(pid_file.read_text())
            os.kill(pid, how)
        except (OSError, ValueError):
            return
        for _ in range(300):
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                break
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
            time.sleep(0.1)
        else:
            os.kill(pid, signal.SIGKILL)
        pid_file.unlink(missing_ok=True)

    def call(self, command, check=True, extra=None, **options):
        """Output of a command that ends by itself; `extra` are variables for it alone."""
        done = subprocess.run(list(map(str, command)), env={**self.environment, **(extra or {})}, text=True, capture_output=True,
                              timeout=120, check=False, **options)
        if check and done.returncode != 0:
            raise RuntimeError(f"{command}: exit {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def submit(self, arguments, **options):
        """Number of the job."""
        return self.call([find("sbatch"), "--parsable", *arguments], **options).strip().split(";")[0]

    def field(self, job, name):
        """A field as `scontrol show job` has it; None of a job that it does not know."""
        found = re.search(rf"(?:^|\s){name}=(\S*)", self.call([find("scontrol"), "-o", "show", "job", job], check=False))
        return found.group(1) if found else None

    def state(self, job):
        return self.field(job, "JobState")

    def wait(self, job, seconds=120, states=ENDED):
        """The state in which it was found."""
        self.wait_for(lambda: self.state(job) in states, seconds, f"job {job} in {', '.join(sorted(states))}")
        return self.state(job)

    def requeue(self, job):
        self.call([find("scontrol"), "requeue", job])

    def start_now(self, job):
        """Without the pause that a requeued job is given, but for the second in which it ended: slurmd takes a job that
        begins in it for the one that was killed, and Slurm calls it FAILED."""
        time.sleep(1.1)
        self.call([find("scontrol"), "update", f"jobid={job}", "StartTime=now"], check=False)

    def job_questions(self):
        """How often slurmctld was asked about jobs so far."""
        text = self.call([find("sdiag")])
        return sum(int(count) for count in re.findall(r"REQUEST_JOB_\w*INFO\w*\s*\([^)]*\)\s*count:(\d+)", text))

    def nodes(self):
        lines = self.call([find("sinfo"), "-h", "-N", "-o", "%N %t"], check=False).split("\n")
        return dict(line.split() for line in lines if line.strip())

    def wait_for(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"no {what} within {seconds} s")
            time.sleep(0.2)

    def show_logs(self):
        for log in sorted((self.lab / "log").glob("*")) if self.lab.exists() else []:
            print(f"== {log.name}", *log.read_text(errors="replace").splitlines()[-25:], sep="\n", file=sys.stderr)
