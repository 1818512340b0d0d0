// How results came, one mark a trial that ended, and the best so far.

/** The marks of trials by how they ended. */
function markOf(status, theme) {
  switch (status) {
    case STOPPED: return {kind: "diamond", style: {stroke: theme.muted, width: 1, alpha: 0.75}};
    case FAILED: return {kind: "cross", style: {stroke: theme.bad, width: 1.4}};
    case UNAVAILABLE: return {kind: "triangle", style: {stroke: theme.warn, width: 1.4}};
    case KILLED: return {kind: "square", style: {stroke: theme.muted, width: 1.2}};
    default: return {kind: "dot", style: {fill: theme.accent, alpha: 0.55}};
  }
}

function historyFigure(model, selection) {
  const {course} = model.data;
  const order = course.trial.map((number) => number - 1);
  const ways = {
    trials: {title: "trials ended", values: order.map((_, at) => at + 1)},
    clock: {title: "time worked", values: course.seconds},
    spent: {title: "time of all trials together", values: course.trialSeconds},
  };
  let way = "trials";
  let log = null;
  let bare = [];  // those without a result, by how they ended

  const axisX = () => {
    const {title, values} = ways[way];
    const last = values[values.length - 1] ?? 0;
    return way === "trials"
      ? numberAxis({name: title, low: 1, high: Math.max(last, 1), log: false, whole: true, values})
      : timeAxis({name: title, low: 0, high: Math.max(last, 1e-3), values});
  };

  const draw = (surface) => {
    if (order.length === 0) {
      return "No trial has ended yet.";
    }
    const {values, minimize, metric} = model.objective;
    const y = valueAxis({name: metric, values: model.results, minimize, log});
    bare = [FAILED, UNAVAILABLE, KILLED].filter((status) =>
      order.some((i) => model.status[i] === status && Number.isNaN(model.results[i])));
    const x = axisX();
    const {width, theme} = surface;
    const items = legendItems(model, theme, y, [...bare], order.length > 1);
    const extra = legendExtra(4, width - 4, items);
    const box = {left: 88, right: width - (model.experiment.goal === null ? 20 : 72), top: 44 + extra, bottom: (y ? 330 : 60) + extra};
    const rows = box.bottom + 12;
    surface.begin(rows + bare.length * 18 + 46);
    const {svg, pen} = surface;
    const atX = between(box.left + 4, box.right);
    const atY = between(box.bottom, box.top);
    if (y) {
      leftAxis(surface, y, {...box, title: `${cut(metric, 40)}${y.log ? " (log)" : ""}`});
    }
    bottomAxis(surface, x, {...box, left: box.left + 4, bottom: rows + bare.length * 18, title: x.name});
    const places = order.map((i, at) => {
      const across = atX(x.place(x.values[at]));
      if (!Number.isNaN(model.results[i])) {
        return [across, atY(y.place(values[i])), i, values[i] < y.least || values[i] > y.most];
      }
      const row = bare.indexOf(model.status[i]);
      return row < 0 ? null : [across, rows + 9 + row * 18, i, false];
    }).filter(Boolean);
    const small = order.length > 3000 ? 1.6 : order.length > 300 ? 2.4 : 3.4;
    for (const [across, down, i, beyond] of places) {
      const {kind, style} = markOf(model.status[i], theme);
      const chosen = selection.mask[i] || surface.vector;
      const alpha = chosen ? style.alpha ?? 1 : 0.08;
      pen.mark(beyond ? "triangle" : kind, across, down, small, {...style, alpha});
    }
    if (y) {
      drawBestLine(model, order, x, y, {atX, atY, pen, theme, box});
      drawGoal(model, y, {svg, atY, box});
    }
    drawLegend(model, items, {svg, pen, width, box, bare, rows});
    if (!surface.vector) {
      lookAtPlaces(svg, model, selection, places, box, "Trials in the order in which they ended");
    }
    return undefined;
  };

  const setLog = (value) => {
    log = value === "log" ? true : value === "linear" ? false : null;
    one.figure.redraw();
  };
  const positive = model.objectiveAxis && model.objectiveAxis.least > 0;
  const chosenScale = model.objectiveAxis && model.objectiveAxis.log ? "log" : "linear";
  const one = figure({
    id: "history", title: "Optimisation history", draw,
    note: "Every trial where it ended; the line is the best so far.",
    controls: [segmented("Across", [["trials", "Trials"], ["clock", "Wall-clock"], ["spent", "Trial-hours"]], way,
      (value) => {
        way = value;
        one.figure.redraw();
      }),
    positive ? segmented("Scale", [["linear", "Linear"], ["log", "Log"]], chosenScale, setLog) : null],
  });
  followChoice(selection, one.figure);
  return one;
}

