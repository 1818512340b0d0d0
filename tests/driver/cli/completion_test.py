# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""What bash, zsh and fish make of `diwan completion`: `completion_test.py DIWAN`.

Each shell runs in a terminal of its own, where a line is typed, the tab key pressed, and the words that the shell
then has are printed."""
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import unittest

DIWAN = ""
PATIENCE_SECONDS = 60
HARD_NAME = "it's my \"best\" search $HOME"
SPEC = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: e}
spec:
  seed: 3
  objective: {type: minimize, objectiveMetricName: loss, additionalMetricNames: ["my time"]}
  algorithm: {algorithmName: random}
  maxTrialCount: 2
  parallelTrialCount: 1
  parameters:
    - {name: layers, parameterType: int, feasibleSpace: {min: "1", max: "6"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [echo, "loss=${trialParameters.layers}"]}
"""


class Terminal:
    """A shell that sits at a terminal."""

    def __init__(self, folder, command, setup):
        self.process, self.fd = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            env = {"HOME": str(folder), "TERM": "dumb", "LANG": "C.UTF-8", "PATH":
                   f"{os.path.dirname(DIWAN)}:/usr/local/bin:/usr/bin:/bin"}
            os.execvpe(command[0], command, env)
        self.seen = ""
        self.say(setup + "\necho rea''dy\n")
        self.wait_for("ready")

    def say(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, pattern):
        while not (found := re.search(pattern, self.seen, re.S)):
            if not select.select([self.fd], [], [], PATIENCE_SECONDS)[0]:
                raise AssertionError(f"no {pattern} in {self.seen!r}")
            self.seen += os.read(self.fd, 65536).decode(errors="replace")
        self.seen = self.seen[found.end():]
        return found

    def words(self, typed):
        """The words of the line after the tab key."""
        # Ctrl-A goes to the beginning of the line, where the command that prints it is typed.
        self.say(typed + "\t\x01words \n")
        return json.loads(self.wait_for(r"\r?\nWORDS(\[.*?\])END").group(1))

    def close(self):
        os.close(self.fd)
        os.waitpid(self.process, 0)


