# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""`diwan report` in a real browser: opened from a file, without a network, with its script and policy as they are.

Usage: report_test.py DIWAN MAKE_SAMPLE_RUN
Exit status 77 (skipped) where there is no chromium, chromedriver or selenium.
"""
import atexit
import base64
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

try:
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("skipped: no selenium (Debian: python3-selenium)")
    sys.exit(77)

DIWAN = os.path.abspath(sys.argv[1])
MAKE = os.path.abspath(sys.argv[2])
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    print("skipped: no chromium or chromedriver (Debian: chromium, chromium-driver)")
    sys.exit(77)

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="diwan-report-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
LIMIT = 120  # seconds; a machine with much else to do takes a while
STARTS = 4


def directory_of(kind, trials):
    """A sample run, made once."""
    directory = FOLDER / f"{kind}-{trials}" / "resnet-cifar.diwan"
    if not directory.exists():
        subprocess.run([MAKE, kind, str(trials), directory], check=True)
    return directory


def report_of(directory):
    """The report of a directory, beside it, made once."""
    page = directory.with_suffix(".html")
    if not page.exists():
        subprocess.run([DIWAN, "report", directory.name], cwd=directory.parent, check=True, stdout=subprocess.DEVNULL)
    return page


def made(kind, trials):
    """The report of a sample run."""
    return report_of(directory_of(kind, trials))


def made_by_running(name, spec, files=None, status=0):
    """The report of an experiment of this name that is run once, beside these files, to this exit status."""
    directory = FOLDER / name / f"{name}.diwan"
    if not directory.exists():
        directory.parent.mkdir()
        for file, text in {"experiment.yaml": spec, **(files or {})}.items():
            (directory.parent / file).write_text(text)
        done = subprocess.run([DIWAN, "run", "experiment.yaml", "--progress", "none"], cwd=directory.parent, capture_output=True,
                              text=True)
        assert done.returncode == status, (done.returncode, done.stderr)
    return report_of(directory)


def told(command, page, *options):
    """What a command tells of the directory of a report."""
    done = subprocess.run([DIWAN, command, page.with_suffix(".diwan"), *options, "-o", "json"], capture_output=True, check=True)
    return json.loads(done.stdout)


FAILING = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: failing}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: 6
  parallelTrialCount: 1
  maxFailedTrialCount: 3
  parameters:
    - {name: lr, parameterType: double, feasibleSpace: {min: "0.0001", max: "0.1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, -c, "exit 7", "--lr=${trialParameters.lr}"]
"""

# Whose last tick is a long number.
WIDE = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: wide}
spec:
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm: {algorithmName: random}
  maxTrialCount: 12
  parallelTrialCount: 2
  parameters:
    - {name: units, parameterType: int, feasibleSpace: {min: "0", max: "100000"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [sh, -c, 'echo "loss=0.$0"', "${trialParameters.units}"]}
"""

POPULATION = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: population}
spec:
  seed: 5
  objective: {type: minimize, objectiveMetricName: loss}
  algorithm:
    algorithmName: pbt
    algorithmSettings: [{name: n_population, value: "8"}]
  maxTrialCount: 40
  maxFailedTrialCount: 20
  parallelTrialCount: 2
  parameters:
    - {name: lr, parameterType: double, feasibleSpace: {min: "0.001", max: "1.9", distribution: logUniform}}
    - {name: batch, parameterType: discrete, feasibleSpace: {list: ["16", "32", "64"]}}
    - {name: layers, parameterType: int, feasibleSpace: {min: "3", max: "3"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec: {command: [sh, trial.sh, "${trialParameters.lr}", "${trialParameters.batch}"]}
"""
# Ten steps down from what the checkpoint holds; now and then one fails.
PIECE = """
file="$DIWAN_CHECKPOINT_DIR/square"
[ $((DIWAN_SEED % 13)) = 0 ] && exit 1
awk -v rate="$1" -v batch="$2" -v square="$(cat "$file" 2> /dev/null || echo 100)" 'BEGIN {
  for (i = 0; i < 10; ++i) square = (1 - rate) ^ 2 * square + rate ^ 2 * 32 / batch
  printf "%.9g\\n", square }' > "$file.part" && mv "$file.part" "$file" && echo "loss=$(cat "$file")"
"""

NETWORKS = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: networks}
spec:
  seed: 4
  objective: {type: maximize, objectiveMetricName: accuracy}
  algorithm: {algorithmName: enas}
  maxTrialCount: 14
  parallelTrialCount: 4
  nasConfig:
    graphConfig: {numLayers: 6, inputSizes: [32, 32, 3], outputSizes: [10]}
    operations:
      - operationType: separable_convolution
        parameters:
          - {name: filter_size, parameterType: categorical, feasibleSpace: {list: ["3", "5"]}}
          - {name: num_filter, parameterType: categorical, feasibleSpace: {list: ["64"]}}
      - operationType: "<b>odd</b>"
        parameters:
          - {name: pool_size, parameterType: int, feasibleSpace: {min: "2", max: "2"}}
          - {name: constructor, parameterType: int, feasibleSpace: {min: "1", max: "1"}}
          - {name: toString, parameterType: int, feasibleSpace: {min: "1", max: "1"}}
          - {name: __proto__, parameterType: int, feasibleSpace: {min: "1", max: "1"}}
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [sh, -c, 'echo accuracy=0.$(printf %s "$DIWAN_PARAM_ARCHITECTURE" | cksum | cut -c1-4)']
"""

CELLS = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata: {name: NAME}
spec:
  objective: {type: maximize, objectiveMetricName: Best-Genotype}
  metricsCollectorSpec:
    collector: {kind: StdOut}
    source: {filter: {metricsFormat: ['([\\w-]+)=(Genotype.*)']}}
  algorithm: {algorithmName: darts}
  nasConfig:
    graphConfig: {numLayers: 3}
    operations: [{operationType: skip_connection}]
  trialTemplate:
    trialSpec:
      apiVersion: diwan/v1
      kind: Command
      spec:
        command: [cat, genotype]
"""
NORMAL = "[[('separable_convolution_3x3', 0), ('skip_connection', 1)], [('max_pooling_3x3', 2), ('skip_connection', 0)]]"
GENOTYPE = f"Genotype(normal={NORMAL}, normal_concat=range(2, 4), reduce={NORMAL}, reduce_concat=[2, 3])"


