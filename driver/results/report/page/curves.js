// Learning curves: what each trial reported, step by step; those that were stopped early are faded.

const WORST_CURVE = 0.25;  // the share whose colour all that are worse have

function curvesFigure(model, selection) {
  const all = model.data.curves;
  let at = 0;
  let log = null;
  const draw = (surface) => {
    if (all.length === 0) {
      return "No trial reported a metric more than once, so there are no curves.";
    }
    const {metric, curves, trials} = all[at];
    const {name, objective} = model.metrics[metric];
    const ends = Float64Array.from(curves.flatMap(({values}) => values));
    const minimize = objective ? objective === "minimize" : true;
    const y = valueAxis({name, values: ends, minimize, log});
    if (!y) {
      return `No finite value of ${cut(name)} was reported.`;
    }
    const steps = curves.flatMap((curve) => [curve.steps[0], curve.steps[curve.steps.length - 1]]);
    const x = numberAxis({name: "step", low: Math.min(...steps), high: Math.max(...steps), log: false, whole: true});
    const {width} = surface;
    const box = {left: 84, right: width - 20, top: 40, bottom: 350};
    surface.begin(400);
    const {svg} = surface;
    leftAxis(surface, y, {...box, title: `${cut(name, 40)}${y.log ? " (log)" : ""}`});
    bottomAxis(surface, x, {...box, title: "step"});
    const place = {x: between(box.left, box.right), y: between(box.bottom, box.top)};
    drawCurves(model, selection, surface, curves, (curve) => curve.steps.flatMap((step, k) =>
      [place.x(x.place(step)), place.y(y.place(curve.values[k]))]));
    if (trials > curves.length) {
      svg.append(label(box.right, 12, `${count(curves.length)} of ${count(trials)} curves: the best, and some of the rest`,
        {class: "tick", "text-anchor": "end"}));
    }
    if (!surface.vector) {
      const places = curves.map((curve) => {
        const end = curve.steps.length - 1;
        return [place.x(x.place(curve.steps[end])), place.y(y.place(curve.values[end])), curve.trial - 1];
      });
      lookAtPlaces(svg, model, selection, places, box, "The last value of each curve");
    }
    return undefined;
  };
  const one = figure({id: "curves", title: "Learning curves", draw,
    note: "What trials reported, step by step, coloured by their final objective; stopped ones are faded.",
    controls: [
      all.length > 1 ? chooser("metric", all.map(({metric}, k) => [k, model.metrics[metric].name]), 0, (value) => {
        at = Number(value);
        one.figure.redraw();
      }) : null,
      all.length > 0 ? segmented("Scale", [["auto", "Auto"], ["linear", "Linear"], ["log", "Log"]], "auto", (value) => {
        log = value === "log" ? true : value === "linear" ? false : null;
        one.figure.redraw();
      }) : null,
    ]});
  followChoice(selection, one.figure);
  return one;
}

function drawCurves(model, selection, {pen, theme, vector}, curves, placesOf) {
  const byShare = curves.map((curve) => [curve, model.share[curve.trial - 1]])
    .sort(([, a], [, b]) => (Number.isNaN(a) ? -1 : a) - (Number.isNaN(b) ? -1 : b));
  const crowd = Math.min(Math.max(6 / Math.sqrt(curves.length), 0.55), 0.95);
  for (const [curve, share] of byShare) {
    const i = curve.trial - 1;
    const stopped = model.status[i] === STOPPED;
    const chosen = selection.mask[i] || vector;
    const bare = Number.isNaN(share);
    const alpha = !chosen ? 0.04 : stopped ? 0.75 * crowd : bare ? 0.4 : share === 1 ? 1 : crowd;
    // The ends of the scale come near to the page, and a thin faded line of them would be lost on it.
    const stroke = bare ? theme.muted : rampColour(Math.max(share, WORST_CURVE), theme.dark);
    const width = share === 1 ? 2.4 : stopped ? 0.9 : curves.length > 300 ? 1 : 1.4;
    const places = placesOf(curve);
    pen.line(places, {stroke, width, alpha});
    if (curve.steps.length === 1) {
      pen.mark("dot", places[0], places[1], 1.8, {fill: stroke, alpha});
    } else if (stopped && chosen && curves.length <= 200) {
      pen.mark("tick", places[places.length - 2], places[places.length - 1], 2.4, {stroke, width: 1, alpha: 0.6});
    }
  }
}
