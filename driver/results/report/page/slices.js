// Slices: each parameter against the objective, with what the forest expects along it.

const PANEL = 262;   // least width of a panel, in pixels
const PANEL_HIGH = 210;

/** How many panels stand beside each other, so that all rows are as full as they can be. */
function panelColumns(width, panels) {
  const most = Math.max(1, Math.min(Math.floor(width / PANEL), panels));
  return Math.ceil(panels / Math.ceil(panels / most));
}

/** The name of what a panel shows, above it. */
function panelTitle(svg, {left, top}, {name, axis}) {
  const title = label(left, top - 12, cut(name + (axis.log ? " (log)" : ""), 30), {class: "name"});
  title.append(s("title", {text: cut(name, 300)}));
  svg.append(title);
}

/** The parameters in the order of their importance, as far as it is known. */
function byImportance(model) {
  const landscape = landscapeOf(model);
  const rank = model.parameters.map((_, p) => {
    const at = landscape ? landscape.parameters.findIndex(({parameter}) => parameter === p) : -1;
    return at < 0 ? model.parameters.length + p : at;
  });
  return [...model.shown].sort((a, b) => rank[a] - rank[b]);
}

function slicesFigure(model, selection) {
  let few = true;
  const draw = (surface) => {
    const y = model.objectiveAxis;
    if (!y || model.shown.length === 0) {
      return "No trial has ended with a finite objective.";
    }
    const order = byImportance(model);
    const shown = few && !surface.vector ? order.slice(0, 9) : order;
    const columns = panelColumns(surface.width, shown.length);
    const wide = surface.width / columns;
    surface.begin(Math.ceil(shown.length / columns) * PANEL_HIGH);
    const places = [];
    shown.forEach((p, k) => {
      const left = (k % columns) * wide;
      const top = Math.floor(k / columns) * PANEL_HIGH;
      drawSlice(model, selection, surface, p, y, places, {left: left + 58, right: left + wide - 18, top: top + 30,
        bottom: top + PANEL_HIGH - 42, first: k % columns === 0});
    });
    if (!surface.vector) {
      lookAtPlaces(surface.svg, model, selection, places, null, "Trials by the values of their parameters");
    }
    return undefined;
  };
  const more = model.shown.length > 9 ? tick(`all ${model.shown.length} parameters`, false, (all) => {
    few = !all;
    one.figure.redraw();
  }) : null;
  const one = figure({id: "slices", title: "Slices", draw, controls: [more],
    note: "Each parameter against the objective, most important first. The line is what the forest expects with all " +
      "others drawn at random, the band its spread; the ring is the best trial."});
  followChoice(selection, one.figure);
  return one;
}

function drawSlice(model, selection, surface, p, y, places, box) {
  const {svg, pen, theme} = surface;
  const {axis, name} = model.parameters[p];
  leftAxis(surface, y, {...box, most: 4});
  bottomAxis(surface, axis, {...box, most: axis.choices ? Math.floor((box.right - box.left) / 44) : 4});
  panelTitle(svg, box, {name, axis});
  const atX = between(box.left, box.right);
  const atY = between(box.bottom, box.top);
  const r = model.ordered.length > 2000 ? 1.2 : model.ordered.length > 200 ? 1.8 : 2.8;
  const steps = axis.choices ? axis.choices.length : axis.whole ? axis.high - axis.low + 1 : Infinity;
  const spread = steps <= 40 ? 0.5 / steps : 0;
  for (let k = model.ordered.length - 1; k >= 0; --k) {
    const i = model.ordered[k];
    const place = axis.place(axis.values[i]);
    if (!Number.isNaN(place)) {
      const aside = spread * (((i * 0.618034) % 1) - 0.5);  // so that equal values do not hide each other
      const x = atX(place + aside);
      const down = atY(y.place(model.results[i]));
      places.push([x, down, i]);
      pen.mark("dot", x, down, r, {fill: rampColour(model.share[i], theme.dark),
        alpha: selection.mask[i] || surface.vector ? 0.8 : 0.06});
    }
  }
  drawExpected(model, p, {pen, theme, axis, y, atX, atY});
  const best = model.best;
  if (best >= 0 && !Number.isNaN(axis.values[best]) && !Number.isNaN(model.results[best])) {
    const aside = spread * (((best * 0.618034) % 1) - 0.5);
    svg.append(s("circle", {class: "best", cx: atX(axis.place(axis.values[best]) + aside),
      cy: atY(y.place(model.results[best])), r: 5}));
  }
}

/** What the forest expects along a parameter; of categories a dash each. */
function drawExpected(model, p, {pen, theme, axis, y, atX, atY}) {
  const landscape = landscapeOf(model);
  const curve = landscape && landscape.curves.find(({parameter}) => parameter === p);
  if (!curve) {
    return;
  }
  const style = {stroke: theme.ink, width: 1.6};
  const low = (k) => atY(y.place(curve.mean[k] - curve.deviation[k]));
  const high = (k) => atY(y.place(curve.mean[k] + curve.deviation[k]));
  if (axis.choices) {
    const half = 0.32 / axis.choices.length;
    curve.values.forEach((value, k) => {
      const place = axis.place(value);
      const [left, right] = [atX(place - half), atX(place + half)];
      pen.area([left, low(k), right, low(k), right, high(k), left, high(k)], {fill: theme.ink, alpha: 0.12});
      pen.line([left, atY(y.place(curve.mean[k])), right, atY(y.place(curve.mean[k]))], style);
    });
    return;
  }
  const across = curve.values.map((value) => atX(axis.place(value)));
  const band = across.flatMap((x, k) => [x, low(k)])
    .concat(across.map((x, k) => [x, high(k)]).reverse().flat());
  pen.area(band, {fill: theme.ink, alpha: 0.1});
  pen.line(across.flatMap((x, k) => [x, atY(y.place(curve.mean[k]))]), style);
}

/** "The best lies on the edge: widen" */
function edgeHints(model) {
  const edges = model.data.notices.filter(({kind}) => kind === "edge");
  return edges.length === 0 ? null : h("ul", {class: "notices", "aria-label": "Best values on the edge"},
    edges.map(({text}) => h("li", {}, withCode(text))));
}
