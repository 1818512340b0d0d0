// Parallel coordinates: a line for each trial across all axes. A brush on an axis chooses the trials that pass it.

const MOST_LINES = 2500;     // of those chosen; the best of them and a regular choice of the others
const MOST_BACKGROUND = 800; // of the others
const MOST_MOVING = 500;     // of either while a brush moves

/** At most `most` of the trials, the first ones and a regular choice of the rest. */
function thinnedTrials(trials, most) {
  if (trials.length <= most) {
    return trials;
  }
  const head = trials.slice(0, Math.floor(most / 2));
  const rest = trials.length - head.length;
  const stride = rest / (most - head.length);
  return head.concat(Array.from({length: most - head.length}, (_, k) => trials[head.length + Math.floor(k * stride)]));
}

/** The axis of an objective that no trial has a result of: all pass below it. */
function emptyAxis(name) {
  return {...numberAxis({name, low: 0, high: 1, log: false}), empty: true, place: () => NaN, ticks: () => []};
}

function parallelFigure(model, selection) {
  const objectiveAxis = (objective, o) => {
    const axis = o === model.chosen ? model.objectiveAxis
      : valueAxis({name: objective.metric, values: objective.values, minimize: objective.minimize});
    return {...axis ?? emptyAxis(objective.metric), values: objective.values, key: `o${o}`};
  };
  const axesNow = () => [...model.shown.map((p) => ({...model.parameters[p].axis, key: `p${p}`})),
    ...model.objectives.map(objectiveAxis)];
  let drawn = null;

  const draw = (surface) => {
    if (model.size === 0) {
      return "No trial has been suggested yet.";
    }
    const axes = axesNow();
    surface.begin(424, Math.max(surface.width, axes.length * 92));
    const box = {left: 56, right: surface.width - 56, top: 72, bottom: 392};
    const apart = axes.length > 1 ? (box.right - box.left) / (axes.length - 1) : 0;
    const places = axes.map((_, a) => (axes.length > 1 ? box.left + a * apart : (box.left + box.right) / 2));
    drawn = {surface, axes, places, box, routes: routesOf(model, axes, places, box)};
    drawLines(model, selection, drawn);
    axes.forEach((axis, a) => drawAxis(model, selection, drawn, axis, places[a], apart));
    drawn.over = s("path", {class: "looked screen"});
    surface.svg.append(drawn.over);
    colourKey(surface, model, surface.width);
    if (!surface.vector) {
      touchLines(model, selection, drawn);
    }
    return undefined;
  };

  const counted = h("output", {class: "counted", "aria-live": "polite"});
  const slider = h("input", {type: "range", min: 1, max: 100, step: 1, value: 100, "aria-label": "Best so many percent",
    oninput: () => {
      selection.share = Number(slider.value);
      repaint();
    }});
  const failed = tick("without result", true, (on) => {
    selection.failed = on;
    repaint();
  });
  const repaint = onceAFrame(() => selection.update());
  const clear = button("Clear", () => {
    selection.clear();
    slider.value = 100;
    failed.firstChild.checked = true;
    one.figure.redraw();
  }, {class: "clear"});
  const percentText = h("span", {class: "value", text: "100 %"});
  const one = figure({
    id: "parallel", title: "Parallel coordinates", draw,
    note: "A line for each trial through all that it was given and gave.",
    hint: "Drag along an axis to choose the trials that pass there; click on it to choose all again.",
    controls: [h("label", {class: "slider"}, h("span", {text: "best"}), slider, percentText), failed, counted, clear],
  });
  const change = () => {
    percentText.textContent = `${selection.share} %`;
    counted.textContent = `${count(selection.count)} of ${plural(model.size, "trial")}`;
    failed.firstChild.disabled = selection.share < 100;
    clear.disabled = selection.brushes.size === 0 && selection.share === 100 && selection.failed;
    if (drawn) {
      drawLines(model, selection, drawn, MOST_MOVING);
      settle();
    }
  };
  const settle = onceQuiet(() => drawLines(model, selection, drawn));
  selection.on("change", change);
  selection.on("look", () => drawn && drawLooked(selection, drawn));
  change();
  return one;
}

/** Where each trial passes each axis: x and y after each other; a value that is not there passes below the axis. */
function routesOf(model, axes, places, box) {
  const stride = 2 * axes.length;
  const routes = new Float32Array(model.size * stride);
  axes.forEach((axis, a) => {
    for (let i = 0; i < model.size; ++i) {
      const place = axis.place(axis.values[i]);
      routes[i * stride + 2 * a] = places[a];
      routes[i * stride + 2 * a + 1] = Number.isNaN(place) ? box.bottom + 14
        : box.bottom + place * (box.top - box.bottom);
    }
  });
  return {stride, routes, of: (i) => routes.subarray(i * stride, (i + 1) * stride)};
}

