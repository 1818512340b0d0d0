// What ran where and when: a row for each host and GPU, a bar for each attempt.

const [RUN_SUCCEEDED, RUN_FAILED, RUN_LOST, RUN_STOPPED] = [0, 1, 2, 3];

function runStyle(model, runs, k, theme) {
  const trial = runs.trial[k] - 1;
  switch (runs.outcome[k]) {
    case RUN_FAILED: return {fill: theme.bad, alpha: 0.85, word: "failed"};
    case RUN_LOST: return {fill: theme.warn, alpha: 0.9, word: `lost: ${runs.lostWhy[k]}`};
    case RUN_STOPPED: return {fill: theme.muted, alpha: 0.55, word: WORDS[model.status[trial]]};
    case RUN_SUCCEEDED: return {fill: theme.accent, alpha: trial === model.best ? 1 : 0.6,
      word: model.status[trial] === UNAVAILABLE ? "no metric" : "succeeded"};
    default: return {fill: theme.accent, alpha: 0.3, word: "running"};
  }
}

function timelineFigure(model, selection) {
  const {timeline} = model.data;
  const {lanes, runs} = timeline;
  const end = Math.max(model.experiment.until, 1);
  let view = [0, end];
  const draw = (surface) => {
    if (lanes.length === 0) {
      return "Nothing has run yet.";
    }
    const named = lanes.map(({host, gpus}) => cut(host, 18) + (gpus ? ` \u00b7 ${cut(gpus, 10)}` : ""));
    const left = Math.min(Math.max(...named.map((name) => name.length)) * 6.6 + 16, surface.width * 0.3);
    const row = lanes.length <= 24 ? 20 : lanes.length <= 96 ? 10 : Math.max(2, 960 / lanes.length);
    const items = timelineLegend(model, surface.theme, runs);
    const top = 58 + legendExtra(8, surface.width, items);
    const box = {left, right: surface.width - 16, top, bottom: top + lanes.length * row};
    surface.begin(box.bottom + 40);
    drawTimeline(model, selection, surface, {named, row, box, view, runs, timeline});
    legend(surface.svg, surface.width > 640 ? left : 8, surface.width, 10,
      items.map(({text, colour, alpha}) => ({text, draw: (x, y) => surface.pen.box(x - 5, y - 5, 10, 10, {fill: colour, alpha})})));
    if (!surface.vector) {
      lookAtRuns(model, selection, surface, {row, box, view, runs, lanes, zoom: (from, to) => {
        view = [from, to];
        all.hidden = from === 0 && to === end;
        one.figure.redraw();
      }});
    }
    return undefined;
  };
  const all = button("Whole time", () => {
    view = [0, end];
    all.hidden = true;
    one.figure.redraw();
  }, {hidden: true});
  const one = figure({id: "timeline", title: "Timeline", draw, controls: [all],
    note: "Bars are attempts of trials on a host and GPU, gaps are idle; dashed lines are restarts of the coordinator.",
    hint: "Drag across to look closer."});
  followChoice(selection, one.figure);
  return one;
}

function drawTimeline(model, selection, surface, {named, row, box, view, runs, timeline}) {
  const {svg, pen, theme} = surface;
  const [from, to] = view;
  const at = (time) => box.left + Math.min(Math.max((time - from) / (to - from), 0), 1) * (box.right - box.left);
  const skip = Math.ceil(12 / row);
  named.forEach((name, lane) => {
    const y = box.top + lane * row;
    pen.box(box.left, y + Math.min(1, row / 8), box.right - box.left, row - Math.min(2, row / 4), {fill: theme.track});
    if (lane % skip === 0) {
      svg.append(label(box.left - 8, y + row / 2, name,
        {"text-anchor": "end", "dominant-baseline": "central", class: "tick"}));
    }
  });
  const inset = row >= 8 ? 2 : row / 8;
  for (let k = 0; k < runs.trial.length; ++k) {
    if (runs.end[k] < from || runs.start[k] > to) {
      continue;
    }
    const chosen = selection.mask[runs.trial[k] - 1] || surface.vector;
    const {fill: colour, alpha} = runStyle(model, runs, k, theme);
    const left = at(runs.start[k]);
    pen.box(left, box.top + runs.lane[k] * row + inset, Math.max(at(runs.end[k]) - left - 0.6, 0.8), row - 2 * inset,
      {fill: colour, alpha: chosen ? alpha : 0.12});
  }
  drawMoments(model, surface, timeline, {at, box, view});
  const axis = timeAxis({name: "time", low: from / 1000, high: to / 1000});
  bottomAxis(surface, axis, {...box, title: null});
}

function timelineLegend(model, theme, runs) {
  return [["succeeded", theme.accent, 0.6], ["the best", theme.accent, 1], ["stopped", theme.muted, 0.55], ["failed", theme.bad, 0.85],
    ["lost", theme.warn, 0.9]].filter((_, k) => (k === 1 ? model.best >= 0 : runs.outcome.includes([0, -2, 3, 1, 2][k])))
    .map(([text, colour, alpha]) => ({text, colour, alpha}));
}

