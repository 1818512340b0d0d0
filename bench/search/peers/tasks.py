# SPDX-License-Identifier: Apache-2.0
# Copyright the Diwan authors
"""The tasks of the comparison: what is searched, and the value to be minimised.

The functions are those of bench/search/functions.cpp, the tables those of bench/search/tables; the
last ones train small models of scikit-learn for real.
"""
import csv
import dataclasses
import json
import math
import pathlib
import typing

TABLES = pathlib.Path(__file__).parent.parent / "tables"


@dataclasses.dataclass(frozen=True)
class Float:
    name: str
    low: float
    high: float
    log: bool = False


@dataclasses.dataclass(frozen=True)
class Int:
    name: str
    low: int
    high: int
    log: bool = False
    step: int = 1


@dataclasses.dataclass(frozen=True)
class Choice:
    name: str
    choices: tuple


@dataclasses.dataclass(frozen=True)
class Task:
    name: str
    parameters: tuple
    value: typing.Callable[[dict], float]  # of an assignment by name
    best: float  # known


def cube(dimensions, low, high):
    return tuple(Float(f"x{d + 1}", low, high) for d in range(dimensions))


def vector(at, dimensions):
    return [at[f"x{d + 1}"] for d in range(dimensions)]


def branin(at):
    x, y = at["x"], at["y"]
    valley = y - 5.1 / (4 * math.pi ** 2) * x * x + 5 / math.pi * x - 6
    return valley ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


HARTMANN_C = (1.0, 1.2, 3.0, 3.2)
HARTMANN_A = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8),
              (17, 8, 0.05, 10, 0.1, 14))
HARTMANN_P = ((0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
              (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
              (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
              (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381))


def hartmann6(at):
    x = vector(at, 6)
    return -sum(c * math.exp(-sum(a_d * (x_d - p_d) ** 2 for a_d, x_d, p_d in zip(a, x, p)))
                for c, a, p in zip(HARTMANN_C, HARTMANN_A, HARTMANN_P))


# The optimum lies off the centre by these parts of the half-width.
SHIFT = (0.271, -0.183, 0.094, -0.322, 0.211, -0.067, 0.305, -0.249, 0.142, -0.118)


def ackley10(at):
    x = [v - 32.768 * s for v, s in zip(vector(at, 10), SHIFT)]
    squares = sum(v * v for v in x) / 10
    cosines = sum(math.cos(2 * math.pi * v) for v in x) / 10
    return -20 * math.exp(-0.2 * math.sqrt(squares)) - math.exp(cosines) + 20 + math.e


def rastrigin10(at):
    x = [v - 5.12 * s for v, s in zip(vector(at, 10), SHIFT)]
    return 100 + sum(v * v - 10 * math.cos(2 * math.pi * v) for v in x)


def rosen10(at):
    x = vector(at, 10)
    return math.log10(1 + sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:])))


