// The report's data (docs/report.md) as the figures use it.

const STATUSES = ["Pending", "Running", "Succeeded", "Failed", "EarlyStopped", "MetricsUnavailable", "Killed"];
const WORDS = ["waiting", "running", "succeeded", "failed", "stopped early", "no metric", "killed"];
const [PENDING, RUNNING, SUCCEEDED, FAILED, STOPPED, UNAVAILABLE, KILLED] = STATUSES.keys();

/** What is drawn of a search of networks: the "layers" of its trials (enas) or the "cells" of its one (darts), else null. */
function networkOf({architecture}) {
  return architecture === null ? null : architecture.kind === "darts" ? "cells" : "layers";
}

/** A column of numbers; those that are absent are NaN. JSON has infinite ones as texts. */
function numbers(column) {
  return Float64Array.from(column, (value) => {
    if (typeof value === "number") {
      return value;
    }
    return value === "inf" ? Infinity : value === "-inf" ? -Infinity : NaN;
  });
}

function readModel(data) {
  const {trials, experiment} = data;
  const size = trials.name.length;
  const objectives = experiment.objectives.map((objective, o) => ({
    ...objective,
    minimize: objective.type === "minimize",
    values: numbers(trials.objectives[o]),
    texts: trials.objectives[o],
  }));
  const model = {
    data, experiment, trials, size, objectives,
    /** Those that figures show one by one: the skip bits of an architecture are drawn as what they are. */
    shown: data.shown,
    network: networkOf(data),
    origin: Date.parse(experiment.origin),
    status: Uint8Array.from(trials.status),
    metrics: data.metrics.map((metric, m) => ({...metric, latest: numbers(trials.metrics[m].latest),
      min: numbers(trials.metrics[m].min), max: numbers(trials.metrics[m].max)})),
    parameters: data.parameters.map((parameter, p) => {
      const values = numbers(trials.values[p]);
      return {...parameter, values, axis: parameterAxis(parameter, values)};
    }),
    start: numbers(trials.start),
    end: numbers(trials.end),
    seconds: numbers(trials.seconds),
    ranking: data.best.ranking.map((number) => number - 1),
    text: (place) => (place === null ? "" : trials.texts[place]),
    name: (i) => `#${i + 1}`,
  };
  // Of the operations at its layers axes have the numbers, which are short; tips and tables have them whole.
  for (const {axis, choices} of model.network === "layers" ? model.parameters : []) {
    axis.marks = choices && choices.map((_, number) => String(number));
  }
  model.best = model.ranking.length > 0 ? model.ranking[0] : -1;
  model.front = data.best.pareto ? new Set(model.ranking) : null;
  chooseObjective(model, 0);
  return model;
}

/** Makes an objective the one that colours and orders. */
function chooseObjective(model, chosen) {
  const objective = model.objectives[chosen];
  model.chosen = chosen;
  model.objective = objective;
  model.better = (a, b) => (objective.minimize ? a < b : a > b);
  const usable = [];
  for (let i = 0; i < model.size; ++i) {
    if (Number.isFinite(objective.values[i]) && (model.status[i] === SUCCEEDED || model.status[i] === STOPPED)) {
      usable.push(i);
    }
  }
  const value = objective.values;
  usable.sort((a, b) => (objective.minimize ? value[a] - value[b] : value[b] - value[a]) || a - b);
  /** Trials with a result, the best first, whatever their resource; and the share of each, 1 for the best. */
  model.ordered = usable;
  model.share = new Float32Array(model.size).fill(NaN);
  usable.forEach((i, rank) => { model.share[i] = usable.length > 1 ? 1 - rank / (usable.length - 1) : 1; });
  const results = new Float64Array(model.size).fill(NaN);
  for (const i of usable) {
    results[i] = value[i];
  }
  model.objectiveAxis = valueAxis({name: objective.metric, values: results, minimize: objective.minimize});
  model.results = results;
}

/** The text that a trial was given for a parameter. */
function parameterText(model, p, i) {
  const {axis, values} = model.parameters[p];
  const value = values[i];
  return Number.isNaN(value) ? NONE : axis.choices ? axis.choices[value] : String(value);
}
