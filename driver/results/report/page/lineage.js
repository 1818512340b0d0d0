// Lineage: how a population trained (pbt). Members are lines through their generations, copies branch off others; below,
// what each value was in each generation.

const PALEST = 0.12;      // the worst colours come nearer to the page than a line can be seen
const LINEAGE_HIGH = 190;  // of a panel below

/** The member and the generation of each trial: by its labels, else by what it went on from. */
function lineageOf({trials, size}) {
  const member = trials.member.slice();
  const generation = trials.generation.slice();
  const goneOn = new Set();
  let members = 0;
  for (let i = 0; i < size; ++i) {
    const from = trials.parent[i] === null ? -1 : trials.parent[i] - 1;
    if (member[i] === null) {
      member[i] = from >= 0 && !goneOn.has(from) ? member[from] : members + 1;
      generation[i] = from >= 0 ? generation[from] + 1 : 0;
    }
    goneOn.add(from);
    members = Math.max(members, member[i]);
  }
  return {member, generation, members, last: generation.reduce((a, b) => Math.max(a, b), 0)};
}

/** The trial and those whose weights it has, the latest first. */
function ancestorsOf({trials}, i) {
  const chain = [];
  for (let at = i; at >= 0; at = trials.parent[at] === null ? -1 : trials.parent[at] - 1) {
    chain.push(at);
  }
  return chain;
}

/** Where a branch goes from one place to another: level at both. */
function branch(x0, y0, x1, y1) {
  const places = [];
  for (let k = 0; k <= 32; ++k) {
    const t = k / 32;
    const u = t * t * (3 - 2 * t);
    places.push(x0 + t * (x1 - x0), y0 + u * (y1 - y0));
  }
  return places;
}

/**
 * Where each trial is drawn beside its generation: those of a member that share one, since a trial failed, side by side
 * up to the one that went on.
 */
function asides({member, generation}) {
  const cells = new Map();
  member.forEach((one, i) => {
    const cell = `${one} ${generation[i]}`;
    cells.set(cell, [...cells.get(cell) ?? [], i]);
  });
  const aside = new Array(member.length).fill(0);
  for (const cell of cells.values()) {
    cell.forEach((i, k) => { aside[i] = -0.5 * (cell.length - 1 - k) / cell.length; });
  }
  return aside;
}

function lineageFigure(model, selection) {
  const {parent, rung} = model.trials;
  if (!parent.some((number, i) => number !== null && rung[i] === null)) {
    return null;
  }
  const lineage = lineageOf(model);
  lineage.children = [...parent.keys()].filter((i) => parent[i] !== null);
  lineage.aside = asides(lineage);
  lineage.ancestors = new Set(ancestorsOf(model, model.best));
  lineage.axis = numberAxis({name: "generation", low: -0.5, high: lineage.last + 0.5, log: false, whole: true});
  let trace = () => {};
  const draw = (surface) => {
    const rows = Math.min(Math.max(400 / lineage.members, 4), 24) * lineage.members;
    const items = lineageKey(model, lineage);
    // Beside what the colours mean, or below it.
    const narrow = surface.width < 760;
    const key = {left: 4, right: surface.width - (narrow ? 20 : 360), top: narrow ? 46 : 10};
    const top = key.top + legendExtra(key.left, key.right, items) + 46;
    const box = {left: 40, right: surface.width - 20, top, bottom: top + rows};
    const panels = panelsOf(model);
    const columns = panelColumns(surface.width, panels.length);
    const wide = surface.width / columns;
    const below = box.bottom + 48;
    surface.begin(below + Math.ceil(panels.length / columns) * LINEAGE_HIGH);
    legend(surface.svg, key.left, key.right, key.top, items.map(({text, draw: mark}) => ({text,
      draw: (x, y) => mark(surface.pen, surface.theme, x, y)})));
    colourKey(surface, model, surface.width);
    const places = drawMembers(model, selection, surface, lineage, box);
    const others = [];
    panels.forEach(({name, axis, values}, k) => {
      const left = (k % columns) * wide;
      const head = below + Math.floor(k / columns) * LINEAGE_HIGH;
      drawGenerations(model, selection, surface, lineage, {name, axis, values}, others,
        {left: left + 58, right: left + wide - 18, top: head + 30, bottom: head + LINEAGE_HIGH - 34});
    });
    if (!surface.vector) {
      const over = s("path", {class: "looked screen"});
      surface.svg.append(over);
      trace = () => over.setAttribute("d", selection.looked < 0 ? "" : pathOf(model, selection.looked, places));
      lookAtPlaces(surface.svg, model, selection, [...places, ...others], null, "Trials of the population");
    }
    return undefined;
  };
  const one = figure({id: "lineage", title: "Lineage", draw,
    note: "Each member trains on with its own weights; the worst take those of one of the best, and values near its. Below, " +
      "values from generation to generation.",
    hint: "Point at a trial to see where its weights come from."});
  selection.on("look", () => trace());
  followChoice(selection, one.figure);
  return one;
}

