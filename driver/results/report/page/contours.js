// Contours: what the forest expects over two parameters, with the trials on it.

function contoursFigure(model, selection) {
  let pair = null;
  const surfaceOf = () => {
    const landscape = landscapeOf(model);
    return landscape && landscape.surfaces.find(({first, second}) =>
      (first === pair[0] && second === pair[1]) || (first === pair[1] && second === pair[0]));
  };
  const axes = (landscape) => {
    const known = new Set(landscape.surfaces.flatMap(({first, second}) => [first, second]));
    return byImportance(model).filter((p) => known.has(p)).map((p) => [p, model.parameters[p].name]);
  };
  const controls = h("span", {class: "choosers"});
  const setUp = () => {
    const landscape = landscapeOf(model);
    pair = landscape && landscape.surfaces.length > 0
      ? [landscape.surfaces[0].first, landscape.surfaces[0].second] : null;
    if (!pair) {
      controls.replaceChildren();
      return;
    }
    const choose = (end, value) => {
      const before = pair[end];
      pair[end] = Number(value);
      if (pair[0] === pair[1]) {
        pair[1 - end] = before;
        setSelects();
      }
      one.figure.redraw();
    };
    const setSelects = () => controls.replaceChildren(
      chooser("across", axes(landscape), pair[0], (value) => choose(0, value)),
      chooser("up", axes(landscape), pair[1], (value) => choose(1, value)));
    setSelects();
  };
  const draw = (surface) => {
    if (!pair) {
      return "It takes two parameters and ten results.";
    }
    const found = surfaceOf();
    if (!found) {
      return "These two were not looked at together: they are not among the most important.";
    }
    drawContours(model, selection, surface, found, pair);
    return undefined;
  };
  const one = figure({id: "contours", title: "Contours", draw, controls: [controls],
    note: "What the forest expects of two parameters together, all others drawn at random. Points are trials."});
  setUp();
  one.setUp = setUp;
  followChoice(selection, one.figure);
  return one;
}

function drawContours(model, selection, surface, found, [across, up]) {
  const {width, theme} = surface;
  const turned = found.first !== across;
  const [xs, ys] = turned ? [found.secondValues, found.firstValues] : [found.firstValues, found.secondValues];
  const mean = (k, l) => found.mean[turned ? l * xs.length + k : k * ys.length + l];
  const x = model.parameters[across].axis;
  const y = model.parameters[up].axis;
  const box = {left: 84, right: Math.min(width - 110, 760), top: 30, bottom: 400};
  surface.begin(450);
  const {svg, pen} = surface;
  const atX = between(box.left, box.right);
  const atY = between(box.bottom, box.top);
  const all = Array.from(found.mean);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const scale = numberAxis({name: "", low: least, high: most, log: model.objectiveAxis.log});
  const goodness = (value) => (model.objective.minimize ? 1 - scale.place(value) : scale.place(value));
  const bands = 12;
  const colour = (value) => rampColour((Math.floor(Math.min(goodness(value), 0.9999) * bands) + 0.5) / bands, theme.dark);
  const limits = (axis, values) => values.map((value, k) => {
    const at = axis.place(value);
    const before = k > 0 ? (axis.place(values[k - 1]) + at) / 2 : axis.choices ? 0 : at;
    const after = k + 1 < values.length ? (at + axis.place(values[k + 1])) / 2 : axis.choices ? 1 : at;
    return [before, after];
  });
  const [sides, levels] = [limits(x, xs), limits(y, ys)];
  sides.forEach(([left, right], k) => levels.forEach(([low, high], l) => {
    pen.box(atX(left), atY(high), atX(right) - atX(left) + 0.5, atY(low) - atY(high) + 0.5, {fill: colour(mean(k, l))});
  }));
  leftAxis(surface, y, {...box, bare: true, title: `${cut(y.name, 40)}${y.log ? " (log)" : ""}`, most: y.choices ? 12 : 6});
  bottomAxis(surface, x, {...box, bare: true, title: `${cut(x.name, 40)}${x.log ? " (log)" : ""}`, most: x.choices ? 10 : 7});
  const places = [];
  const trials = thinnedTrials(model.ordered, 1500);
  for (const i of trials) {
    const [a, b] = [x.place(x.values[i]), y.place(y.values[i])];
    if (!Number.isNaN(a) && !Number.isNaN(b)) {
      places.push([atX(a), atY(b), i]);
      pen.mark("dot", atX(a), atY(b), 2, {fill: theme.page, stroke: theme.ink, width: 0.7,
        alpha: selection.mask[i] || surface.vector ? 0.85 : 0.12});
    }
  }
  if (model.best >= 0) {
    svg.append(s("circle", {class: "best", cx: atX(x.place(x.values[model.best])), cy: atY(y.place(y.values[model.best])),
      r: 6}));
  }
  contourKey(model, surface, {left: box.right + 22, top: box.top, bottom: 190, scale, bands});
  if (!surface.vector) {
    lookAtPlaces(svg, model, selection, places, box, "Trials by two of their parameters");
  }
}

function contourKey(model, {svg, theme}, {left, top, bottom, scale, bands}) {
  const at = between(bottom, top);
  for (let band = 0; band < bands; ++band) {
    const share = (band + 0.5) / bands;
    svg.append(s("rect", {x: left, y: at((band + 1) / bands), width: 12, height: (bottom - top) / bands + 0.5,
      fill: rampColour(model.objective.minimize ? 1 - share : share, theme.dark)}));
  }
  for (const [share, value] of [0, 0.5, 1].map((one) => [one, scale.at(one)])) {
    svg.append(label(left + 18, at(share), format(value, 3), {class: "tick", "dominant-baseline": "central"}));
  }
  svg.append(label(left, top - 12, cut(model.objective.metric, 14), {class: "title"}));
}
