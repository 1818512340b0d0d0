# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""What the real MLflow and TensorBoard, from PyPI, read of `diwan export`.

Usage: export_readers_test.py DIWAN --readers FOLDER     they are installed in FOLDER; skipped (exit status 77) where
                                                         PyPI is out of reach
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from packages import install

DIWAN = os.path.abspath(sys.argv[1])
READERS = pathlib.Path(sys.argv[3]).absolute()
PACKAGES = ["mlflow-skinny<4", "tensorboard<3", "setuptools<81"]
TRIAL = """
for step in 1 2 3; do echo "{\\"step\\":$step,\\"loss\\":$1.5,\\"val/acc\\":0.25}" >> "$DIWAN_METRICS"; done
"""
# Whatever a name or a value may hold, each metric twice as hard.
HARD = ["../../../outside", "a", "a/b", "a//b", "a/../c", "..", ".", "/etc/passwd", "val/acc", "größe: 学习率", "q\"'\\",
        "line\nbreak\r\n- x: {y", "\x01\x1b[31m\x7f", "<script>alert(1)</script>", "=1+1,\t;", " blank ", "%2e%2e%2f",
        "#?&", "long" * 25000]
HARD_VALUES = HARD + ["null", "1e3", "|", "${HOME}", "$(touch outside)"]
HARD_TRIAL = """
import json, os
with open(os.environ["DIWAN_METRICS"], "a") as file:
    for step, value in [(2, 0.5), (1, float("nan")), (4, float("-inf")), (3, 1e300), (5, 0.25)]:
        for name in json.load(open("names.json")):
            print(json.dumps({"step": step, name: value}), file=file)
"""
MLFLOW = """
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1])
experiment = client.get_experiment_by_name(sys.argv[2])
runs = client.search_runs([experiment.experiment_id], "params.x != 'x'", order_by=["metrics.loss ASC"])
print(json.dumps([{"name": run.info.run_name, "status": run.info.status, "params": run.data.params,
    "metrics": run.data.metrics, "tags": run.data.tags,
    "algorithm": experiment.tags["diwan.algorithm"], "artifacts": client.list_artifacts(run.info.run_id),
    "history": {name: [[m.step, m.value] for m in client.get_metric_history(run.info.run_id, name)]
        for name in run.data.metrics}} for run in runs]))
"""
TENSORBOARD = """
import glob, json, os, sys
from tensorboard.backend.event_processing import event_multiplexer
from tensorboard.plugins.hparams import metadata, plugin_data_pb2
from tensorboard.util import tensor_util
runs = event_multiplexer.EventMultiplexer().AddRunsFromDirectory(sys.argv[1])
runs.Reload()
told = {}
for name in runs.Runs():
    accumulator = runs.GetAccumulator(name)
    content = accumulator.PluginTagToContent("hparams")
    start = content.get(metadata.SESSION_START_INFO_TAG)
    layout = content.get(metadata.EXPERIMENT_TAG)
    tags = accumulator.Tags()
    scalars = {tag: [[e.step, e.value] for e in accumulator.Scalars(tag)] for tag in tags["scalars"]}
    for tag in tags["tensors"]:
        if not tag.startswith("_hparams_"):
            scalars[tag] = [[e.step, float(tensor_util.make_ndarray(e.tensor_proto))] for e in accumulator.Tensors(tag)]
    told[name] = {"scalars": scalars}
    if start:
        hparams = metadata.parse_session_start_info_plugin_data(start).hparams
        told[name]["hparams"] = {key: value.string_value if value.WhichOneof("kind") == "string_value"
                                 else value.number_value for key, value in hparams.items()}
    if layout:
        experiment = metadata.parse_experiment_plugin_data(layout)
        told[name]["layout"] = [[info.name, info.WhichOneof("domain")] for info in experiment.hparam_infos]
        told[name]["metrics"] = [info.name.tag for info in experiment.metric_infos]
print(json.dumps(told))
"""


