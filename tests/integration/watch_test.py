# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""diwan watch, by what it shows in a real terminal (tmux, 80x24) over a real run.

Usage: watch_test.py DIWAN
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

DIWAN = os.path.abspath(sys.argv[1])
TMUX = shutil.which("tmux")
PATIENCE_S = 60
# Trials with x below 0.5 print five values and end; the others go on until the file `go` is there.
SCRIPT = """
import os, sys, time
x = float(sys.argv[1])
for step in range(1, 6):
    print(f"step={step} loss={x + 1 / step:.4f}", flush=True)
print("\\x1b[31mred\\x1b[0m \\x1b]0;OWNED\\x07 text", flush=True)
ticks = 0
while x > 0.5 and not os.path.exists("go"):
    ticks += 1
    print(f"tick {ticks}", flush=True)
    time.sleep(0.2)
"""
EXPERIMENT = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: seen}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: 8
  parallelTrialCount: 2
  maxFailedTrialCount: 3
  initialTrials: [{x: "0.1", o: adam}, {x: "0.3", o: sgd}, {x: "0.2", o: adam}, {x: "0.9", o: sgd}, {x: "0.8", o: adam}]
  parameters:
    - {name: x, parameterType: double, feasibleSpace: {min: "0", max: "1"}}
    - {name: o, parameterType: categorical, feasibleSpace: {list: [adam, sgd]}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [%s, train.py, "${trialParameters.x}"]}
