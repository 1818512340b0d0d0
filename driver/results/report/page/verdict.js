// What came of it: the best trial, ready to use, and how much to make of it.

function bestWord(objective) {
  return `${objective.minimize ? "Lowest" : "Highest"} ${cut(objective.metric, 48)}`;
}

/** When a trial had ended: "after 12 trials, 3 min 20 s". */
function afterText(model, i) {
  const {course} = model.data;
  const at = course.trial.indexOf(i + 1);
  return at < 0 ? "" : `after ${plural(at + 1, "trial")}, ${duration(course.seconds[at])}`;
}

/** The goal, and when it was reached or how far it is. */
function goalLine(model) {
  const {goal} = model.experiment;
  if (goal === null) {
    return null;
  }
  const {values, minimize, metric} = model.objective;
  const reaches = (i) => (minimize ? values[i] <= goal : values[i] >= goal);
  const first = model.data.course.trial.map((number) => number - 1)
    .find((i) => !Number.isNaN(model.results[i]) && reaches(i));
  if (first !== undefined) {
    return h("p", {class: "chip good"}, h("span", {"aria-hidden": "true", text: "\u2713"}),
      `Goal ${format(goal)} reached by ${model.name(first)}, ${afterText(model, first)}`);
  }
  const best = model.best >= 0 ? values[model.best] : NaN;
  return h("p", {class: "chip"}, h("span", {"aria-hidden": "true", text: "\u25cb"}),
    Number.isNaN(best) ? `Goal ${format(goal)} not reached`
      : `Goal ${format(goal)} not reached: ${format(Math.abs(best - goal))} of ${cut(metric, 24)} away`);
}

function factBox(title, value, ...text) {
  return h("div", {class: "fact"}, h("dt", {text: title}), h("dd", {}, h("strong", {text: value}),
    h("span", {}, text)));
}

/** How far `best` is from `other`, in percent where that has a meaning; that it is no gain is said. */
function gainText(model, best, other) {
  const change = best - other;
  const sign = change < 0 ? MINUS : "+";
  const size = other !== 0 && Math.sign(best) === Math.sign(other)
    ? `${sign}${percent(Math.abs(change / other))}` : `${sign}${format(Math.abs(change), 3)}`;
  return change === 0 ? "No gain" : model.better(best, other) ? size : `${size}, worse`;
}

function gainFacts(model) {
  const {values} = model.objective;
  const best = values[model.best];
  const first = model.data.course.trial.map((number) => number - 1).find((i) => !Number.isNaN(model.results[i]));
  return [
    first !== undefined && first !== model.best ? factBox("Over the first trial", gainText(model, best, values[first]),
      `from ${format(values[first])} (${model.name(first)})`) : null,
    baselineFact(model),
    sureFact(model),
  ];
}

/** The standard deviation between trials of one assignment; null where none was repeated. */
function repeatNoise(model) {
  const groups = new Map();
  for (const i of model.ranking) {
    const key = model.parameters.map(({values}) => values[i]).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), model.objective.values[i]]);
  }
  let squares = 0;
  let free = 0;
  for (const values of groups.values()) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    squares += values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    free += values.length - 1;
  }
  return free > 0 ? Math.sqrt(squares / free) : null;
}

/** The best trial's values, each with its place in the range that was searched. */
function valuesTable(model, i) {
  const rows = model.shown.map((p) => {
    const parameter = model.parameters[p];
    const place = parameter.axis.place(parameter.values[i]);
    const strip = s("svg", {class: "strip", viewBox: "0 0 96 12", width: 96, height: 12, "aria-hidden": "true"},
      s("line", {x1: 4, x2: 92, y1: 6, y2: 6}));
    if (!Number.isNaN(place)) {
      strip.append(s("circle", {cx: 4 + 88 * place, cy: 6, r: 4}));
    }
    const {axis} = parameter;
    const range = parameter.choices ? plural(parameter.choices.length, "choice")
      : `${axis.text(parameter.low)} \u2026 ${axis.text(parameter.high)}${axis.log ? ", log" : ""}`;
    const exact = parameterText(model, p, i);
    const text = axis.choices ? exact : format(parameter.values[i], 6);
    return h("tr", {}, h("th", {scope: "row", title: cut(parameter.name, 200), text: cut(parameter.name, 36)}),
      h("td", {title: cut(exact, 400), text: cut(text, 28)}), h("td", {class: "range"}, strip, h("span", {text: range})));
  });
  return h("table", {class: "values", "aria-label": "Values of the best trial"}, h("tbody", {}, rows));
}

