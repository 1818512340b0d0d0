// The front of several objectives: two at a time.

function paretoFigure(model, selection) {
  if (!model.front) {
    return null;
  }
  const names = model.objectives.map((objective, o) => [o, objective.metric]);
  let [across, up] = [0, 1];
  const draw = (surface) => {
    const usable = [];
    for (let i = 0; i < model.size; ++i) {
      if (model.objectives.every(({values}) => Number.isFinite(values[i])) && [SUCCEEDED, STOPPED].includes(model.status[i])) {
        usable.push(i);
      }
    }
    if (usable.length === 0) {
      return "No trial has ended with a finite value of every objective.";
    }
    const axisOf = (o) => {
      const {metric, minimize, values} = model.objectives[o];
      const column = new Float64Array(model.size).fill(NaN);
      usable.forEach((i) => { column[i] = values[i]; });
      return valueAxis({name: metric, values: column, minimize});
    };
    const [x, y] = [axisOf(across), axisOf(up)];
    const box = {left: 84, right: Math.min(surface.width - 20, 820), top: 40, bottom: 400};
    surface.begin(450);
    const {svg, pen, theme} = surface;
    const word = (o) => `${cut(model.objectives[o].metric, 36)} (${model.objectives[o].minimize ? "less" : "more"} is better)`;
    leftAxis(surface, y, {...box, title: word(up)});
    bottomAxis(surface, x, {...box, title: word(across)});
    const at = (i) => [between(box.left, box.right)(x.place(model.objectives[across].values[i])),
      between(box.bottom, box.top)(y.place(model.objectives[up].values[i]))];
    const places = usable.map((i) => [...at(i), i]);
    for (const [px, py, i] of places) {
      if (!model.front.has(i)) {
        pen.mark("dot", px, py, 2.6, {fill: theme.muted, alpha: selection.mask[i] || surface.vector ? 0.45 : 0.08});
      }
    }
    const front = usable.filter((i) => model.front.has(i))
      .sort((a, b) => model.objectives[across].values[a] - model.objectives[across].values[b]);
    if (model.objectives.length === 2) {
      pen.line(front.flatMap((i, k) => (k === 0 ? at(i) : [at(i)[0], at(front[k - 1])[1], ...at(i)])),
        {stroke: theme.accent, width: 1.4, alpha: 0.8});
    }
    front.forEach((i) => pen.mark("dot", ...at(i), 4.2, {fill: theme.accent, stroke: theme.page, width: 1,
      alpha: selection.mask[i] || surface.vector ? 1 : 0.15}));
    if (!surface.vector) {
      lookAtPlaces(svg, model, selection, places, box, "Trials by two objectives");
    }
    return undefined;
  };
  const choose = (set) => (value) => {
    set(Number(value));
    one.figure.redraw();
  };
  const one = figure({id: "pareto", title: "Pareto front", draw,
    note: "Filled are the trials that no other beats in every objective.",
    controls: model.objectives.length > 2 ? [chooser("across", names, 0, choose((o) => { across = o; })),
      chooser("up", names, 1, choose((o) => { up = o; }))] : []});
  followChoice(selection, one.figure);
  return one;
}
