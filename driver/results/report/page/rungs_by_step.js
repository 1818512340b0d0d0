// Rungs on reported steps: what each trial had when it came to a rung, and where those ended that were stopped.

function stepRungsFigure(model, selection) {
  const {steps, trials} = model.data.stepRungs;
  const draw = (surface) => {
    const y = valueAxis({name: model.objective.metric, values: Float64Array.from(trials.flatMap(({values}) => values)),
      minimize: model.objective.minimize});
    if (!y) {
      return "No trial has come to a rung yet.";
    }
    const x = choiceAxis({name: "", choices: steps.map((step) => `step ${format(step)}`), order: steps.map((_, k) => k), values: []});
    const words = ["went on", "stopped there", "scout, never stopped"];
    const extra = legendExtra(8, surface.width, words.map((text) => ({text})));
    const box = {left: 84, right: surface.width - 20, top: 64 + extra, bottom: 390 + extra};
    surface.begin(box.bottom + 40);
    const {svg, pen, theme} = surface;
    leftAxis(surface, y, {...box, title: `${cut(model.objective.metric, 40)}${y.log ? " (log)" : ""}`});
    bottomAxis(surface, x, {...box, most: steps.length});
    const column = (box.right - box.left) / steps.length;
    const placeOf = (i, k, value) => [between(box.left, box.right)(x.place(k)) + 0.64 * column * (((i * 0.618034) % 1) - 0.5),
      between(box.bottom, box.top)(y.place(value))];
    steps.forEach((_, k) => {
      const came = trials.filter(({values}) => values.length > k);
      const ended = came.filter(({trial, values}) => values.length === k + 1 && model.status[trial - 1] === STOPPED).length;
      const text = column < 150 ? `${count(came.length)}` : `${plural(came.length, "trial")}${ended > 0 ? `, ${count(ended)} stopped` : ""}`;
      svg.append(label(between(box.left, box.right)(x.place(k)), box.top - 10, text, {"text-anchor": "middle", class: "tick"}));
    });
    const places = [];
    const byShare = [...trials].sort((a, b) => (model.share[a.trial - 1] || 0) - (model.share[b.trial - 1] || 0));
    const shade = (i) => (selection.mask[i] || surface.vector ? 1 : 0.1);
    for (const {trial, values} of byShare) {
      pen.line(values.flatMap((value, k) => placeOf(trial - 1, k, value)), {stroke: theme.faint, width: 0.8,
        alpha: 0.45 * shade(trial - 1) * Math.min(1, 6 / Math.sqrt(trials.length))});
    }
    for (const {trial, scout, values} of byShare) {
      const i = trial - 1;
      const fill = Number.isNaN(model.share[i]) ? theme.muted : rampColour(model.share[i], theme.dark);
      values.forEach((value, k) => {
        const at = placeOf(i, k, value);
        const ends = k === values.length - 1 && model.status[i] === STOPPED;
        places.push([...at, i]);
        pen.mark(scout ? "square" : ends ? "diamond" : "dot", ...at, 2.8, ends && !scout
          ? {stroke: fill, width: 1.2, alpha: 0.9 * shade(i)} : {fill, alpha: 0.95 * shade(i)});
      });
    }
    legend(svg, 8, surface.width, 12, [
      {text: words[0], draw: (px, py) => pen.mark("dot", px, py, 3.2, {fill: theme.accent})},
      {text: words[1], draw: (px, py) => pen.mark("diamond", px, py, 3.2, {stroke: theme.accent, width: 1.2})},
      {text: words[2], draw: (px, py) => pen.mark("square", px, py, 3, {fill: theme.accent})}]);
    if (!surface.vector) {
      lookAtPlaces(svg, model, selection, places, null, "Trials by rung");
    }
    return undefined;
  };
  const one = figure({id: "rungs", title: "Rungs", draw,
    note: "What each trial had at the steps at which it was judged; those not among the best there were stopped. Coloured " +
      "by the final objective."});
  followChoice(selection, one.figure);
  return one;
}