def levy10(at):
    w = [1 + (v - 1) / 4 for v in vector(at, 10)]
    middle = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    last = (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return math.sin(math.pi * w[0]) ** 2 + middle + last


def mixed9(at):
    kind = ("sgd", "adam", "rmsprop").index(at["optimizer"])
    units = math.log2(at["units"]) / 10
    rate = (math.log10(at["lr"]) - (-1.0, -2.7, -3.2)[kind]
            - 0.5 * math.log10(at["batch"] / 64))
    decay = math.log10(at["decay"]) + 5 - 2 * units
    loss = (0.06, 0.0, 0.03)[kind]
    loss += (0.01, 0.08, 0.03, 0.0)[("relu", "tanh", "elu", "gelu").index(at["activation"])]
    loss += 0.25 * rate ** 2 / (1 + 0.1 * rate ** 2) + 0.02 * decay ** 2
    momentum = at["momentum"]
    loss += 0.3 * (momentum - 0.9) ** 2 if kind == 0 else 0.05 * (momentum - 0.6) ** 2
    loss += 0.4 * (at["dropout"] - 0.5 * units) ** 2 * units
    loss += 0.02 * abs(at["layers"] - 3 - (0 if kind == 0 else 1))
    return loss + 0.3 * (1 - units) ** 2 + 0.0002 * (at["batch"] - 16) / 16


MIXED9 = (Float("lr", 1e-5, 1, log=True), Float("decay", 1e-6, 0.1, log=True),
          Float("momentum", 0, 1), Float("dropout", 0, 0.7), Int("layers", 1, 8),
          Int("units", 8, 1024, log=True), Int("batch", 16, 256, step=16),
          Choice("optimizer", ("sgd", "adam", "rmsprop")),
          Choice("activation", ("relu", "tanh", "elu", "gelu")))


def read_table(name):
    """A grid of real trainings: its axes as parameters (ordered ones as the index of their value), the
    text of an axis in an assignment, and the rows by the texts of their axes."""
    description = json.loads((TABLES / f"{name}.meta.json").read_text())
    axes = description["axes"]
    with open(TABLES / f"{name}.csv", newline="") as file:
        rows = {tuple(row[axis["name"]] for axis in axes): row for row in csv.DictReader(file)}
    parameters = tuple(
        Int(axis["name"], 0, len(axis["values"]) - 1) if axis["kind"] == "num"
        else Choice(axis["name"], tuple(axis["values"])) for axis in axes)

    def key(at):
        return tuple(axis["values"][at[axis["name"]]] if axis["kind"] == "num" else at[axis["name"]]
                     for axis in axes)

    return parameters, description["value"], key, rows


def table(name):
    """The value after the whole training."""
    parameters, columns, key, rows = read_table(name)
    values = {at: float(row[columns[-1]]) for at, row in rows.items()}
    return Task(name, parameters, lambda at: values[key(at)], min(values.values()))


@dataclasses.dataclass(frozen=True)
class CurveTable:
    name: str
    parameters: tuple
    epochs: int
    curve: typing.Callable[[dict], list]  # values after each epoch of an assignment by name


def curves(name):
    """The value after each epoch."""
    parameters, columns, key, rows = read_table(name)
    values = {at: [float(row[column]) for column in columns] for at, row in rows.items()}
    return CurveTable(name, parameters, len(columns), lambda at: values[key(at)])


def forest(at):
    """Error of a random forest on the wine data, three-fold."""
    from sklearn.datasets import load_wine
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import cross_val_score
    x, y = load_wine(return_X_y=True)
    model = RandomForestClassifier(
        n_estimators=at["trees"], max_depth=at["depth"], max_features=at["features"],
        min_samples_leaf=at["leaf"], criterion=at["criterion"], random_state=0)
    return 1 - cross_val_score(model, x, y, cv=3).mean()


def support_vectors(at):
    """Error of a support vector machine on the breast cancer data, three-fold."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC
    x, y = load_breast_cancer(return_X_y=True)
    model = SVC(C=at["C"], gamma=at["gamma"], kernel=at["kernel"], coef0=at["coef0"],
                max_iter=20000)
    return 1 - cross_val_score(make_pipeline(StandardScaler(), model), x, y, cv=3).mean()


def all_tasks():
    tasks = [
        Task("branin", (Float("x", -5, 10), Float("y", 0, 15)), branin, 0.397887),
        Task("hartmann6", cube(6, 0, 1), hartmann6, -3.32237),
        Task("ackley10", cube(10, -32.768, 32.768), ackley10, 0),
        Task("rastrigin10", cube(10, -5.12, 5.12), rastrigin10, 0),
        Task("rosen10", cube(10, -2.048, 2.048), rosen10, 0),
        Task("levy10", cube(10, -10, 10), levy10, 0),
        Task("mixed9", MIXED9, mixed9, 0),
        table("svm_digits"), table("gbm_diabetes"), table("mlp_digits"),
        Task("svm_cancer", (Float("C", 1e-3, 1e3, log=True), Float("gamma", 1e-5, 1, log=True),
                            Choice("kernel", ("rbf", "sigmoid", "poly")), Float("coef0", 0, 1)),
             support_vectors, 0.0175),
        Task("forest_wine", (Int("trees", 5, 40, log=True), Int("depth", 1, 12),
                             Float("features", 0.05, 1), Int("leaf", 1, 20),
                             Choice("criterion", ("gini", "entropy"))), forest, 0.0111),
    ]
    return {task.name: task for task in tasks}