/** The objective and the parameters that differ, as panels. */
function panelsOf(model) {
  const differs = ({values}) => {
    const given = values.filter((value) => !Number.isNaN(value));
    return given.some((value) => value !== given[0]);
  };
  const parameters = model.parameters.filter(differs);
  const axis = model.objectiveAxis;
  return [...(axis ? [{name: axis.name, axis, values: model.results}] : []),
    ...parameters.map(({name, axis: own, values}) => ({name, axis: own, values}))];
}

/** What the marks mean, of those that are there. */
function lineageKey(model, {member, ancestors}) {
  const {parent} = model.trials;
  const copied = parent.some((number, i) => number !== null && member[number - 1] !== member[i]);
  const ink = (theme) => theme.ink;
  const stroke = (colour, width) => (pen, theme, x, y) => pen.line([x - 8, y, x + 7, y], {stroke: colour(theme), width});
  const items = [{text: "goes on with its own weights", draw: stroke(({dark}) => rampColour(0.6, dark), 3)}];
  if (copied) {
    items.push({text: "a copy of a better one",
      draw: (pen, theme, x, y) => pen.line(branch(x - 8, y + 5, x + 7, y - 5), {stroke: theme.muted, width: 1.2})});
  }
  if (ancestors.size > 1) {
    items.push({text: "leads to the best", draw: stroke(ink, 1.8)});
  }
  if (model.status.some((status) => status === FAILED || status === UNAVAILABLE || status === KILLED)) {
    items.push({text: "no result", draw: (pen, theme, x, y) => pen.mark("cross", x, y, 3, {stroke: theme.bad, width: 1.6})});
  }
  return items;
}

function drawMembers(model, selection, surface, lineage, box) {
  const {svg, back, pen, theme, vector} = surface;
  const {parent} = model.trials;
  const {member, generation, members, axis, aside, ancestors, children} = lineage;
  const row = (box.bottom - box.top) / members;
  const wide = (box.right - box.left) / (lineage.last + 1);
  bottomAxis(surface, axis, {...box, bottom: box.bottom, title: "generation", bare: true});
  const stride = Math.ceil(15 / row);
  svg.append(label(4, box.top - 10, "member", {class: "title"}));
  for (let m = 1; m <= members; ++m) {
    const y = box.top + (m - 0.5) * row;
    back.append(s("line", {class: "grid", x1: box.left, x2: box.right, y1: y, y2: y}));
    if ((m - 1) % stride === 0) {
      svg.append(label(box.left - 12, y, String(m), {class: "tick", "text-anchor": "end", "dominant-baseline": "central"}));
    }
  }
  const atX = between(box.left, box.right);
  const x = member.map((_, i) => atX(axis.place(generation[i] + aside[i])));
  const y = member.map((one) => box.top + (one - 0.5) * row);
  const r = Math.min(Math.max(Math.min(row * 0.24, wide * 0.2), 1.2), 5);
  const alpha = (i) => (selection.mask[i] || vector ? 1 : 0.12);
  const colour = (i) => rampColour(Math.max(model.share[i], PALEST), theme.dark);
  const copies = (i) => member[parent[i] - 1] !== member[i];
  const way = (i) => {
    const from = parent[i] - 1;
    return copies(i) ? branch(x[from], y[from], x[i], y[i]) : [x[from], y[from], x[i], y[i]];
  };
  for (const i of children.filter(copies)) {
    pen.line(way(i), {stroke: theme.muted, width: Math.min(1.2, r / 2), alpha: 0.85 * alpha(i)});
  }
  for (const i of children.filter((one) => !copies(one))) {
    const bare = Number.isNaN(model.share[i]);
    pen.line(way(i), {stroke: bare ? theme.faint : colour(i), width: bare ? 1 : Math.min(3, 1.2 * r), alpha: alpha(i)});
  }
  for (const i of children.filter((one) => ancestors.has(one))) {
    pen.line(way(i), {stroke: theme.ink, width: Math.min(1.8, r)});
  }
  member.forEach((_, i) => {
    if (!Number.isNaN(model.share[i])) {
      pen.mark("dot", x[i], y[i], r, {fill: colour(i), alpha: alpha(i)});
    } else if (model.status[i] === PENDING || model.status[i] === RUNNING) {
      pen.mark("dot", x[i], y[i], r, {fill: theme.page, stroke: theme.muted, alpha: alpha(i)});
    } else {
      pen.mark("cross", x[i], y[i], 0.75 * r, {stroke: theme.bad, width: Math.min(1.6, r / 2), alpha: alpha(i)});
    }
  });
  if (model.best >= 0) {
    svg.append(s("circle", {class: "best", cx: x[model.best], cy: y[model.best], r: r + 3}));
  }
  return member.map((_, i) => [x[i], y[i], i]);
}