/** Buttons that copy the best trial, with what they copy. */
function readyBlock(ready) {
  const kinds = [["arguments", "Copy arguments"], ["yaml", "Copy YAML"], ["environment", "Copy environment"],
    ["command", "Copy command"]].filter(([kind]) => ready[kind] && ready[kind].trim());
  const shown = h("pre", {class: "code", tabindex: 0, "aria-label": "What is copied"});
  const show = (kind) => { shown.textContent = lines(ready[kind].slice(0, 20000)); };
  if (kinds.length === 0) {
    return null;
  }
  show(kinds[0][0]);
  const buttons = kinds.map(([kind, word]) => copyButton(word, () => ready[kind].replace(/\n$/, ""),
    {"data-copies": kind, onfocus: () => show(kind), onpointerenter: () => show(kind)}));
  return h("div", {class: "ready"}, h("div", {class: "buttons"}, buttons), shown);
}

/** A sentence in which what stands in backticks is code. */
function withCode(text) {
  return cut(text, 600).split("`").map((part, k) => (k % 2 ? h("code", {text: part}) : part));
}

/** What is odd about the search. */
function noticeList(model) {
  const {notices} = model.data;
  return notices.length === 0 ? null : h("ul", {class: "notices", "aria-label": "Notices"},
    notices.map(({text}) => h("li", {}, withCode(text))));
}

function bestHeading(model, i, selection) {
  const {objective} = model;
  const text = objective.texts[i];
  const isText = typeof text === "string" && Number.isNaN(objective.values[i]);
  const drawn = isText && model.network !== null;
  const value = drawn ? "A genotype" : isText ? cut(text, 60) : format(objective.values[i], 6);
  const where = [model.text(model.trials.host[i]), model.trials.gpus[i] === null ? "" : `GPU ${model.text(model.trials.gpus[i])}`]
    .filter(Boolean).join(", ");
  const {resource} = model.data.best;
  return h("div", {class: "hero"}, h("p", {class: "over", text: isText ? `Latest ${cut(objective.metric, 48)}` : bestWord(objective)}),
    h("p", {class: "number", text: value}),
    drawn ? h("p", {class: "under"}, h("a", {href: "#architecture", text: "What it found"}), " stands below.") : null,
    h("p", {class: "under"}, button(model.name(i), () => selection.pin(i), {class: "link"}),
      ` ${cut(model.trials.name[i], 40)}, ran ${duration(model.seconds[i])}${where ? ` on ${cut(where, 40)}` : ""}`),
    resource ? h("p", {class: "under",
      text: `of the trials with ${cut(resource.name, 30)} = ${format(resource.value)}`}) : null,
    goalLine(model), confirmedLine(model));
}

function frontHeading(model, selection) {
  return h("div", {class: "hero"}, h("p", {class: "over", text: "Trials that no other beats"}),
    h("p", {class: "number", text: count(model.ranking.length)}),
    h("ul", {class: "ends"}, model.objectives.map((objective) => {
      const best = model.ranking.reduce((a, b) => ((objective.minimize ? objective.values[b] < objective.values[a]
        : objective.values[b] > objective.values[a]) ? b : a));
      return h("li", {}, `${bestWord(objective)} ${format(objective.values[best], 5)} by `,
        button(model.name(best), () => selection.pin(best), {class: "link"}));
    })));
}

/** Values and texts of the trials that are ready to paste, one at a time. */
function pasteBlock(model, word, nameOf) {
  const {ready} = model.data.best;
  const texts = h("div");
  const values = h("div");
  const choose = (at) => {
    const one = ready[at];
    texts.replaceChildren(readyBlock(one) ?? "");
    if (model.network === null) {  // which has a figure of its own
      values.replaceChildren(valuesTable(model, one.trial - 1));
    }
  };
  choose(0);
  return h("div", {}, ready.length > 1 ? h("div", {class: "controls bar"},
    chooser(word, ready.map((one, at) => [at, nameOf(one.trial - 1)]), 0, choose)) : null, values, texts);
}

/** Why there is no result, and where that is told. */
function noResult(model) {
  const {state, completion} = model.experiment;
  const failures = model.data.failures.length > 0 ? [" See ", h("a", {href: "#failures", text: "Failures"}), "."] : null;
  return h("p", {class: "empty"}, model.size === 0 ? "No trial has been suggested yet."
    : state === "finished" ? `The search is over${completion ? ` (${completion})` : ""}, and no trial ended with a finite objective.`
      : "No trial has ended with a finite objective yet.", failures);
}

function verdictSection(model, selection) {
  if (model.best < 0) {
    return section("verdict", "Verdict", noResult(model), noticeList(model));
  }
  const again = confirmationFigures(model, selection);
  if (model.front) {
    return section("verdict", "Verdict", h("div", {class: "verdict"}, frontHeading(model, selection),
      pasteBlock(model, "Trial of the front", model.name)), again, noticeList(model));
  }
  const facts = model.objective.values[model.best];
  const nameOf = (i) => `${model.name(i)}, ${i === model.best ? "best as found" : "best when run again"}`;
  return section("verdict", "Verdict", h("div", {class: "verdict"}, bestHeading(model, model.best, selection),
    pasteBlock(model, "Trial", nameOf)),
  Number.isNaN(facts) ? null : h("dl", {class: "facts"}, gainFacts(model)), again, noticeList(model));
}
