// Rungs of hyperband, BOHB and ASHA: how many trials of each bracket came to each rung, and with what result.

/** [{bracket, rungs: [{rung, trials, best}]}] */
function bracketsOf(model) {
  const brackets = new Map();
  model.trials.rung.forEach((rung, i) => {
    if (rung === null) {
      return;
    }
    const bracket = model.trials.bracket[i];
    if (!brackets.has(bracket)) {
      brackets.set(bracket, new Map());
    }
    const rungs = brackets.get(bracket);
    if (!rungs.has(rung)) {
      rungs.set(rung, []);
    }
    rungs.get(rung).push(i);
  });
  return Array.from(brackets).sort(([a], [b]) => b - a).map(([bracket, rungs]) => ({bracket,
    rungs: Array.from(rungs).sort(([a], [b]) => a - b).map(([rung, trials]) => ({rung, trials}))}));
}

function rungsFigure(model, selection) {
  if (model.data.stepRungs) {
    return stepRungsFigure(model, selection);
  }
  const brackets = bracketsOf(model);
  if (brackets.length === 0) {
    return null;
  }
  const promoted = new Set(model.trials.parent.filter((parent) => parent !== null).map((number) => number - 1));
  const resource = model.parameters.find((parameter) => parameter.resource);
  const y = () => model.objectiveAxis;
  const draw = (surface) => {
    if (!y()) {
      return "No trial has ended with a finite objective.";
    }
    const columns = Math.max(1, Math.min(Math.floor(surface.width / 340), brackets.length));
    const wide = surface.width / columns;
    const high = 270;
    surface.begin(Math.ceil(brackets.length / columns) * high);
    const places = [];
    brackets.forEach((bracket, k) => drawBracket(model, selection, surface, bracket, {promoted, resource, places}, {
      left: (k % columns) * wide + 66, right: (k % columns + 1) * wide - 20,
      top: Math.floor(k / columns) * high + 42, bottom: Math.floor(k / columns) * high + high - 52}));
    if (!surface.vector) {
      lookAtPlaces(surface.svg, model, selection, places, null, "Trials by rung");
    }
    return undefined;
  };
  const one = figure({id: "rungs", title: "Rungs", draw,
    note: "Each bracket\u2019s trials by the rung they ran on; lines go from a trial to its promotion."});
  followChoice(selection, one.figure);
  return one;
}

function drawBracket(model, selection, surface, {bracket, rungs}, {promoted, resource, places}, box) {
  const {svg, pen, theme} = surface;
  const y = model.objectiveAxis;
  const names = rungs.map(({rung, trials}) => (resource && trials.length > 0
    ? `${cut(resource.name, 12)} ${format(resource.values[trials[0]])}` : `rung ${rung}`));
  const x = choiceAxis({name: "", choices: names, order: names.map((_, k) => k), values: []});
  leftAxis(surface, y, {...box, most: 4});
  bottomAxis(surface, x, {...box, most: names.length});
  svg.append(label(box.left, box.top - 24, `bracket ${bracket}`, {class: "name"}));
  const atX = between(box.left, box.right);
  const atY = between(box.bottom, box.top);
  const where = new Map();
  rungs.forEach(({trials}, k) => {
    svg.append(label(atX(x.place(k)), box.top - 8, `${trials.length} trial${trials.length === 1 ? "" : "s"}`,
      {"text-anchor": "middle", class: "tick"}));
    for (const i of trials) {
      if (!Number.isNaN(model.results[i])) {
        const aside = 0.5 / names.length * (((i * 0.618034) % 1) - 0.5);
        where.set(i, [atX(x.place(k) + aside), atY(y.place(model.results[i]))]);
      }
    }
  });
  for (const [i, [px, py]] of where) {
    const parent = model.trials.parent[i];
    const from = parent !== null && where.get(parent - 1);
    if (from) {
      pen.line([from[0], from[1], px, py], {stroke: theme.faint, width: 0.8, alpha: 0.7});
    }
  }
  for (const [i, [px, py]] of where) {
    places.push([px, py, i]);
    pen.mark("dot", px, py, promoted.has(i) ? 3.2 : 2.4, {fill: rampColour(model.share[i], theme.dark),
      alpha: selection.mask[i] || surface.vector ? 0.95 : 0.1});
  }
}