def contrast(colour, alpha):
    """Of a colour such as "rgb(1 2 3)" on white (WCAG)."""
    def luminance(channels):
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    channels = [alpha * int(c) / 255 + 1 - alpha for c in re.findall(r"\d+", colour)[:3]]
    return 1.05 / (luminance(channels) + 0.05)


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1000",
                     "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-component-update",
                     "--disable-background-timer-throttling", "--disable-renderer-backgrounding"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for attempt in range(1, STARTS + 1):
        try:
            # Selenium names its service in every version otherwise; what it needs is on the PATH.
            browser = webdriver.Chrome(options=options)
            break
        except WebDriverException as problem:  # it waits for both programs for a time of its own, which may be short
            print(f"start {attempt} of {STARTS}: {problem}", file=sys.stderr)
            if attempt == STARTS:
                raise
    browser.set_page_load_timeout(LIMIT)
    browser.set_script_timeout(LIMIT)
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(FOLDER)})
    return browser


BROWSER = start_browser()
atexit.register(BROWSER.quit)


def until(what, value):
    """Waits until `value` gives something true."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        found = value()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {LIMIT} s: {what}")


class Page(unittest.TestCase):
    kind, trials = "plain", 120

    def setUp(self):
        self.open(made(self.kind, self.trials))

    def open(self, page):
        BROWSER.get_log("browser"), BROWSER.get_log("performance")  # of the page before
        self.page = page
        BROWSER.get(page.as_uri())

    def tearDown(self):
        severe = [entry["message"] for entry in BROWSER.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        self.assertEqual(severe, [])
        requests = [json.loads(entry["message"])["message"] for entry in BROWSER.get_log("performance")]
        addresses = {one["params"]["request"]["url"].partition("#")[0] for one in requests
                     if one["method"] == "Network.requestWillBeSent"}
        self.assertEqual({address for address in addresses if not address.startswith("blob:")}, {self.page.as_uri()})

    def one(self, selector):
        return BROWSER.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return BROWSER.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return BROWSER.execute_script("return Array.from(document.querySelectorAll(arguments[0]), (one) => one.textContent)", selector)

    def rows(self):
        return int(self.one("#trials .scroller").get_attribute("data-rows"))

    def lines(self):
        return int(self.one("#figure-parallel .host").get_attribute("data-lines"))

    def show(self, selector):
        element = self.one(selector)
        BROWSER.execute_script("document.documentElement.style.scrollBehavior = 'auto';"
                               "arguments[0].scrollIntoView({block: 'center'})", element)
        return element

    def show_parallel(self):
        self.show("#figure-parallel")
        until("the lines are drawn", lambda: self.one("#figure-parallel .host").get_attribute("data-lines"))

    def draw_all(self):
        BROWSER.execute_script("""for (const one of document.querySelectorAll('figure')) {
            one.figure.seen = true; one.figure.near = true; one.figure.redraw(); }""")

    def lay_on_paper(self):
        """As it is printed on A4, within its margins, until the test is over."""
        self.addCleanup(BROWSER.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"media": ""})
        self.addCleanup(BROWSER.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        BROWSER.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        BROWSER.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                {"width": 688, "height": 1016, "deviceScaleFactor": 1, "mobile": False})
        BROWSER.execute_script("dispatchEvent(new Event('beforeprint'))")

    def svg_of(self, name):
        (FOLDER / f"{name}.svg").unlink(missing_ok=True)  # of another page
        self.show(f"#figure-{name} .save").click()
        return xml.etree.ElementTree.fromstring(self.saved(f"{name}.svg"))

    def saved(self, name):
        return until(f"{name} is saved", lambda: (FOLDER / name).exists() and (FOLDER / name).read_text())


class Figures(Page):
    def test_a_brush_chooses_rows_of_the_table_and_a_click_lets_them_go(self):
        self.show_parallel()
        zone = self.one("#figure-parallel .zone")
        high = zone.size["height"]

        drag = webdriver.ActionChains(BROWSER).move_to_element_with_offset(zone, 0, int(-high * 0.2))
        drag.click_and_hold().move_by_offset(0, int(high * 0.3)).release().perform()
        chosen = until("rows are chosen and their lines drawn",
                       lambda: 0 < self.lines() <= self.rows() < self.trials and self.rows())

        self.assertIn(f"{chosen} of 120 trials", self.texts("#trials .counted")[0])
        shown = [float(text) for text in self.texts("#trials tbody tr[data-trial] td:nth-child(4)")]
        ends = [float(end.get_attribute("aria-valuetext").replace("e-", "E-"))
                for end in self.all("#figure-parallel .end[data-axis=p0]")]
        self.assertTrue(all(ends[0] * 0.99 <= value <= ends[1] * 1.01 for value in shown), (ends, shown))
        webdriver.ActionChains(BROWSER).move_to_element_with_offset(zone, 0, int(high * 0.4)).click().perform()
        until("all are chosen again", lambda: self.rows() == self.trials)

    def test_other_figures_wait_until_a_brush_is_let_go(self):
        """Or each move would draw all of them, where a frame takes longer than the rest they wait for."""
        self.show_parallel()
        BROWSER.execute_script("""window.drawn = 0; new MutationObserver(() => { ++window.drawn; }).observe(
            document.querySelector('#figure-history .host'), {childList: true, subtree: true});""")
        zone = self.one("#figure-parallel .zone")
        high = zone.size["height"]

        drag = webdriver.ActionChains(BROWSER).move_to_element_with_offset(zone, 0, int(-high * 0.2))
        drag.click_and_hold().move_by_offset(0, int(high * 0.3)).pause(0.6).perform()
        until("some are chosen", lambda: "120 of" not in self.one("#figure-parallel .counted").text)
        self.assertEqual(BROWSER.execute_script("return window.drawn"), 0)
        self.assertEqual(self.rows(), self.trials)
        webdriver.ActionChains(BROWSER).release().perform()
        until("the history is drawn", lambda: BROWSER.execute_script("return window.drawn"))
        until("the table has them", lambda: self.rows() < self.trials)
        self.one("#figure-parallel .clear").click()

    def test_the_keyboard_brushes_too(self):
        self.show_parallel()
        end = self.one(".end[data-axis=p1][data-end=low]")
        BROWSER.execute_script("arguments[0].focus()", end)

        webdriver.ActionChains(BROWSER).send_keys(Keys.PAGE_UP * 3).perform()

        until("rows are chosen", lambda: end.get_attribute("aria-valuenow") == "30" and 0 < self.rows() < self.trials)
        self.assertEqual(end.get_attribute("aria-valuenow"), "30")
        self.assertEqual(end.get_attribute("aria-valuetext"), "0.18")
        webdriver.ActionChains(BROWSER).send_keys(Keys.ESCAPE).perform()
        until("all are chosen again", lambda: self.rows() == self.trials)

    def test_the_slider_leaves_the_best_lines(self):
        self.show_parallel()
        without = self.one("#figure-parallel .tick input")
        without.click()
        before = until("those with a result", lambda: self.lines() < self.trials and self.lines())
        without.click()
        until("all are back", lambda: self.rows() == self.trials)

        slider = self.one("#figure-parallel .slider input")
        BROWSER.execute_script("arguments[0].value = 10; arguments[0].dispatchEvent(new Event('input'))", slider)
        self.assertTrue(until("the tick says that it is of no use", lambda: without.get_attribute("disabled")))

        until("a tenth is left", lambda: self.lines() == self.rows() == round(before / 10))
        best = [float(text) for text in self.texts("#trials tbody tr[data-trial] td:nth-child(3)")]
        self.one("#figure-parallel .clear").click()
        until("all are back", lambda: self.rows() == self.trials)
        every = sorted(float(cell) for cell in BROWSER.execute_script(
            "return JSON.parse(document.getElementById('data').textContent).trials.objectives[0]") if cell is not None)
        self.assertAlmostEqual(max(best), every[round(before / 10) - 1], places=4)

    def test_copy_buttons_give_what_best_gives(self):
        BROWSER.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
        directory = self.page.with_suffix(".diwan")
        for kind, form in [("arguments", "args"), ("environment", "env"), ("command", "command")]:
            self.show(f"[data-copies={kind}]").click()
            until("it says so", lambda: self.texts("[role=status]") == [f"Copy {kind}: copied"])  # the button does for a moment

            copied = BROWSER.execute_async_script("navigator.clipboard.readText().then(arguments[0])")

            expected = subprocess.run([DIWAN, "best", directory, "-o", form], capture_output=True, text=True, check=True)
            self.assertEqual(copied, expected.stdout.rstrip("\n"))
        self.assertRegex(self.one(".ready .code").text, "^DIWAN_SEED=")

    def test_every_figure_is_saved_as_svg_of_its_own(self):
        self.draw_all()
        for name in ["history", "parallel", "importance", "pairs", "slices", "contours", "curves", "timeline"]:
            svg = self.svg_of(name)

            self.assertEqual(svg.tag, "{http://www.w3.org/2000/svg}svg")
            marks = svg.findall(".//{*}path") + svg.findall(".//{*}rect")
            self.assertGreater(len(marks), 10 if name != "pairs" else 1, name)
            self.assertTrue(all("class" not in mark.attrib for mark in marks))

    def test_colours_change_with_the_switch_and_figures_with_them(self):
        before = BROWSER.execute_script("return getComputedStyle(document.body).backgroundColor")

        self.one("button.theme").click()

        after = BROWSER.execute_script("return getComputedStyle(document.body).backgroundColor")
        self.assertNotEqual(before, after)

    def test_it_prints_on_a4(self):
        pdf = base64.b64decode(BROWSER.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})["data"])

        self.assertIn(b"/MediaBox [0 0 594.9", pdf)  # points of 210 mm
        self.assertEqual(BROWSER.execute_script("return document.documentElement.dataset.theme ?? ''"), "")
        self.assertEqual(len(self.all("section details[open]:not(.picker)")), 2)  # as before
        self.assertTrue(self.all("#figure-history canvas"))

    def test_paper_has_everything_and_cuts_nothing(self):
        self.lay_on_paper()

        cut = BROWSER.execute_script("""return Array.from(document.querySelectorAll('body > header *, main *'))
            .filter((one) => one instanceof HTMLElement && one.getClientRects().length > 0 && !one.closest('.offscreen') &&
              (one.getBoundingClientRect().right > innerWidth + 1 || (one.tagName === 'TD' && one.scrollWidth > one.clientWidth + 1)))
            .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`)""")

        self.assertEqual(cut, [])
        self.assertEqual(len(self.texts("#trials tbody tr[data-trial]")), 60)
        self.assertEqual(len(self.all("figure .host:empty")), 0)
        self.assertEqual(self.all("figure canvas"), [], "it would hide the lines below it")
        self.assertGreater(len(self.all("#figure-history [data-name=marks] path")), 100)
        self.assertEqual([one.tag_name for one in self.all("nav, .controls, button.save, .buttons") if one.is_displayed()], [])
        self.assertEqual(self.all("section details:not([open]):not(.picker)"), [])
        self.assertEqual({round(float(width)) for width in BROWSER.execute_script(
            "return Array.from(document.querySelectorAll('figure .stage > svg:last-child'), (one) => one.viewBox.baseVal.width)")} - {688},
            set())

    def test_a_trial_opens_from_the_table_and_closes_with_escape(self):
        self.show("#trials")
        until("rows", lambda: self.texts("#trials tbody .link"))
        BROWSER.execute_script("document.querySelector('#trials tbody .link').focus()")  # rows come and go: none is held on to
        webdriver.ActionChains(BROWSER).send_keys(Keys.ENTER).perform()
        until("its details are open", lambda: self.one(".detail").is_displayed())
        self.assertIn("learning_rate", self.one(".detail").text)

        webdriver.ActionChains(BROWSER).send_keys(Keys.ESCAPE).perform()

        until("they are closed", lambda: not self.one(".detail").is_displayed())

    def test_the_keyboard_comes_to_everything(self):
        self.draw_all()
        BROWSER.execute_script("""document.activeElement.blur(); window.reached = []; addEventListener('focusin', ({target: one}) => {
            const on = one.closest('figure, section, nav');
            window.reached.push((on ? on.id || on.tagName : '') + ' ' + (one.getAttribute('role') || one.tagName).toLowerCase()); })""")
        webdriver.ActionChains(BROWSER).send_keys(Keys.TAB * 140).perform()
        until("the last one is reached", lambda: len(BROWSER.execute_script("return window.reached")) >= 120)
        reached = BROWSER.execute_script("return window.reached")
        for wanted in [" a", "NAV a", "verdict button", "figure-history button", "figure-history group", "figure-parallel input",
                       "figure-parallel slider", "trials input", "trials button", "trials region"]:
            self.assertIn(wanted, reached)


    def test_stopped_curves_can_be_seen(self):
        self.draw_all()
        curves = [(path.get("stroke"), float(path.get("stroke-opacity", "1"))) for path in self.svg_of("curves").findall(".//{*}path")
                  if path.get("stroke", "").startswith("rgb")]
        self.assertGreater(len(curves), 80)
        self.assertGreater(min(contrast(*one) for one in curves), 1.3)

    def test_words_of_restarts_stay_beside_their_lines(self):
        self.addCleanup(BROWSER.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        for width in [1400, 800, 500, 380]:
            BROWSER.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
            self.draw_all()
            words, lines = BROWSER.execute_script("""const figure = document.querySelector('#figure-timeline');
                return [Array.from(figure.querySelectorAll('.moment-text'), (one) => { const box = one.getBBox();
                          return [one.textContent, box.x, box.x + box.width, box.y + box.height]; }),
                        Array.from(figure.querySelectorAll('.moment'), (one) => [one.firstChild.textContent,
                          one.x1.baseVal.value, one.y1.baseVal.value])];""")

            self.assertGreaterEqual(len(words), 2 if width < 500 else 3, width)
            for text, left, right, bottom in words:
                own = [x for name, x, _ in lines if text in name]
                self.assertTrue(any(min(abs(x - left), abs(x - right)) < 12 for x in own), (width, text, left, right, own))
                self.assertFalse([x for _, x, top in lines if left < x < right and top < bottom + 10], (width, words, lines))

    def test_results_that_are_missing_are_no_warning(self):
        without = [status for status in BROWSER.execute_script(
            "return JSON.parse(document.getElementById('data').textContent).trials.status") if status not in (2, 4)]
        self.assertEqual(self.texts(".left-out"), [f"{len(without)} trials without a finite result are left out."])
        self.assertFalse([text for text in self.texts(".cautions li") if "left out" in text])


class Failing(Page):
    def setUp(self):
        self.open(made_by_running("failing", FAILING, status=4))
        self.draw_all()

    def test_it_says_that_it_failed_and_where_to_look(self):
        self.assertEqual(self.one(".badge").get_attribute("class"), "badge failed")
        verdict = self.texts("#verdict .empty")[0]
        self.assertNotIn("yet", verdict)
        self.assertIn("too many failed trials", verdict)
        self.assertEqual(self.one("#verdict .empty a").get_attribute("href").partition("#")[2], "failures")

    def test_the_legend_has_what_is_drawn(self):
        legend = self.texts("#figure-history svg:last-child text")
        self.assertIn("failed", legend)
        self.assertNotIn("best so far", legend)

    def test_trials_without_a_result_are_lines_too(self):
        names = self.texts("#figure-parallel .paraxis .name")
        self.assertEqual([name[:2] for name in names], ["lr", "lo"])
        self.assertEqual(self.texts("#figure-parallel .paraxis:nth-of-type(2) .tick"), ["none"])
        self.assertEqual(self.lines(), 3)


class Layers(Page):
    """What enas found."""
    odd = "2 \u00d7 2, constructor 1, toString 1,   proto   1"

    def setUp(self):
        self.open(made_by_running("networks", NETWORKS))
        self.show("#figure-architecture")
        until("the layers are drawn", lambda: self.all("#figure-architecture .node"))

    def best(self):
        """The architecture of the best trial, as `best` has it."""
        return json.loads(told("best", self.page)["best"][0]["assignments"]["architecture"])

    def test_each_layer_is_a_box_and_each_skip_connection_an_arc(self):
        layers = self.best()
        words = {0: ["separable convolution", "3 \u00d7 3, 64 filters"], 1: ["separable convolution", "5 \u00d7 5, 64 filters"],
                 2: ["<b>odd</b>", self.odd]}

        nodes = BROWSER.execute_script("""return Array.from(document.querySelectorAll('#figure-architecture .node'),
            (node) => Array.from(node.querySelectorAll('text'), (text) => text.textContent))""")

        self.assertEqual(nodes[0], ["input  32 \u00d7 32 \u00d7 3"])
        self.assertEqual(nodes[1:-1], [[str(n + 1), *words[layer[0]]] for n, layer in enumerate(layers)])
        self.assertEqual(nodes[-1], ["output  10"])
        skips = sum(sum(layer[1:]) for layer in layers)
        self.assertEqual(len(self.all("#figure-architecture .arc")), len(layers) + 1 + skips)
        self.assertIn(f"{skips} of 15 possible skip connections", self.texts("#figure-architecture svg text")[0])

    def test_parameters_of_operations_may_have_any_name(self):
        said = set()
        for choice in self.all("#figure-architecture select option"):
            choice.click()
            said.update(self.texts("#figure-architecture .node .what"))
        self.assertEqual({text for text in said if text.startswith("2 \u00d7 2")}, {self.odd})

    def test_the_keyboard_goes_from_layer_to_layer_and_tells_their_connections(self):
        svg = self.one("#figure-architecture .stage > svg[tabindex]")
        svg.send_keys(Keys.ARROW_DOWN)
        svg.send_keys(Keys.ARROW_DOWN)

        self.assertEqual(self.texts(".tip strong"), ["layer 1"])
        self.assertIn("layer 1, operation", self.texts("[role=status]")[0])
        to = sum(layer[2] for layer in self.best()[2:])
        self.assertEqual(len(self.all("#figure-architecture .arc.on")), 2 + to)
        svg.send_keys(Keys.ESCAPE)
        self.assertEqual(self.all("#figure-architecture .on"), [])

    def test_another_trial_can_be_chosen(self):
        choices = self.all("#figure-architecture select option")
        self.assertEqual(len(choices), 14)
        choices[5].click()
        number = choices[5].text.partition(",")[0]
        self.assertTrue(until("it is drawn", lambda: self.texts("#figure-architecture svg text")[0].startswith(number + ":")))

    def test_it_is_saved_as_svg(self):
        root = self.svg_of("architecture")
        texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("separable convolution", texts)
        self.assertFalse([one for one in root.iter() if one.get("class") or one.get("tabindex")])

    def test_skip_bits_are_no_axes_and_no_columns(self):
        self.show_parallel()
        self.assertEqual(len(self.all("#figure-parallel .paraxis")), 6 + 1)
        self.assertFalse([text for text in self.texts("#trials th") if "skip" in text])
        self.draw_all()
        self.assertEqual(self.all("#figure-contours"), [])
        self.assertTrue([text for text in self.texts("#figure-importance svg text") if text.startswith("layer_")])

    def test_on_paper_it_is_whole(self):
        BROWSER.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        try:
            height = BROWSER.execute_script("return document.querySelector('#figure-architecture .stage').clientHeight")
            self.assertGreater(height, 300)
        finally:
            BROWSER.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

    def test_on_paper_a_deep_one_is_drawn_as_small_as_a_page(self):
        deep = NETWORKS.replace("name: networks", "name: deep").replace("numLayers: 6", "numLayers: 24")
        self.open(made_by_running("deep", deep))
        self.lay_on_paper()

        for name in ["#architecture", "#figure-slices"]:
            high, wide, ratio, drawn = BROWSER.execute_script("""const part = document.querySelector(arguments[0]);
                const stage = part.querySelector('.stage');
                const {width, height} = stage.lastChild.viewBox.baseVal;
                const box = stage.getBoundingClientRect();
                return [part.offsetHeight, box.width, box.width / box.height, width / height];""", name)
            self.assertLess(high, 1016, name)
            self.assertLess(wide, 688, name)
            self.assertAlmostEqual(ratio, drawn, 2, name)

    def test_what_is_empty_is_not_there_to_be_copied(self):
        """The command has no arguments."""
        kinds = BROWSER.execute_script("return Array.from(document.querySelectorAll('.ready button'), (one) => one.dataset.copies)")

        self.assertEqual(kinds, ["yaml", "environment", "command"])
        self.assertIn("architecture:", self.one(".ready .code").text)


class Cells(Page):
    """What darts found."""

    def setUp(self):
        pass  # each test opens its own genotype

    def look_at(self, name, genotype):
        files = {"genotype": f"Best-Genotype={genotype}\n"}
        self.open(made_by_running(name, CELLS.replace("NAME", name), files))
        self.show("#architecture")

    def test_both_cells_are_drawn_with_an_arc_at_each_operation(self):
        self.look_at("cells", GENOTYPE)
        until("the cells are drawn", lambda: self.all("#figure-architecture .node"))

        texts = self.texts("#figure-architecture .node .name, #figure-architecture .node .what")
        cell = ["cell before the last", "last cell", "node 1", "separable convolution 3 \u00d7 3", "skip connection", "node 2",
                "max pooling 3 \u00d7 3", "skip connection", "output, joined"]
        self.assertEqual(texts, cell + cell)
        self.assertEqual(len(self.all("#figure-architecture .arc")), 2 * (4 + 2))
        self.assertEqual(self.texts("#architecture .code"), [GENOTYPE])
        self.assertEqual(self.all("#figure-history, #figure-parallel, #figure-importance"), [])

    def test_two_edges_a_node_in_one_list_are_the_same(self):
        flat = "[('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('skip_connect', 0), ('sep_conv_5x5', 1)]"
        self.look_at("flat", f"Genotype(normal={flat}, normal_concat=[2, 3], reduce={flat}, reduce_concat=range(2, 4))")
        until("the cells are drawn", lambda: self.all("#figure-architecture .node"))
        self.assertEqual(len(self.all("#figure-architecture .node")), 2 * 5)

    def test_what_is_no_genotype_stands_there_as_text(self):
        for n, text in enumerate(["Genotype(normal=<img src=x onerror=alert(1)>)", f"{GENOTYPE} more", "Genotype(" + "(" * 500,
                                  "Genotype(normal=[[('a', 5)]], normal_concat=[2], reduce=[[('a', 0)]], reduce_concat=[2])",
                                  "Genotype(normal=[], normal_concat=[], reduce=[], reduce_concat=[])"]):
            with self.subTest(text=text[:60]):
                if n > 0:
                    self.tearDown()  # of the page before
                self.look_at(f"odd{n}", text)
                self.assertEqual(self.texts("#architecture .code"), [text])
                self.assertEqual(self.all("#figure-architecture"), [])


class Table(Page):
    trials = 300

    def first(self):
        return self.texts("#trials tbody tr[data-trial] td:first-child")[0]

    def test_it_sorts_filters_and_saves_what_is_shown(self):
        self.show("#trials")
        objective = "#trials thead th:nth-child(3)"
        self.one(f"{objective} button").click()
        self.assertEqual(self.one(objective).get_attribute("aria-sort"), "ascending")
        self.assertEqual(self.first(), str(told("best", self.page)["best"][0]["number"]))
        by_number = {row["number"]: row for row in told("trials", self.page)["trials"]}
        chosen = sum(row["assignments"]["optimizer"] == "sgd" and row["assignments"]["depth"] >= 12 for row in by_number.values())

        self.one("#trials input[type=search]").send_keys("optimizer=sgd depth>=12")
        until("the rows are chosen", lambda: self.rows() == chosen)
        self.one("#trials .controls > button").click()

        rows = list(csv.DictReader(io.StringIO(self.saved("resnet-cifar-trials.csv"))))
        self.assertEqual(len(rows), chosen)
        self.assertTrue(all(row["optimizer"] == "sgd" and int(row["depth"]) >= 12 for row in rows))
        values = [float(row["val_loss"]) for row in rows if row["val_loss"]]
        self.assertEqual(values, sorted(values))
        self.assertEqual(values[0], by_number[int(rows[0]["#"])]["objective"])

    def test_it_holds_the_rows_that_are_seen_and_no_more(self):
        scroller = self.show("#trials .scroller")
        self.assertLess(len(self.all("#trials tbody tr[data-trial]")), 80)

        BROWSER.execute_script("arguments[0].scrollTop = arguments[0].scrollHeight", scroller)

        until("the last trial is there", lambda: self.all(f"#trials tr[data-trial='{self.trials - 1}']"))

    def test_columns_are_chosen(self):
        self.show("#trials")
        self.one("#trials .picker summary").click()
        before = len(self.all("#trials thead th"))

        self.one("#trials .picker input").click()

        self.assertEqual(len(self.all("#trials thead th")), before - 1)


class Hostile(Page):
    kind, trials = "hostile", 60

    def test_it_shows_as_text_and_runs_nothing(self):
        self.draw_all()
        for row in range(3):
            BROWSER.execute_script("document.querySelectorAll('#trials tbody .link')[arguments[0]].click()", row)
        webdriver.ActionChains(BROWSER).send_keys(Keys.ESCAPE).perform()

        self.assertIsNone(BROWSER.execute_script("return window.hit"))
        self.assertEqual(BROWSER.execute_script("return document.querySelectorAll('img, iframe, object, script:not([type])').length"), 1)
        shown = BROWSER.execute_script("return document.body.textContent")
        self.assertIn("</script><script>window.hit=1", shown)
        BROWSER.execute_script("const evil = document.createElement('script'); evil.textContent = 'window.hit = 1';"
                               "document.body.append(evil)")
        self.assertIsNone(BROWSER.execute_script("return window.hit"), "the policy has let a script run")
        refused = [entry for entry in BROWSER.get_log("browser") if "Content Security Policy" in entry["message"]]
        self.assertEqual(len(refused), 1)


class Kinds(Page):
    """Each kind of experiment is drawn without an error, in both colours; tearDown looks at the console."""

    def setUp(self):
        pass  # each test opens its own kind

    def look_at(self, kind, trials, *figures):
        self.kind, self.trials = kind, trials
        super().setUp()
        self.draw_all()
        for name in figures:
            self.assertTrue(self.all(f"#figure-{name} svg"), name)
        self.one("button.theme").click()
        self.assertEqual(self.all("#verdict .empty"), [])

    def test_hyperband_has_rungs(self):
        self.look_at("hyperband", 90, "rungs", "history")

    def test_asha_on_reported_steps_has_rungs_at_those_steps(self):
        self.look_at("asha", 60, "rungs")
        drawn = self.texts("#figure-rungs svg text")
        for text in ["step 1", "step 3", "step 10", "step 30", "60 trials", "stopped there"]:
            self.assertTrue(any(text in one for one in drawn), (text, drawn))

    def test_what_was_run_again_stands_beside_what_was_found(self):
        self.look_at("confirmed", 60, "confirmed", "confirmed-2")
        again = told("confirm", self.page, "--repeat", "5", "--seed", "11")["confirmed"]
        table = self.texts("#figure-confirmed + div table td, #figure-confirmed + div table th[scope=row]")
        self.assertEqual(table[0], f"#{again[0]['number']}")
        self.assertIn("\u00b1", table[2])
        self.assertAlmostEqual(float(table[2].split()[0]), again[0]["objectives"][0]["mean"], places=3)
        self.assertEqual(len(table), 3 * 5)
        self.assertIn("EPOCHS", self.texts("#figure-confirmed-2 + div code")[0])
        self.assertIn("Run again", self.texts(".hero .chip")[-1])
        self.assertIn("noise", self.texts(".facts .fact:last-child strong")[0])
        self.assertEqual(len(self.all("#verdict .verdict select option")), 2)

    def test_without_runs_made_again_it_says_how_to_have_them(self):
        self.look_at("plain", 60)
        how_sure = self.texts(".facts .fact:last-child")[0]
        self.assertIn("is not known", how_sure)
        self.assertIn("diwan confirm resnet-cifar.diwan", how_sure)
        self.assertIn("suggested before any had ended", self.texts(".facts")[0])

    def test_the_gain_is_over_random_search_where_one_is_given(self):
        random = directory_of("random", 60)
        directory = directory_of("plain", 80)
        page = FOLDER / "beside.html"
        subprocess.run([DIWAN, "report", directory, "--baseline", random, "-o", page], check=True, stdout=subprocess.DEVNULL)
        self.open(page)
        box = next(text for text in self.texts(".facts .fact") if text.startswith("Over random search"))
        self.assertRegex(box, r"Over random search\u2212[\d.]+ %from [\d.]+, what \d+ random trials of resnet-cifar come to")

    def test_lineages_are_drawn(self):
        self.look_at("lineage", 64, "lineage")

    def test_several_objectives_have_a_front(self):
        self.look_at("pareto", 80, "pareto", "importance")
        select = self.one("#course .chooser select")
        select.send_keys("latency_ms")
        self.assertIn("latency_ms, by rank", self.one("#figure-parallel .stage").get_attribute("textContent"))

    def test_the_last_tick_of_an_axis_is_whole(self):
        self.open(made_by_running("wide", WIDE))
        self.draw_all()

        self.assertIn("100,000", self.texts("#figure-slices .axis .tick"))
        cut = BROWSER.execute_script("""return Array.from(document.querySelectorAll('figure .axis text'))
            .filter((one) => one.getBBox().x + one.getBBox().width > one.ownerSVGElement.viewBox.baseVal.width + 0.5)
            .map((one) => one.textContent)""")
        self.assertEqual(cut, [])

    def test_one_value_a_trial_has_no_curves_and_says_so(self):
        self.look_at("once", 20, "history")
        self.assertIn("no curves", self.one("#figure-curves").text)
        self.assertIn("No run failed", self.one("#failures").text)

    def test_a_single_trial_is_enough(self):
        self.look_at("once", 1, "history", "parallel")
        self.assertIn("Too few results", self.one("#figure-importance").text)
        drawn = self.texts("#figure-history svg:last-child text")
        self.assertIn("1", drawn)
        self.assertFalse({"2", "best so far"} & set(drawn))


class Population(Page):
    def setUp(self):
        self.open(made_by_running("population", POPULATION, {"trial.sh": PIECE}))
        self.trials = told("trials", self.page)["trials"]
        self.draw_all()

    def ancestors(self, trial):
        """How many trials its weights went through before."""
        by_name = {one["trial"]: one for one in self.trials}
        parent = trial["labels"].get("parent")
        return 1 + self.ancestors(by_name[parent]) if parent else 0

    def copies(self):
        by_name = {one["trial"]: one for one in self.trials}
        return [one for one in self.trials if "parent" in one["labels"] and
                by_name[one["labels"]["parent"]]["labels"]["member"] != one["labels"]["member"]]

    def test_members_copies_and_values_are_drawn_and_saved(self):
        svg = self.svg_of("lineage")

        texts = [one.text or "" for one in svg.iter("{http://www.w3.org/2000/svg}text")]
        for text in ["member", "generation", "goes on with its own weights", "a copy of a better one", "leads to the best",
                     "no result", *"12345678"]:
            self.assertIn(text, texts)
        self.assertEqual([text for text in texts if text.startswith(("lr", "batch", "layers"))], ["lr (log)", "batch"],
                         "what does not differ is left out")
        paths = [one for one in svg.iter("{http://www.w3.org/2000/svg}path") if one.get("fill") == "none"]
        best = min((one for one in self.trials if one["status"] == "Succeeded"), key=lambda one: one["objective"])
        strong = [one for one in paths if one.get("stroke-width") == "1.8"]
        self.assertEqual(len(strong), 4 * self.ancestors(best) + 1, "among members, in three panels, in the legend")
        curved = [one for one in paths if one.get("d").count("L") == 32 and one.get("stroke-width") == "1.2"]
        self.assertEqual(len(curved), len(self.copies()) + 1)
        crosses = [one for one in paths if one.get("d").count("M") == 2]
        failed = [one for one in self.trials if one["status"] == "Failed"]
        self.assertTrue(failed)
        self.assertEqual(len(crosses), len(failed) + 1)

    def test_the_keyboard_shows_where_weights_come_from_and_opens_the_trial(self):
        group = self.show("#figure-lineage svg[role=group]")
        last = self.copies()[-1]
        group.send_keys(*[Keys.ARROW_RIGHT] * last["number"])

        way = self.one("#figure-lineage .looked").get_attribute("d")
        self.assertEqual(way.count("M"), 1)
        self.assertGreaterEqual(way.count("L"), 32)
        group.send_keys(Keys.ENTER)
        until("its details are open", lambda: self.one(".detail").is_displayed())
        self.assertIn("member, generation", self.one(".detail").text)
        self.assertIn(f"{last['labels']['member']}, {last['labels']['generation']}", self.one(".detail").text)

    def test_it_is_drawn_in_both_colours_and_narrow(self):
        self.one("button.theme").click()
        self.assertTrue(self.all("#figure-lineage svg"))
        BROWSER.set_window_size(560, 900)
        self.addCleanup(BROWSER.set_window_size, 1400, 1000)
        self.draw_all()
        right = BROWSER.execute_script("""return Math.max(...Array.from(document.querySelectorAll('#figure-lineage text'),
            (one) => one.getBoundingClientRect().right))""")
        self.assertLessEqual(right, 560)


class Size(unittest.TestCase):
    def test_a_thousand_trials_take_less_than_three_megabytes(self):
        self.assertLess(made("plain", 1000).stat().st_size, 3 << 20)

    def test_the_same_directory_gives_the_same_bytes(self):
        page = made("plain", 120)
        again = subprocess.run([DIWAN, "report", page.with_suffix(".diwan"), "-o", "-"], capture_output=True, check=True)
        self.assertEqual(again.stdout, page.read_bytes())

    def test_a_file_that_is_no_report_is_left_alone(self):
        folder = FOLDER / "other"
        folder.mkdir()
        (folder / "resnet-cifar.html").write_text("mine")
        done = subprocess.run([DIWAN, "report", made("once", 20).with_suffix(".diwan")], cwd=folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("-o names another file", done.stderr)
        self.assertEqual((folder / "resnet-cifar.html").read_text(), "mine")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
