# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""The manual pages, and that nothing is missing in them or in completions: `manual_test.py DIWAN`."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

DIWAN = ""
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"]


def diwan(*arguments):
    return subprocess.run([DIWAN, *arguments], check=True, capture_output=True, text=True).stdout


def commands():
    return re.findall(r"^  ([a-z-]+) ", diwan("--help").split("commands:")[1], re.M)


def options_of(command):
    """The options that its help shows: letters and long names, with their dashes."""
    listed = diwan(command, "--help").split("\noptions:\n")[1].split("\nexamples:")[0]
    return re.findall(r"^  (-\w)?(?: \[ )?(--[a-z-]+)", listed, re.M)


class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name)
        diwan("manual", str(cls.folder), "--date", "2026-01-31")
        cls.pages = {path.stem: path for path in cls.folder.iterdir()}

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_there_is_a_page_for_every_command(self):
        self.assertEqual(set(self.pages), {"diwan"} | {f"diwan-{command}" for command in commands()})

    def test_every_page_has_every_section(self):
        for name, path in self.pages.items():
            with self.subTest(name):
                parts = re.split(r"^\.SH (.*)$", path.read_text(), flags=re.M)
                self.assertEqual(parts[1::2], SECTIONS)
                for section, text in zip(parts[1::2], parts[2::2]):
                    self.assertTrue(text.strip(), section)

    def test_every_option_is_in_the_page(self):
        for command in commands():
            page = self.pages[f"diwan-{command}"].read_text().replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
            for letter, name in options_of(command):
                with self.subTest(command=command, option=name):
                    self.assertRegex(page, rf"\n{letter + ', ' if letter else ''}{name}[ \n]")

    def test_every_option_is_completed(self):
        for command in commands():
            offered = [line.split("\t")[0] for line in diwan("complete", "--", command, "--").splitlines()]
            self.assertEqual(sorted(offered), sorted(name for _, name in options_of(command)), command)

    def test_every_command_is_completed(self):
        offered = [line.split("\t")[0] for line in diwan("complete", "--", "").splitlines()]
        self.assertEqual(offered, [*commands(), "--help", "--version"])

    def test_diwan_names_every_page(self):
        page = self.pages["diwan"].read_text().replace("\\-", "-")
        for command in commands():
            self.assertIn(f"diwan-{command}", page)

    @unittest.skipUnless(shutil.which("mandoc"), "there is no mandoc here")
    def test_mandoc_has_nothing_to_say(self):
        lint = subprocess.run(["mandoc", "-T", "lint", *self.pages.values()], capture_output=True, text=True)
        self.assertEqual(lint.stdout + lint.stderr, "")

    @unittest.skipUnless(shutil.which("groff"), "there is no groff here")
    def test_groff_has_nothing_to_say(self):
        for name, path in self.pages.items():
            shown = subprocess.run(["groff", "-ww", "-man", "-Tutf8", path], capture_output=True, text=True)
            self.assertEqual(shown.stderr, "", name)

    @unittest.skipUnless(shutil.which("mandoc"), "there is no mandoc here")
    def test_literal_text_is_shown_as_it_is_typed(self):
        shown = subprocess.run(["mandoc", "-T", "ascii", self.pages["diwan-suggest"]], check=True, capture_output=True,
                               text=True).stdout
        self.assertIn("""echo '{"op":"ask"}' | diwan suggest search.yaml""", re.sub(".\b", "", shown))


if __name__ == "__main__":
    DIWAN = sys.argv.pop(1)
    unittest.main(verbosity=2)