/** Restarts, pauses, stops: lines through all rows, each with a word beside its end, where there is room. */
function drawMoments(model, {svg}, {owners, steering}, {at, box, view}) {
  const kinds = {pause: "paused", continue: "went on", stop: "stopped", drain: "told to end", hold: "no more starts",
    finish: "complete"};
  const moments = [
    ...owners.slice(1).map(({from, epoch, jobId}) => ({time: from, word: `restart ${epoch - 1}`, more: jobId ? `, job ${jobId}` : "",
      least: String(epoch - 1)})),
    ...steering.filter(({kind}) => kinds[kind]).map(({at: time, kind, by}) => ({time, word: kinds[kind], more: by ? ` (${by})` : ""})),
  ].filter(({time}) => time >= view[0] && time <= view[1]).sort((a, b) => a.time - b.time);
  const marks = moments.map(({time}) => at(time));
  placeWords(moments, marks, box).forEach((placed, k) => {
    const {word, more} = moments[k];
    const x = marks[k];
    const line = s("line", {class: "moment", x1: x, x2: x, y1: box.top - 6 - 13 * (placed ? placed.row : 0), y2: box.bottom});
    line.append(s("title", {text: plain(word + more)}));
    svg.append(line);
    if (placed) {
      svg.append(label(placed.back ? x - 4 : x + 4, box.top - 12 - 13 * placed.row, placed.text,
        {class: "moment-text", "text-anchor": placed.back ? "end" : "start"}));
    }
  });
}

/**
 * A word for each moment, beside its own line, on the left of it where there is no room on the right, and shorter where
 * there is little. In the first of two rows none passes the line of another moment; the lines of those in the second
 * go up to them. @return  {text, row, back}, or null where there is no room
 */
function placeWords(moments, marks, {left, right}) {
  const taken = [[], []];  // [from, to] in each row
  const placeOf = (k, text, row) => {
    const wide = text.length * 6.6 + 4;
    return [false, true].map((back) => ({text, row, back, from: back ? marks[k] - wide : marks[k], to: back ? marks[k] : marks[k] + wide}))
      .find(({from, to, back}) => (back ? from >= left : to <= right + 12) &&
        taken[row].every(([a, b]) => to + 8 <= a || from >= b + 8) &&
        (row > 0 || marks.every((mark) => Math.abs(mark - marks[k]) < 4 || mark <= from - 4 || mark >= to + 4)));
  };
  return moments.map(({word, more, least}, k) => {
    const whole = cut(word + more, 28);
    const placed = placeOf(k, whole, 0) ?? placeOf(k, word, 0) ?? placeOf(k, whole, 1) ?? placeOf(k, word, 1) ??
      (least ? placeOf(k, least, 0) : undefined) ?? null;
    if (placed) {
      taken[placed.row].push([placed.from, placed.to]);
    }
    return placed;
  });
}

function lookAtRuns(model, selection, {svg, theme}, {row, box, view, runs, lanes, zoom}) {
  const byLane = lanes.map(() => []);
  for (let k = 0; k < runs.trial.length; ++k) {
    byLane[runs.lane[k]].push(k);
  }
  const band = s("rect", {class: "band", y: box.top, height: box.bottom - box.top, visibility: "hidden"});
  svg.append(band);
  const timeAt = (x) => view[0] + Math.min(Math.max((x - box.left) / (box.right - box.left), 0), 1) * (view[1] - view[0]);
  let begun = null;
  svg.addEventListener("pointerdown", (event) => {
    begun = placeIn(svg, event)[0];
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    const [x, y] = placeIn(svg, event);
    if (begun !== null && Math.abs(x - begun) > 4) {
      band.setAttribute("visibility", "visible");
      band.setAttribute("x", Math.min(x, begun));
      band.setAttribute("width", Math.abs(x - begun));
      hideTip();
      return;
    }
    const lane = byLane[Math.floor((y - box.top) / row)];
    const slack = (view[1] - view[0]) / (box.right - box.left);
    const time = timeAt(x);
    const k = lane ? lane.find((one) => runs.start[one] - slack <= time && time <= runs.end[one] + slack) : undefined;
    selection.look(k === undefined ? -1 : runs.trial[k] - 1);
    if (k === undefined) {
      hideTip();
      return;
    }
    const i = runs.trial[k] - 1;
    showTip(event, `${model.name(i)}, attempt ${runs.attempt[k]}`, [["ended", runStyle(model, runs, k, theme).word],
      ["ran", duration((runs.end[k] - runs.start[k]) / 1000)], ["from", CLOCK.format(model.origin + runs.start[k])],
      [model.objective.metric, format(model.results[i], 5)]]);
  });
  svg.addEventListener("pointerup", (event) => {
    const x = placeIn(svg, event)[0];
    if (begun !== null && Math.abs(x - begun) > 4) {
      const [from, to] = [timeAt(Math.min(x, begun)), timeAt(Math.max(x, begun))];
      begun = null;
      zoom(from, to);
      return;
    }
    begun = null;
    if (selection.looked >= 0) {
      selection.pin(selection.looked);
    }
  });
  svg.addEventListener("pointerleave", () => {
    selection.look(-1);
    hideTip();
  });
}

/** How the machines were used, in numbers. */
function useFacts(model) {
  const {timeline} = model.data;
  const hosts = new Set(timeline.lanes.map(({host}) => host)).size;
  const facts = [
    factBox("Busy", timeline.utilisation === null ? NONE : percent(timeline.utilisation),
      `of ${plural(timeline.lanes.length, "place")} on ${plural(hosts, "host")}, while it worked`),
    factBox("Used", hours(timeline.usedSeconds), "by all attempts together"),
    factBox("Lost", hours(timeline.lostSeconds + timeline.failedSeconds),
      `${hours(timeline.failedSeconds)} in failures, ${hours(timeline.lostSeconds)} in lost attempts`),
  ];
  if (model.data.experiment.counters.earlyStopped > 0) {
    facts.push(factBox("Saved", hours(timeline.savedSeconds), "by early stopping, estimated"));
  }
  return h("dl", {class: "facts wide"}, facts);
}