def spec(name, parameters, metrics, command, trials=3):
    """An experiment; JSON is YAML."""
    return json.dumps({
        "apiVersion": "kubeflow.org/v1beta1", "kind": "Experiment", "metadata": {"name": name}, "spec": {
            "seed": 3, "algorithm": {"algorithmName": "random"}, "maxTrialCount": trials, "parallelTrialCount": 1,
            "objective": {"type": "minimize", "objectiveMetricName": "loss", "additionalMetricNames": metrics},
            "parameters": parameters, "trialTemplate": {"trialSpec": {
                "apiVersion": "diwan/v1", "kind": "Command", "spec": {"command": command}}}}})


def parameter(name, kind, **space):
    return {"name": name, "parameterType": kind, "feasibleSpace": space}


PLAIN = [parameter("x", "int", min="1", max="6"), parameter("lr", "double", min="0.001", max="0.1"),
         parameter("width", "discrete", list=["0.5", "2"]), parameter("kind", "categorical", list=["one", "the other"])]


class Readers(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name) / "a" / "b c#%"
        self.folder.mkdir(parents=True)

    def diwan(self, *arguments):
        done = subprocess.run([DIWAN, *arguments], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return done.stdout

    def search(self, *arguments):
        (self.folder / "e.yaml").write_text(spec(*arguments))
        self.diwan("run", "e.yaml")
        return json.loads(self.diwan("trials", "e.yaml", "-o", "json", "--sort", "objective"))["trials"]

    def plain_search(self):
        (self.folder / "trial.sh").write_text(TRIAL)
        return self.search("e", PLAIN, ["val/acc"], ["sh", "trial.sh", "${trialParameters.x}"])

    def hard_search(self):
        """Every name and value at once: one parameter for each value."""
        (self.folder / "names.json").write_text(json.dumps(["loss", *HARD]))
        (self.folder / "trial.py").write_text(HARD_TRIAL)
        parameters = [parameter("x", "int", min="1", max="6")]
        parameters += [parameter(f"p{i}", "categorical", list=[value]) for i, value in enumerate(HARD_VALUES)]
        return self.search("hard", parameters, HARD, [sys.executable, "trial.py"], 2)

    def export(self, form):
        self.diwan("export", "e.yaml", "--format", form, "-o", form)
        return self.folder / form

    def read(self, program, form, *arguments):
        env = {**os.environ, "GIT_PYTHON_REFRESH": "quiet", "MLFLOW_ALLOW_FILE_STORE": "true"}
        done = subprocess.run([READERS / "bin/python", "-c", program, str(self.export(form)), *arguments],
                              capture_output=True, text=True, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_mlflow(self):
        trials = self.plain_search()
        runs = self.read(MLFLOW, "mlflow", "e")
        self.assertEqual([run["name"] for run in runs], [trial["trial"] for trial in trials])
        for run, trial in zip(runs, trials):
            self.assertEqual(run["status"], "FINISHED")
            self.assertEqual(run["params"]["x"], str(trial["assignments"]["x"]))
            self.assertEqual(float(run["params"]["lr"]), trial["assignments"]["lr"])
            self.assertEqual(float(run["params"]["width"]), trial["assignments"]["width"])
            self.assertEqual(run["params"]["kind"], trial["assignments"]["kind"])
            self.assertEqual(run["metrics"], {"loss": trial["objective"], "val/acc": 0.25})
            self.assertEqual(run["history"]["loss"], [[step, trial["objective"]] for step in (1, 2, 3)])
            self.assertEqual(run["tags"]["diwan.number"], str(trial["number"]))
            self.assertEqual(run["algorithm"], "random")
            self.assertEqual(run["artifacts"], [])
        self.assertEqual([run["tags"].get("diwan.best") for run in runs], ["true", None, None])
        self.export("mlflow")  # MLflow has made its trash folder meanwhile

    def test_tensorboard(self):
        trials = self.plain_search()
        told = self.read(TENSORBOARD, "tensorboard")
        layout = told.pop(".")
        self.assertEqual(layout["layout"], [["x", "domain_interval"], ["lr", "domain_interval"],
                                            ["width", "domain_discrete"], ["kind", "domain_discrete"]])
        self.assertEqual(layout["metrics"], ["loss", "val/acc"])
        self.assertEqual(set(told), {trial["trial"] for trial in trials})
        for trial in trials:
            run = told[trial["trial"]]
            self.assertEqual(run["hparams"], trial["assignments"])
            self.assertEqual(run["scalars"]["loss"], [[step, trial["objective"]] for step in (1, 2, 3)])
            self.assertEqual(run["scalars"]["val/acc"], [[step, 0.25] for step in (1, 2, 3)])

    def test_hard_names_and_values(self):
        trials = self.hard_search()
        before = self.files_around()
        nan, inf = float("nan"), float("inf")
        history = [[2, 0.5], [1, nan], [4, -inf], [3, 1e300], [5, 0.25]]
        with self.subTest("mlflow"):
            for run in self.read(MLFLOW, "mlflow", "hard"):
                self.assertEqual(len(run["history"]), 1 + len(HARD))
                for name, values in run["history"].items():
                    self.assertEqual(str(values), str(history), name)
                for i, value in enumerate(HARD_VALUES):
                    self.assertEqual(run["params"][f"p{i}"], value if len(value) < 6000 else value[:5997] + "…")
                names = {run["tags"].get("diwan.name." + name, name) for name in run["history"]}
                self.assertEqual({name[:4000] for name in names}, {name[:4000] for name in ["loss", *HARD]} )
        with self.subTest("tensorboard"):
            told = self.read(TENSORBOARD, "tensorboard")
            self.assertEqual(told.pop(".")["metrics"], ["loss", *HARD])
            for trial in trials:
                run = told[trial["trial"]]
                self.assertEqual(run["hparams"], trial["assignments"])
                for name in ["loss", *HARD]:
                    self.assertEqual(str(run["scalars"][name]), str([[1, nan], [2, 0.5], [3, inf], [4, -inf], [5, 0.25]]))
        with self.subTest("csv"), open(self.export("csv"), newline="") as file:
            csv.field_size_limit(10**6)
            for row, trial in zip(csv.DictReader(file), sorted(trials, key=lambda trial: trial["number"])):
                self.assertEqual(row["trial"], trial["trial"])
                for i, value in enumerate(HARD_VALUES):
                    self.assertEqual(row[f"parameter.p{i}"], value)
                for name in HARD:
                    self.assertEqual(row[f"metric.{name}.latest"], "0.25")
        with self.subTest("jsonl"), open(self.export("jsonl")) as file:
            for line in file:
                row = json.loads(line)
                observations = [[o["step"], o["value"]] for o in row["observations"] if o["metric"] == HARD[0]]
                self.assertEqual(observations, [[2, 0.5], [1, "nan"], [4, "-inf"], [3, 1e300], [5, 0.25]])
        self.assertEqual(self.files_around() - before, {"csv", "jsonl", "mlflow", "tensorboard"})

    def files_around(self):
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                if path.parts[len(self.folder.parts)] not in ("mlflow", "tensorboard") or path.parent == self.folder
                } | {str(path) for path in self.folder.parent.parent.rglob("*") if self.folder not in path.parents}

    def test_while_the_experiment_runs(self):
        (self.folder / "trial.sh").write_text('echo \'{"loss":1.5}\' >> "$DIWAN_METRICS"\n'
                                              "while [ ! -e go ]; do sleep 0.05; done\n")
        (self.folder / "e.yaml").write_text(spec("e", PLAIN, [], ["sh", "trial.sh"], 1))
        with subprocess.Popen([DIWAN, "run", "e.yaml"], cwd=self.folder, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as run:
            try:
                while not self.loss_is_seen():
                    self.assertIsNone(run.poll())
                    time.sleep(0.1)
                runs = self.read(MLFLOW, "mlflow", "e")
                told = self.read(TENSORBOARD, "tensorboard")
            finally:
                (self.folder / "go").touch()
        self.assertEqual([[run["status"], run["metrics"]] for run in runs], [["RUNNING", {"loss": 1.5}]])
        self.assertEqual([told[run["name"]]["scalars"]["loss"] for run in runs], [[[1, 1.5]]])
        self.assertEqual([run["status"] for run in self.read(MLFLOW, "mlflow", "e")], ["FINISHED"])

    def loss_is_seen(self):
        done = subprocess.run([DIWAN, "metrics", "e.yaml", "1", "-o", "csv"], cwd=self.folder, capture_output=True,
                              text=True)
        return done.returncode == 0 and "loss," in done.stdout


if __name__ == "__main__":
    install(READERS, PACKAGES)
    unittest.main(argv=sys.argv[:1])