""" % sys.executable
# As YAML has them between double quotes.
HTML = "<b>'\\\"&"
EVIL = HTML + "\\e]0;OWNED\\a\\e[31m\\u202e"
LONG = 100_000 * "x"


class Terminal:
    """A tmux server of its own with one window, in which a command runs."""

    def __init__(self, command, directory, rows=24, columns=80, **environment):
        self.socket = f"diwan-watch-{os.getpid()}-{id(self)}"
        settings = {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "NO_COLOR": "", **environment}
        words = ["env", *(f"{name}={value}" for name, value in settings.items()), "sh", "-c",
                 command + "; echo status=$?; exec sleep 1000"]
        self.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows + 1),
                  "-c", str(directory), shlex.join(words))
        self.tmux("set", "-g", "status", "off")
        self.resize(rows, columns)

    def tmux(self, *words):
        return subprocess.run([TMUX, "-L", self.socket, *words], stdout=subprocess.PIPE, check=True,
                              timeout=PATIENCE_S).stdout.decode()

    def resize(self, rows, columns):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def press(self, *keys):
        for key in keys:
            self.tmux("send-keys", key)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def wait(self, *patterns, without=None):
        """The screen, once all patterns are on it."""
        end = time.monotonic() + PATIENCE_S
        while True:
            screen = self.text()
            if all(re.search(p, screen, re.M) for p in patterns) and not (without and re.search(without, screen, re.M)):
                return screen
            if time.monotonic() > end:
                raise AssertionError(f"{patterns} without {without} is not on the screen:\n{screen}")
            time.sleep(0.05)

    def close(self):
        subprocess.run([TMUX, "-L", self.socket, "kill-server"], check=False, stderr=subprocess.DEVNULL)


class Watch(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="diwan-watch-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "train.py").write_text(SCRIPT)
        (self.folder / "seen.yaml").write_text(EXPERIMENT)

    def run_in_background(self, *options):
        run = subprocess.Popen([DIWAN, "run", "seen.yaml", "--progress", "none", "--grace", "1", *options],
                               cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(self.end, run)
        end = time.monotonic() + PATIENCE_S
        while not list(self.folder.glob("seen.diwan/journal.*")):
            self.assertIsNone(run.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        return run

    @staticmethod
    def end(run):
        if run.poll() is None:
            run.kill()
        run.communicate()

    def terminal(self, command=None, **options):
        terminal = Terminal(command or f"{shlex.quote(DIWAN)} watch seen.diwan --every 1", self.folder, **options)
        self.addCleanup(terminal.close)
        return terminal

    def status(self):
        out = subprocess.run([DIWAN, "status", "seen.diwan", "-o", "json"], cwd=self.folder, stdout=subprocess.PIPE,
                             check=True).stdout
        return json.loads(out)["status"]

    def test_a_run_is_seen_and_steered(self):
        run = self.run_in_background()
        terminal = self.terminal()

        # What there is: header, counts, best, curve, running trials, table.
        screen = terminal.wait(r"^ seen  RUNNING  .* on ", r"trials  3 of 8 ", r"2 running", r"best    #1 loss 0.3",
                               r"─ best loss ─", r"[⠀-⣿]{3}", r"#4 [▁▂▃▄▅▆▇█]{5} +1.1 ", r"─ 5 trials ─", r"q quit")
        self.assertTrue(all(len(line) <= 80 for line in screen.splitlines()), screen)
        self.assertEqual(len(screen.splitlines()), 24)

        # Sorted by the number, the other way round.
        terminal.press("s", "s", "s", "s", "s")
        terminal.wait(r" #▴")
        terminal.press("r")
        screen = terminal.wait(r" #▾")
        numbers = re.findall(r"^ +(\d) +(?:succeeded|running)", screen, re.M)
        self.assertEqual(numbers, ["5", "4", "3", "2", "1"])

        # Filtered by a word and a value.
        terminal.press("/")
        terminal.type("adam x<0.5")
        terminal.wait(r"2 of 5 trials with adam x<0.5")
        terminal.press("Enter", "Escape")
        terminal.wait(r"─ 5 trials ─")

        # Details of the running trial #4 with its log, which is followed, as text.
        terminal.press("Down", "Enter")
        screen = terminal.wait(r"^ #4 seen-\w+  running for ", r"stdout.log, followed", r" tick (\d+)", r"step 1 ")
        seen = int(re.findall(r"tick (\d+)", screen)[-1])
        terminal.wait(rf" tick ({seen + 3}|{seen + 4}|{seen + 5}|{seen + 6})\b")
        terminal.press("Home")
        terminal.wait(r"^ red +text", r"loss=1.9000")
        terminal.press("Tab")
        terminal.wait(r"─ stderr.log")

        # It is cancelled, after a question.
        terminal.press("c")
        terminal.wait(r"Cancel trial #4\?")
        terminal.press("n")
        terminal.wait(r"not cancelled")
        self.assertNotIn("killedTrialList", self.status())
        terminal.press("c", "y")
        terminal.wait(r"^ #4 seen-\w+  killed")
        self.assertEqual(self.status()["trialsKilled"], 1)
        terminal.press("Escape")
        terminal.wait(r"1 killed", r"4 +killed")

        # Paused, and gone on.
        terminal.press("p")
        terminal.wait(r"^ seen  PAUSED ", r"p go on")
        terminal.press("Escape")
        terminal.wait(r"paused by diwan watch")
        self.assertEqual(self.status()["diwan"]["state"], "paused")
        terminal.press("p")
        terminal.wait(r"^ seen  RUNNING ", r"p pause")

        # Resized: smaller, too small, larger.
        terminal.resize(15, 50)
        screen = terminal.wait(r"^ seen  RUNNING ", r"q quit  \? help", without="best loss")
        self.assertTrue(all(len(line) <= 50 for line in screen.splitlines()), screen)
        terminal.resize(8, 30)
        terminal.wait(r"too small: make it")
        terminal.resize(40, 120)
        terminal.wait(r"^ seen  RUNNING ", r"─ best loss ─", r"S stop")
        terminal.resize(24, 80)
        terminal.wait(r"─ best loss ─")

        # Stopped, after a question; the view stays and says how to go on.
        terminal.press("S")
        terminal.wait(r"Stop the run\?")
        terminal.press("y")
        terminal.wait(r"^ seen  STOPPED ")
        terminal.press("Escape")
        terminal.wait(r"diwan resume seen.diwan goes on")
        run.wait(timeout=PATIENCE_S)
        self.assertEqual(run.returncode, 5)
        terminal.press("q")
        terminal.wait(r"status=0")
        self.assertEqual(list(self.folder.glob("seen.diwan/control/*")), [])

    def test_a_trial_is_explained(self):
        self.run_in_background()
        terminal = self.terminal()

        # From the overview, where the best trial is selected, and from the details of a running one.
        terminal.wait(r"best    #1 loss 0.3", r"^ +4  running")
        terminal.press("e")
        screen = terminal.wait(r"─ explanation of #1 ─", r"^ trial     #1 seen-\w+ Succeeded", r"^ why       its command ended",
                               r"^ tried     x=0.1 o=adam", r"^ command   .*train.py 0.1")
        self.assertTrue(all(len(line) <= 80 for line in screen.splitlines()), screen)
        terminal.press("Escape", "/")
        terminal.type("#4")
        terminal.press("Enter")
        terminal.wait(r"1 of 5 trials with #4")
        terminal.press("Enter")
        terminal.wait(r"^ #4 seen-\w+  running for ")
        terminal.press("e")
        terminal.wait(r"─ explanation of #4 ─", r"^ why       it runs$")

        # It follows what becomes of the trial, and the width of the terminal.
        (self.folder / "go").touch()
        terminal.wait(r"^ trial     #4 seen-\w+ Succeeded", r"^ why       its command ended")
        terminal.resize(24, 50)
        screen = terminal.wait(r"─ explanation of #4 ─+$", r"^ why       its command ended by itself, with exit$",
                               r"^ {11}status 0")
        self.assertTrue(all(len(line) <= 50 for line in screen.splitlines()), screen)
        terminal.press("q")
        terminal.wait(r"^ #4 seen-\w+  succeeded")

    def test_the_terminal_is_left_in_order(self):
        self.run_in_background()
        terminal = self.terminal("PS1='ready$ ' bash --norc -i")
        terminal.wait(r"ready\$")
        terminal.type(f"stty -a > before; {shlex.quote(DIWAN)} watch seen.diwan; stty -a > after")
        terminal.press("Enter")
        terminal.wait(r"^ seen  RUNNING ")

        terminal.press("C-z")
        terminal.wait(r"Stopped", r"ready\$")
        terminal.type("fg")
        terminal.press("Enter")
        terminal.wait(r"^ seen  RUNNING ", r"q quit")
        terminal.press("C-c")
        terminal.wait(r"^ready\$ ?$", without="q quit")
        terminal.type("stty -a > after; echo written")
        terminal.press("Enter")
        terminal.wait(r"^written")

        self.assertEqual((self.folder / "after").read_text(), (self.folder / "before").read_text())

    def test_terminals_of_all_kinds(self):
        run = self.run_in_background("--max-trials", "3")
        run.wait(timeout=PATIENCE_S)
        watch = f"{shlex.quote(DIWAN)} watch seen.diwan"

        plain = self.terminal(watch, NO_COLOR="1")
        plain.wait(r"^ seen  FINISHED ", r"[⠀-⣿]{3}", r"1  succeeded")
        self.assertIsNone(re.search(r"\x1b\[[0-9;]*3[1-7]", plain.text("-e")))
        ascii_only = self.terminal(watch, LC_ALL="C", TERM="screen")
        ascii_only.wait(r"^ seen  FINISHED ", r"- best loss -", r"\*\*\*")
        self.assertTrue(ascii_only.text().isascii())
        console = self.terminal(watch, TERM="linux")
        console.wait(r"^ seen  FINISHED ", r"─ best loss ─", r"▪▪")
        for name in ["xterm", "vt100", "screen-256color"]:
            with self.subTest(name):
                self.terminal(watch, TERM=name).wait(r"^ seen  FINISHED ", r"1  succeeded")
        self.terminal(watch, TERM="dumb").wait(r"^seen  finished", r"no terminal that can be drawn on", r"status=0")
        self.terminal(watch, TERM="nothing-like-it").wait(r"TERM \(nothing-like-it\) is not known", r"status=2")
        self.terminal(watch + " --ascii").wait(r"^ seen  FINISHED ", r"- best loss -")

    def test_without_a_terminal_the_status_is_printed_once(self):
        self.run_in_background("--max-trials", "3").wait(timeout=PATIENCE_S)

        once = subprocess.run([DIWAN, "watch", "seen.diwan"], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=PATIENCE_S)

        self.assertEqual(once.returncode, 0)
        self.assertTrue(once.stdout.startswith("seen  finished"), once.stdout)
        self.assertIn("status -o json", once.stderr)

    def test_hostile_text_is_text(self):
        (self.folder / "seen.yaml").write_text(
            EXPERIMENT.replace("list: [adam, sgd]", f'list: ["{EVIL}", "{LONG}"]').replace("name: o,", f'name: "{HTML}",')
            .replace("o: sgd", f'"{HTML}": "{EVIL}"').replace("o: adam", f'"{HTML}": "{LONG}"'))
        run = self.run_in_background("--max-trials", "3")
        self.assertEqual(run.wait(timeout=PATIENCE_S), 0, run.stderr.read())
        raw = self.folder / "raw"
        terminal = self.terminal(f"cat; {shlex.quote(DIWAN)} watch seen.diwan")
        terminal.tmux("pipe-pane", f"cat > {shlex.quote(str(raw))}")
        terminal.press("C-d")

        terminal.wait(r"^ seen  FINISHED ", r"best    #1 loss 0.3 .*<b>'\"&=xxxx", r"  <b>'\"&")
        terminal.press("/")
        terminal.type("owned")
        terminal.wait(r"1 of 3 trials with owned", r"<b>'\"&\?\]0;OW")
        terminal.press("Enter", "Enter")
        terminal.wait(r"^ #2 seen", r"<b>'\"&=<b>'\"&\?\]0;OWNED\?\?\[31m\?", r"^ red +text")
        terminal.press("q", "q")
        terminal.wait(r"status=0")

        sent = raw.read_bytes()
        self.assertNotIn(b"\x1b]0;OWNED", sent)
        self.assertNotIn("\u202e".encode(), sent)
        self.assertNotEqual(terminal.tmux("display-message", "-p", "#{pane_title}").strip(), "OWNED")


if __name__ == "__main__":
    if not TMUX:
        print("tmux is not here; skipped")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=2)