function drawLines(model, selection, {surface, routes}, most = MOST_LINES) {
  const {theme} = surface;
  const pen = surface.layer("lines");
  const without = [];
  for (let i = 0; i < model.size; ++i) {
    if (Number.isNaN(model.share[i])) {
      without.push(i);
    }
  }
  const all = model.ordered.concat(without);
  const chosen = thinnedTrials(all.filter((i) => selection.mask[i]), most);
  const others = selection.all() ? [] : thinnedTrials(all.filter((i) => !selection.mask[i]), Math.min(most, MOST_BACKGROUND));
  for (const i of others) {
    pen.line(routes.of(i), {stroke: theme.faint, width: 0.6, alpha: 0.22});
  }
  const alpha = Math.min(Math.max(14 / Math.sqrt(chosen.length), 0.28), 0.9);
  // Where no graphics card draws, a line wider than a pixel takes ten times as long, a dashed one four times.
  const moving = most === MOST_MOVING;
  const width = chosen.length > 600 ? 0.9 : moving ? 1 : 1.3;
  for (let k = chosen.length - 1; k >= 0; --k) {  // the best last, on top
    const i = chosen[k];
    const share = model.share[i];
    pen.line(routes.of(i), Number.isNaN(share) ? {stroke: theme.bad, width: 0.8, alpha: 0.5, dash: moving ? [] : [3, 3]}
      : {stroke: rampColour(share, theme.dark), width: share === 1 ? 2.2 : width, alpha: share === 1 ? 1 : alpha});
  }
  surface.host.dataset.lines = chosen.length;
}

function drawLooked(selection, {over, routes}) {
  const i = selection.looked >= 0 ? selection.looked : selection.pinned;
  if (i < 0) {
    over.setAttribute("d", "");
    return;
  }
  const route = routes.of(i);
  let path = "";
  for (let k = 0; k < route.length; k += 2) {
    path += `${k ? "L" : "M"}${route[k]} ${route[k + 1]}`;
  }
  over.setAttribute("d", path);
}

/** The colours' meaning: the worst, the median and the best result. */
function colourKey({svg, theme}, model, width) {
  const {ordered, objective} = model;
  if (ordered.length < 2) {
    return;
  }
  const [left, right] = [width - 216, width - 56];
  const steps = 32;
  for (let k = 0; k < steps; ++k) {
    svg.append(s("rect", {x: left + k * (right - left) / steps, y: 6, width: (right - left) / steps + 0.5, height: 7,
      fill: rampColour(k / (steps - 1), theme.dark)}));
  }
  const value = (share) => format(objective.values[ordered[Math.round((1 - share) * (ordered.length - 1))]], 3);
  svg.append(label(left, 26, value(0), {class: "tick", "text-anchor": "middle"}),
    label((left + right) / 2, 26, value(0.5), {class: "tick", "text-anchor": "middle"}),
    label(right, 26, value(1), {class: "tick", "text-anchor": "middle"}),
    label(left - 22, 13, `${cut(objective.metric, 30)}, by rank`, {class: "tick", "text-anchor": "end"}));
}

function drawAxis(model, selection, drawn, axis, x, apart) {
  const {surface, box} = drawn;
  const {svg} = surface;
  const at = between(box.bottom, box.top);
  const group = s("g", {class: "paraxis"});
  const most = Math.max(5, Math.floor(apart / 7.2));
  group.append(label(x, box.top - 16, cut(axis.name, most), {class: "name", "text-anchor": "middle"},
  ), s("line", {class: "rail", x1: x, x2: x, y1: box.top, y2: box.bottom}));
  group.firstChild.append(s("title", {text: cut(axis.name, 200) + (axis.log ? ", on a log scale" : "")}));
  if (axis.values.some((value) => Number.isNaN(axis.place(value))) && surface.host) {
    group.append(label(x, box.bottom + 28, "none", {class: "tick", "text-anchor": "middle"}));
  }
  for (const {place, text} of axis.ticks(axis.choices ? 14 : 6)) {
    group.append(s("line", {class: "notch", x1: x - 3, x2: x, y1: at(place), y2: at(place)}),
      label(x - 7, at(place), cut(text, Math.max(4, Math.floor(apart / 11))),
        {class: "tick halo", "text-anchor": "end", "dominant-baseline": "central"}));
  }
  svg.append(group);
  if (axis.empty) {
    return;
  }
  if (!surface.vector) {
    group.append(brushOn(selection, axis, x, {...box, svg}));
  } else if (selection.brushes.has(axis.key)) {
    const {low, high} = selection.brushes.get(axis.key);
    group.append(s("rect", {class: "brush", x: x - 7, width: 14, y: at(high), height: at(low) - at(high)}));
  }
}