class Shells:
    """The cases; a shell for each subclass."""

    command = []
    setup = ""

    @classmethod
    def setUpClass(cls):
        if shutil.which(cls.command[0]) is None:
            raise unittest.SkipTest(f"there is no {cls.command[0]} here")
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        (cls.folder / "search.yaml").write_text(SPEC)
        (cls.folder / HARD_NAME).mkdir()
        for directory in ["e.diwan", HARD_NAME + "/f.diwan"]:
            subprocess.run([DIWAN, "run", "search.yaml", "--dir", directory], cwd=cls.folder, check=True,
                           capture_output=True)
        printer = cls.folder / "words"
        printer.write_text(f"#!{sys.executable}\nimport json, sys\n"
                           "print('WO' + 'RDS' + json.dumps(sys.argv[1:]) + 'END')\n")
        printer.chmod(0o700)
        cls.terminal = Terminal(cls.folder, cls.command, cls.setup)

    @classmethod
    def tearDownClass(cls):
        cls.terminal.close()
        cls.scratch.cleanup()

    def completed(self, typed):
        words = self.terminal.words(typed)
        self.assertEqual(words[0], "diwan", words)
        return words[1:]

    def test_commands(self):
        self.assertEqual(self.completed("diwan algo"), ["algorithms"])

    def test_options(self):
        self.assertEqual(self.completed("diwan trials e.diwan --so"), ["trials", "e.diwan", "--sort"])

    def test_values_of_an_option(self):
        self.assertEqual(self.completed("diwan best e.diwan -o js"), ["best", "e.diwan", "-o", "json"])

    def test_values_after_an_equals_sign(self):
        self.assertEqual(self.completed("diwan best e.diwan --output=js"), ["best", "e.diwan", "--output=json"])

    def test_what_is_gone_on_with_gets_no_blank(self):
        self.assertEqual(self.completed("diwan run search.yaml --keep be"), ["run", "search.yaml", "--keep", "best:"])

    def test_algorithms(self):
        self.assertEqual(self.completed("diwan algorithms cma"), ["algorithms", "cmaes"])

    def test_files(self):
        self.assertEqual(self.completed("diwan run sea"), ["run", "search.yaml"])

    def test_folders_whose_names_need_quotes(self):
        words = self.completed("diwan doctor it")
        self.assertEqual([word.rstrip("/") for word in words], ["doctor", HARD_NAME])

    def test_trials_of_a_directory_that_needs_quotes(self):
        quoted = "'" + HARD_NAME.replace("'", "'\\''") + "/f.diwan'"
        if self.command[0] == "fish":
            quoted = "'" + HARD_NAME.replace("'", "\\'") + "/f.diwan'"
        self.assertEqual(self.completed(f"diwan metrics {quoted} la"), ["metrics", HARD_NAME + "/f.diwan", "last"])

    def test_trials_by_name(self):
        trials = json.loads(subprocess.run([DIWAN, "trials", "e.diwan", "-o", "json"], cwd=self.folder, check=True,
                                           capture_output=True, text=True).stdout)["trials"]
        name = trials[0]["trial"]
        self.assertEqual(self.completed(f"diwan logs e.diwan {name[:6]}"), ["logs", "e.diwan", name])

    def test_metrics_whose_names_have_blanks(self):
        self.assertEqual(self.completed("diwan trials e.diwan --sort my"),
                         ["trials", "e.diwan", "--sort", "my time"])

    def test_parameters(self):
        self.assertEqual(self.completed("diwan trials e.diwan --sort la"), ["trials", "e.diwan", "--sort", "layers"])

    def test_nothing_to_complete_changes_nothing(self):
        self.assertEqual(self.completed("diwan run search.yaml --seed 4"), ["run", "search.yaml", "--seed", "4"])

    def complete_the_third_trial(self, tabs):
        """The tab key goes through what there is: best, last, 1, 2, 3."""
        spec = SPEC.replace("maxTrialCount: 2", "maxTrialCount: 12").replace("parallelTrialCount: 1", "parallelTrialCount: 4")
        (self.folder / "many.yaml").write_text(spec)
        subprocess.run([DIWAN, "run", "many.yaml", "--dir", "many.diwan"], cwd=self.folder, check=True,
                       capture_output=True)
        self.assertEqual(self.completed("diwan metrics many.diwan " + "\t" * tabs), ["metrics", "many.diwan", "3"])

    def test_a_program_by_its_path(self):
        words = self.terminal.words(f"{DIWAN} algorithms cma")
        self.assertEqual(words, [DIWAN, "algorithms", "cmaes"])


class Bash(Shells, unittest.TestCase):
    command = ["bash", "--norc", "--noprofile", "-i"]
    setup = ". <(diwan completion bash); PATH=$PATH:. PS1=; bind 'set bell-style none'"

    def test_trials_in_their_order(self):
        version = subprocess.run(["bash", "-c", "echo ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"], check=True,
                                 capture_output=True, text=True).stdout.split()
        if [int(part) for part in version] < [4, 4]:
            self.skipTest("bash before 4.4 sorts what it is given")
        self.terminal.say("bind 'TAB:menu-complete'\n")
        self.complete_the_third_trial(4)
        self.terminal.say("bind 'TAB:complete'\n")


class Zsh(Shells, unittest.TestCase):
    command = ["zsh", "-f", "-i"]
    setup = "bindkey -e; autoload -U compinit; compinit -u; . <(diwan completion zsh); PATH=$PATH:.; PS1="

    def test_trials_in_their_order(self):
        self.complete_the_third_trial(5)  # and one tab more, since the first one shows the list alone


class Fish(Shells, unittest.TestCase):
    command = ["fish", "--no-config", "-i"]
    setup = "diwan completion fish | source; set PATH $PATH .; function fish_prompt; end"


if __name__ == "__main__":
    DIWAN = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
