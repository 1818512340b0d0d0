// Lineage: which trial went on from which, generation by generation (PBT).

function lineageFigure(model, selection) {
  const {parent, rung} = model.trials;
  const has = parent.some((number, i) => number !== null && rung[i] === null);
  if (!has) {
    return null;
  }
  const generation = new Array(model.size).fill(0);
  parent.forEach((number, i) => { generation[i] = number === null ? 0 : generation[number - 1] + 1; });
  const last = generation.reduce((a, b) => Math.max(a, b), 0);
  const row = rowsOf(parent, generation);
  const rows = row.reduce((a, b) => Math.max(a, b), 0) + 1;
  const draw = (surface) => {
    const box = {left: 40, right: surface.width - 20, top: 16, bottom: 16 + Math.min(Math.max(rows * 18, 160), 460)};
    surface.begin(box.bottom + 44);
    const {svg, pen, theme} = surface;
    const x = numberAxis({name: "generation", low: 0, high: Math.max(last, 1), log: false, whole: true});
    bottomAxis(surface, x, {...box, title: "generation"});
    const atX = between(box.left, box.right);
    const atY = (i) => box.top + (row[i] + 0.5) * (box.bottom - box.top) / rows;
    const places = [];
    const ancestors = new Set();
    for (let i = model.best; i >= 0; i = parent[i] === null ? -1 : parent[i] - 1) {
      ancestors.add(i);
    }
    for (let i = 0; i < model.size; ++i) {
      if (parent[i] !== null) {
        const from = parent[i] - 1;
        const mine = ancestors.has(i);
        const middle = atX(x.place(generation[i] - 0.5));
        pen.line([atX(x.place(generation[from])), atY(from), middle, atY(from), middle, atY(i),
          atX(x.place(generation[i])), atY(i)],
        {stroke: mine ? theme.ink : theme.faint, width: mine ? 1.8 : 0.8, alpha: mine ? 1 : 0.6});
      }
    }
    for (let i = 0; i < model.size; ++i) {
      const at = [atX(x.place(generation[i])), atY(i)];
      places.push([...at, i]);
      const share = model.share[i];
      pen.mark("dot", at[0], at[1], rows > 60 ? 1.8 : 3.6, Number.isNaN(share) ? {stroke: theme.muted}
        : {fill: rampColour(share, theme.dark), alpha: selection.mask[i] || surface.vector ? 1 : 0.15});
    }
    if (!surface.vector) {
      lookAtPlaces(svg, model, selection, places, box, "Trials by generation");
    }
    return undefined;
  };
  const one = figure({id: "lineage", title: "Lineage", draw,
    note: "Which trial went on from which; the strong line leads to the best."});
  followChoice(selection, one.figure);
  return one;
}

/** A row for each trial: its parent's where that is free in its generation, else the next free one. */
function rowsOf(parent, generation) {
  const taken = new Set();
  const rows = [];
  parent.forEach((number, i) => {
    let row = number === null ? 0 : rows[number - 1];
    while (taken.has(`${generation[i]} ${row}`)) {
      ++row;
    }
    taken.add(`${generation[i]} ${row}`);
    rows.push(row);
  });
  return rows;
}