/** What one value was in each generation, with lines from those whose weights went on. */
function drawGenerations(model, selection, surface, lineage, {name, axis, values}, places, box) {
  const {svg, pen, theme, vector} = surface;
  const {parent} = model.trials;
  const {member, generation, members, ancestors} = lineage;
  leftAxis(surface, axis, {...box, most: axis.choices ? 8 : 4});
  bottomAxis(surface, lineage.axis, {...box, most: 6, bare: true});
  panelTitle(svg, box, {name, axis});
  const atX = between(box.left, box.right);
  const atY = between(box.bottom, box.top);
  // Members with one choice are drawn beside each other, but for the way to the best, which goes straight.
  const spread = axis.choices ? 0.6 / axis.choices.length : 0;
  const aside = (i) => (ancestors.has(i) ? 0 : spread * (0.5 - (member[i] - 0.5) / members));
  const x = generation.map((one) => atX(lineage.axis.place(one)));
  const y = member.map((_, i) => atY(axis.place(values[i]) + aside(i)));
  const shown = (i) => !Number.isNaN(y[i]);
  const alpha = (i) => (selection.mask[i] || vector ? 1 : 0.1);
  const colour = (i) => (Number.isNaN(model.share[i]) ? theme.faint : rampColour(Math.max(model.share[i], PALEST), theme.dark));
  const r = model.size > 2000 ? 1.2 : model.size > 300 ? 1.8 : 2.6;
  const children = lineage.children.filter((i) => shown(i) && shown(parent[i] - 1));
  const line = (i) => [x[parent[i] - 1], y[parent[i] - 1], x[i], y[i]];
  for (const i of children) {
    pen.line(line(i), {stroke: colour(i), width: 1.2, alpha: 0.75 * alpha(i)});
  }
  for (const i of children.filter((one) => ancestors.has(one))) {
    pen.line(line(i), {stroke: theme.ink, width: 1.8});
  }
  member.forEach((_, i) => {
    if (shown(i)) {
      places.push([x[i], y[i], i]);
      pen.mark("dot", x[i], y[i], r, {fill: colour(i), alpha: alpha(i)});
    }
  });
  if (model.best >= 0 && shown(model.best)) {
    svg.append(s("circle", {class: "best", cx: x[model.best], cy: y[model.best], r: r + 2.4}));
  }
}

/** The way of a trial's weights. */
function pathOf(model, i, places) {
  const chain = ancestorsOf(model, i).reverse();
  let path = "";
  chain.forEach((at, k) => {
    const [x, y] = places[at];
    const [before, above] = k > 0 ? places[chain[k - 1]] : [x, y];
    const way = k === 0 || above === y ? [x, y] : branch(before, above, x, y);
    for (let p = 0; p < way.length; p += 2) {
      path += `${path ? "L" : "M"}${way[p]} ${way[p + 1]}`;
    }
  });
  return path;
}
