// Axes as they are drawn.

/** From a share of an axis to a place between two ends. */
function between(from, to) {
  return (share) => from + share * (to - from);
}

/** A horizontal axis below a plot, with lines through it. */
function bottomAxis({svg, back, width}, axis, {left, right, top, bottom, title, most, bare}) {
  const at = between(left, right);
  const ticks = axis.ticks(most ?? Math.max(2, Math.floor((right - left) / 90)));
  const group = s("g", {class: "axis"});
  group.append(s("line", {class: "base", x1: left, x2: right, y1: bottom, y2: bottom}));
  const room = (right - left) / Math.max(ticks.length, 1) / 6.2;
  for (const {place, text} of ticks) {
    back.append(s("line", {class: "grid", x1: at(place), x2: at(place), y1: bare ? bottom + 4 : top, y2: bottom}));
    const shown = cut(text, Math.max(room, 4));
    group.append(label(Math.min(at(place), width - 3.4 * shown.length), bottom + 16, shown,
      {"text-anchor": "middle", class: "tick"}));
  }
  if (title) {
    group.append(label(right, bottom + 32, cut(title, Math.max(12, (right - left) / 6.4)),
      {"text-anchor": "end", class: "title"}));
  }
  svg.append(group);
}

/** A vertical axis on the left of a plot, with lines through it. */
function leftAxis({svg, back}, axis, {left, right, top, bottom, title, most, bare}) {
  const at = between(bottom, top);
  const group = s("g", {class: "axis"});
  for (const {place, text} of axis.ticks(most ?? Math.max(2, Math.floor((bottom - top) / 48)))) {
    back.append(s("line", {class: "grid", x1: bare ? left - 4 : left, x2: bare ? left : right, y1: at(place), y2: at(place)}));
    group.append(label(left - 8, at(place), text, {"text-anchor": "end", "dominant-baseline": "central", class: "tick"}));
  }
  if (title) {
    group.append(label(left - 8, top - 14, cut(title, 48), {class: "title", "text-anchor": "start"}));
  }
  svg.append(group);
}

const LEGEND_ROW = 18;

/** Where the items of a legend go: [x, row] each, as many to a row as there is room for. */
function legendPlaces(left, right, items) {
  let x = left;
  let row = 0;
  return items.map(({text}) => {
    const wide = 32 + 7 * text.length;
    if (x > left && x + wide > right + 16) {
      x = left;
      row += 1;
    }
    const place = [x, row];
    x += wide;
    return place;
  });
}

/** Pixels that a legend takes beyond its first row. */
function legendExtra(left, right, items) {
  return items.length === 0 ? 0 : LEGEND_ROW * legendPlaces(left, right, items).at(-1)[1];
}

/** What marks mean, in rows between two ends. @param items  [{text, draw(x, y)}] */
function legend(svg, left, right, top, items) {
  legendPlaces(left, right, items).forEach(([x, row], k) => {
    const {text, draw} = items[k];
    draw(x + 5, top + LEGEND_ROW * row);
    svg.append(label(x + 15, top + LEGEND_ROW * row, text, {"dominant-baseline": "central", class: "tick"}));
  });
}
