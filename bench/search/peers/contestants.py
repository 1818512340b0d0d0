# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""Who takes part: Diwan's algorithms through `diwan suggest`, and its peers in their own words.

A contestant is made by make(task, seed, budget, pending) and has ask() -> (handle, assignment by
name) and tell(handle, value). NAMES lists them; missing(name) says why one cannot take part here.
"""
import importlib
import json
import subprocess
import tempfile
import warnings

from tasks import Choice, Float

DIWAN = ("random", "tpe", "multivariate-tpe", "bayesianoptimization", "cmaes", "auto")
PEERS = {"optuna-tpe": "optuna", "optuna-univariate": "optuna", "optuna-gp": "optuna",
         "optuna-cmaes": "optuna", "optuna-auto": "optunahub", "rustuna-tpe": "rustuna",
         "rustuna-cmaes": "rustuna", "skopt": "skopt", "smac": "smac", "hebo": "hebo"}


class Diwan:
    def __init__(self, program, algorithm, task, seed, budget, pending, settings=None,
                 early_stopping=None):
        parameters = []
        for p in task.parameters:
            if isinstance(p, Choice):
                kind, space = "categorical", {"list": list(p.choices)}
            else:
                kind = "double" if isinstance(p, Float) else "int"
                space = {"min": str(p.low), "max": str(p.high)}
                if p.log:
                    space["distribution"] = "logUniform"
                if getattr(p, "step", 1) != 1:
                    space["step"] = str(p.step)
            parameters.append({"name": p.name, "parameterType": kind, "feasibleSpace": space})
        spec = {"apiVersion": "kubeflow.org/v1beta1", "kind": "Experiment",
                "metadata": {"name": "race"},
                "spec": {"seed": seed, "maxTrialCount": budget, "parallelTrialCount": pending,
                         "objective": {"type": "minimize", "objectiveMetricName": "value"},
                         "algorithm": {
                             "algorithmName": algorithm,
                             "algorithmSettings": [{"name": name, "value": str(value)}
                                                   for name, value in (settings or {}).items()]},
                         "parameters": parameters}}
        if early_stopping:
            spec["spec"]["earlyStopping"] = {"algorithmName": early_stopping}
        self.types = {p.name: p for p in task.parameters}
        self.file = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        json.dump(spec, self.file)
        self.file.flush()
        self.process = subprocess.Popen([program, "suggest", self.file.name], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def call(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def next(self):
        """The suggestion as the protocol gives it; None where the space is exhausted."""
        suggestions = self.call({"op": "ask"})["suggestions"]
        return suggestions[0] if suggestions else None

    def ask(self):
        suggestion = self.next()
        return suggestion["trial"], suggestion["assignments"]

    def report(self, trial, step, value):
        """Whether the trial is to be stopped."""
        return self.call({"op": "report", "trial": trial, "metric": "value", "step": step,
                          "value": value})["stop"]

    def tell(self, trial, value, status="Succeeded"):
        """Without a value what was reported counts."""
        known = {} if value is None else {"observations": [{"metric": "value", "value": value}]}
        self.call({"op": "tell", "trial": trial, "status": status, **known})

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.file.close()


class Study:
    """A study of Optuna or of Rustuna, which have one interface."""

    def __init__(self, study, task, handle):
        self.study = study
        self.task = task
        self.handle = handle  # what tell wants of a trial

    def ask(self):
        trial = self.study.ask()
        at = {}
        for p in self.task.parameters:
            if isinstance(p, Choice):
                at[p.name] = trial.suggest_categorical(p.name, list(p.choices))
            elif isinstance(p, Float):
                at[p.name] = trial.suggest_float(p.name, p.low, p.high, log=p.log)
            else:
                at[p.name] = trial.suggest_int(p.name, p.low, p.high, log=p.log,
                                               **({} if p.log else {"step": p.step}))
        return self.handle(trial), at

    def tell(self, trial, value):
        self.study.tell(trial, value)

    def close(self):
        pass


class Optuna(Study):
    def __init__(self, sampler, task, seed):
        import optuna
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.simplefilter("ignore")
        samplers = optuna.samplers
        if sampler == "auto":
            import optunahub
            made = optunahub.load_module("samplers/auto_sampler").AutoSampler(seed=seed)
        elif sampler == "gp":
            made = samplers.GPSampler(seed=seed)
        elif sampler == "cmaes":
            made = samplers.CmaEsSampler(seed=seed)
        elif sampler == "univariate":
            made = samplers.TPESampler(seed=seed, multivariate=False)
        else:
            made = samplers.TPESampler(seed=seed)
        super().__init__(optuna.create_study(sampler=made), task, lambda trial: trial)


class Rustuna(Study):
    def __init__(self, sampler, task, seed):
        import rustuna
        samplers = rustuna.samplers
        made = samplers.CmaEsSampler(seed=seed) if sampler == "cmaes" else samplers.TPESampler(seed=seed)
        super().__init__(rustuna.create_study(sampler=made), task, lambda trial: trial.number)


class Skopt:
    def __init__(self, task, seed):
        from skopt import Optimizer
        from skopt.space import Categorical, Integer, Real
        warnings.simplefilter("ignore")
        self.task = task
        space = []
        for p in task.parameters:
            if isinstance(p, Choice):
                space.append(Categorical(p.choices))
            elif isinstance(p, Float):
                space.append(Real(p.low, p.high, prior="log-uniform" if p.log else "uniform"))
            else:
                space.append(Integer(0 if p.step != 1 else p.low,
                                     (p.high - p.low) // p.step if p.step != 1 else p.high,
                                     prior="log-uniform" if p.log else "uniform"))
        self.optimizer = Optimizer(space, random_state=seed)

    def ask(self):
        point = self.optimizer.ask()
        at = {}
        for p, x in zip(self.task.parameters, point):
            stepped = not isinstance(p, (Choice, Float)) and p.step != 1
            at[p.name] = p.low + p.step * int(x) if stepped else (
                x if isinstance(p, (Choice, Float)) else int(x))
        return point, at

    def tell(self, point, value):
        self.optimizer.tell(point, value)

    def close(self):
        pass


class Smac:
    def __init__(self, task, seed, budget):
        from ConfigSpace import Categorical, ConfigurationSpace, Float as CsFloat, Integer
        from smac import HyperparameterOptimizationFacade, Scenario
        self.task = task
        space = ConfigurationSpace(seed=seed)
        for p in task.parameters:
            if isinstance(p, Choice):
                space.add(Categorical(p.name, list(p.choices)))
            elif isinstance(p, Float):
                space.add(CsFloat(p.name, (p.low, p.high), log=p.log))
            elif p.step != 1:
                space.add(Integer(p.name, (0, (p.high - p.low) // p.step)))
            else:
                space.add(Integer(p.name, (p.low, p.high), log=p.log))
        self.folder = tempfile.TemporaryDirectory()
        scenario = Scenario(space, n_trials=budget, seed=seed, output_directory=self.folder.name,
                            deterministic=True)
        self.facade = HyperparameterOptimizationFacade(
            scenario, lambda config, seed=0: 0.0, overwrite=True, logging_level=50)

    def ask(self):
        info = self.facade.ask()
        at = dict(info.config)
        for p in self.task.parameters:
            if not isinstance(p, (Choice, Float)):
                at[p.name] = p.low + p.step * int(at[p.name]) if p.step != 1 else int(at[p.name])
        return info, at

    def tell(self, info, value):
        from smac.runhistory.dataclasses import TrialValue
        self.facade.tell(info, TrialValue(cost=value))

    def close(self):
        self.folder.cleanup()


class Hebo:
    def __init__(self, task, seed):
        import numpy
        import torch
        from hebo.design_space.design_space import DesignSpace
        from hebo.optimizers.hebo import HEBO
        warnings.simplefilter("ignore")
        numpy.random.seed(seed)  # its choices are drawn from the global generators
        torch.manual_seed(seed)
        self.task = task
        self.optimizer = HEBO(DesignSpace().parse([self.described(p) for p in task.parameters]),
                              scramble_seed=seed)

    @staticmethod
    def described(p):
        if isinstance(p, Choice):
            return {"name": p.name, "type": "cat", "categories": list(p.choices)}
        bounds = {"name": p.name, "lb": p.low, "ub": p.high}
        if isinstance(p, Float):
            return {**bounds, "type": "pow" if p.log else "num"}
        if p.step != 1:
            return {**bounds, "type": "step_int", "step": p.step}
        return {**bounds, "type": "pow_int" if p.log else "int"}

    def ask(self):
        suggested = self.optimizer.suggest(n_suggestions=1)
        at = {}
        for p in self.task.parameters:
            x = suggested[p.name].iloc[0]
            if isinstance(p, Choice):
                at[p.name] = x
            else:  # its single precision leaves the bounds
                at[p.name] = min(max((float if isinstance(p, Float) else int)(x), p.low), p.high)
        return suggested, at

    def tell(self, suggested, value):
        import numpy
        self.optimizer.observe(suggested, numpy.array([[value]]))

    def close(self):
        pass


def cannot_import(module):
    """Why a module cannot be used here; None if it can."""
    try:
        importlib.import_module(module)
        return None
    except Exception as error:  # whatever an import may raise
        return f"{type(error).__name__}: {error}"


def missing(name):
    """Why a contestant cannot take part; None if it can."""
    if name not in PEERS:
        return None
    if why := cannot_import(PEERS[name]):
        return why
    if name == "optuna-gp":
        why = cannot_import("torch")
        if why is None and int(importlib.import_module("torch").__version__.split(".")[0]) < 2:
            why = "it needs torch 2 or newer"
        return why
    if name == "optuna-auto":
        try:
            importlib.import_module("optunahub").load_module("samplers/auto_sampler")
        except Exception as error:  # no way to the registry
            return f"{type(error).__name__}: {error}"
    return None


def version_of(module):
    from importlib.metadata import PackageNotFoundError, version as of
    try:
        return of({"skopt": "scikit-optimize"}.get(module, module))
    except PackageNotFoundError:
        return "?"


def version(name):
    return version_of(PEERS[name]) if name in PEERS else ""


def make(name, program, task, seed, budget, pending):
    if name in DIWAN:
        return Diwan(program, name, task, seed, budget, pending)
    if name.startswith("optuna-"):
        return Optuna(name.removeprefix("optuna-"), task, seed)
    if name.startswith("rustuna-"):
        return Rustuna(name.removeprefix("rustuna-"), task, seed)
    if name == "smac":
        return Smac(task, seed, budget)
    return Skopt(task, seed) if name == "skopt" else Hebo(task, seed)