function drawBestLine(model, order, x, y, {atX, atY, pen, theme}) {
  const line = [];
  let best = NaN;
  order.forEach((i, at) => {
    const value = model.results[i];
    const across = atX(x.place(x.values[at]));
    if (!Number.isNaN(value) && !(model.better(best, value) || best === value)) {
      if (!Number.isNaN(best)) {
        line.push(across, atY(y.place(best)));
      }
      best = value;
      line.push(across, atY(y.place(best)));
    }
  });
  if (line.length > 0) {
    line.push(atX(x.place(x.values[x.values.length - 1])), line[line.length - 1]);
    pen.line(line, {stroke: theme.ink, width: 1.6});
  }
}

function drawGoal(model, y, {svg, atY, box}) {
  const {goal} = model.experiment;
  if (goal !== null && goal >= y.low && goal <= y.high) {
    const at = atY(y.place(goal));
    svg.append(s("line", {class: "goal", x1: box.left, x2: box.right, y1: at, y2: at}),
      label(box.right + 6, at, `goal ${format(goal)}`, {"dominant-baseline": "central", class: "goal-text"}));
  }
}

/** [{text, draw(pen, x, y)}] @param bare  how trials ended that have no result @param line  is there one of the best? */
function legendItems(model, theme, y, bare, line) {
  const kinds = [SUCCEEDED, STOPPED].filter((status) => y && model.status.includes(status)).concat(bare);
  const items = kinds.map((status) => {
    const {kind, style} = markOf(status, theme);
    return {text: WORDS[status], draw: (pen, x, at) => pen.mark(kind, x, at, 3.4, {...style, alpha: 1})};
  });
  if (y && line) {
    items.push({text: "best so far", draw: (pen, x, at) => pen.line([x - 7, at, x + 7, at], {stroke: theme.ink, width: 1.6})});
  }
  if (y && y.beyond > 0) {
    items.push({text: `${y.beyond} beyond the axis`,
      draw: (pen, x, at) => pen.mark("triangle", x, at, 3.4, {fill: theme.accent, alpha: 0.55})});
  }
  return items;
}

function drawLegend(model, items, {svg, pen, width, box, bare, rows}) {
  const length = items.reduce((sum, item) => sum + 32 + 7 * item.text.length, 0);
  const drawn = items.map(({text, draw}) => ({text, draw: (x, at) => draw(pen, x, at)}));
  legend(svg, Math.max(4, width - 20 - length), width - 4, 12, drawn);
  bare.forEach((status, row) => {
    const number = model.status.filter((one) => one === status).length;
    svg.append(label(box.left - 8, rows + 9 + row * 18, `${number} ${WORDS[status]}`,
      {"text-anchor": "end", "dominant-baseline": "central", class: "tick"}));
  });
}

/** Shows what is nearest to the pointer; with the keyboard, one after the other. @param places  [[x, y, trial], …] */
function lookAtPlaces(svg, model, selection, places, box, words) {
  const ring = s("circle", {class: "ring", r: 7, visibility: "hidden"});
  svg.append(ring);
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `${words}. Arrow keys go from one to the next, Enter opens it.`);
  let at = -1;
  const look = (next, event) => {
    at = next;
    if (at < 0) {
      ring.setAttribute("visibility", "hidden");
      hideTip();
      selection.look(-1);
      return;
    }
    const [x, y, i] = places[at];
    ring.setAttribute("cx", x);
    ring.setAttribute("cy", y);
    ring.setAttribute("visibility", "visible");
    selection.look(i);
    const place = event ?? centreOf(svg, x, y);
    showTip(place, `${model.name(i)} ${model.trials.name[i]}`, trialRows(model, i));
  };
  svg.addEventListener("pointermove", (event) => look(nearest(svg, places, event), event));
  svg.addEventListener("pointerleave", () => look(-1));
  svg.addEventListener("blur", () => look(-1));
  svg.addEventListener("click", () => at >= 0 && selection.pin(places[at][2]));
  svg.addEventListener("keydown", (event) => {
    const step = {ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity}[event.key];
    if (event.key === "Enter" && at >= 0) {
      selection.pin(places[at][2]);
    } else if (step !== undefined && places.length > 0) {
      event.preventDefault();
      look(Math.min(Math.max(at + step, 0), places.length - 1));
      announce(`${model.name(places[at][2])}, ${model.objective.metric} ${format(model.results[places[at][2]])}`);
    }
  });
}

function centreOf(svg, x, y) {
  const area = svg.getBoundingClientRect();
  return {clientX: area.left + x, clientY: area.top + y};
}

/** The place within 24 pixels that is nearest to the pointer. */
function nearest(svg, places, event) {
  const [x, y] = placeIn(svg, event);
  let best = -1;
  let least = 24 ** 2;
  places.forEach(([px, py], k) => {
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) {
      least = distance;
      best = k;
    }
  });
  return best;
}