/** A brush: dragged, or moved by its two ends, which are sliders for the keyboard. */
function brushOn(selection, axis, x, {svg, top, bottom}) {
  const at = between(bottom, top);
  const zone = s("rect", {class: "zone", x: x - 16, width: 32, y: top - 6, height: bottom - top + 12});
  const bar = s("rect", {class: "brush", x: x - 7, width: 14});
  const group = s("g", {class: "brushing"}, zone, bar);
  const ends = ["low", "high"].map((end) => s("path", {class: "end", tabindex: 0, role: "slider",
    "aria-orientation": "vertical", "aria-label": `${cut(axis.name, 60)}, ${end === "low" ? "lower" : "upper"} end`,
    "aria-valuemin": 0, "aria-valuemax": 100, "data-axis": axis.key, "data-end": end}));
  group.append(...ends);
  const now = () => selection.brushes.get(axis.key) ?? {axis, low: 0, high: 1};
  const show = () => {
    const {low, high} = now();
    const brushed = selection.brushes.has(axis.key);
    bar.setAttribute("y", at(high));
    bar.setAttribute("height", Math.max(at(low) - at(high), 1));
    group.classList.toggle("on", brushed);
    [low, high].forEach((place, e) => {
      const y = at(place);
      const down = e === 0 ? 6 : -6;
      ends[e].setAttribute("d", `M${x - 7} ${y}h14l-7 ${down}z`);
      ends[e].setAttribute("aria-valuenow", Math.round(place * 100));
      ends[e].setAttribute("aria-valuetext", plain(axis.text(axis.at(place))));
    });
  };
  const apply = onceAFrame(() => selection.update());
  const set = (low, high) => {
    if (low <= 0 && high >= 1) {
      selection.brushes.delete(axis.key);
    } else {
      selection.brushes.set(axis.key, {axis, low: Math.max(low, 0), high: Math.min(high, 1)});
    }
    show();
    apply();
  };
  dragBrush({svg, zone, bar, ends, now, set, top, bottom});
  const step = axis.choices ? 1 / axis.choices.length : 0.02;
  ends.forEach((end, e) => end.addEventListener("keydown", (event) => {
    const {low, high} = now();
    const move = {ArrowUp: step, ArrowRight: step, ArrowDown: -step, ArrowLeft: -step, PageUp: 5 * step,
      PageDown: -5 * step, Home: -1, End: 1}[event.key];
    if (event.key === "Escape" || event.key === "Delete") {
      set(0, 1);
    } else if (move !== undefined) {
      event.preventDefault();
      const clamp = (value, from, to) => Math.min(Math.max(value, from), to);
      set(e === 0 ? clamp(low + move, 0, high) : low, e === 1 ? clamp(high + move, low, 1) : high);
    }
  }));
  show();
  return group;
}

function dragBrush({svg, zone, bar, ends, now, set, top, bottom}) {
  let area = null;  // measured once: that costs the layout of the page
  const placeOf = (event) => {
    const y = (event.clientY - area.top) * svg.viewBox.baseVal.height / area.height;
    return Math.min(Math.max((bottom - y) / (bottom - top), 0), 1);
  };
  const drag = (element, begin) => element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    element.setPointerCapture(event.pointerId);
    area = svg.getBoundingClientRect();
    const from = placeOf(event);
    const before = now();
    const move = begin(from, before);
    let moved = false;
    const moves = (later) => {
      const to = placeOf(later);
      moved = moved || Math.abs(to - from) > 0.01;
      if (moved) {
        set(...move(to));
      }
    };
    element.addEventListener("pointermove", moves);
    element.addEventListener("pointerup", () => {
      element.removeEventListener("pointermove", moves);
      if (!moved && element !== ends[0] && element !== ends[1]) {
        set(0, 1);
      }
    }, {once: true});
  });
  drag(zone, (from) => (to) => [Math.min(from, to), Math.max(from, to)]);
  drag(bar, (from, {low, high}) => (to) => {
    const by = Math.min(Math.max(to - from, -low), 1 - high);
    return [low + by, high + by];
  });
  drag(ends[0], (_, {high}) => (to) => [Math.min(to, high), high]);
  drag(ends[1], (_, {low}) => (to) => [low, Math.max(to, low)]);
}

/** The line nearest to the pointer. */
function touchLines(model, selection, drawn) {
  const {surface, places, routes, box} = drawn;
  const {svg} = surface;
  svg.addEventListener("pointermove", (event) => {
    const [x, y] = placeIn(svg, event);
    const after = places.findIndex((place) => place >= x);
    if (event.buttons || after <= 0 || y < box.top - 4 || y > box.bottom + 20) {
      selection.look(-1);
      hideTip();
      return;
    }
    const share = (x - places[after - 1]) / (places[after] - places[after - 1]);
    let found = -1;
    let least = 8;
    for (let i = 0; i < model.size; ++i) {
      const k = i * routes.stride + 2 * after - 1;
      const here = routes.routes[k] + share * (routes.routes[k + 2] - routes.routes[k]);
      if (selection.mask[i] && Math.abs(here - y) < least) {
        least = Math.abs(here - y);
        found = i;
      }
    }
    selection.look(found);
    if (found >= 0) {
      showTip(event, `${model.name(found)} ${model.trials.name[found]}`, trialRows(model, found));
    } else {
      hideTip();
    }
  });
  svg.addEventListener("pointerleave", () => {
    selection.look(-1);
    hideTip();
  });
  svg.addEventListener("click", (event) => {
    if (selection.looked >= 0 && !event.target.closest(".brushing")) {
      selection.pin(selection.looked);
    }
  });
}
