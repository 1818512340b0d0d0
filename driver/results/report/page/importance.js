// Which parameters matter: shares of the variance that a forest sees over the whole space, with the spread of its trees.

const MOST_SHARES = 24;  // parameters with a bar

function landscapeOf(model) {
  return model.data.landscapes.find((one) => one.objective === model.chosen);
}

function shareText(share) {
  return share >= 0.1 ? `${Math.round(share * 100)} %` : `${Number((share * 100).toFixed(1))} %`;
}

/** Bars with whiskers. @param rows  [{name, title, mean, deviation}] */
function drawShares(surface, rows, {names, top}) {
  const {width, theme} = surface;
  const rowHeight = 26;
  const bottom = top + rows.length * rowHeight;
  surface.begin(bottom + 44);
  const {svg} = surface;
  const most = Math.max(...rows.map(({mean, deviation}) => mean + deviation), 0.05);
  const axis = numberAxis({name: "share", low: 0, high: Math.min(most * 1.06, 1), log: false});
  axis.ticks = (number) => roundTicks(0, axis.high, number).map((value) => ({place: axis.place(value), text: percent(value)}));
  const box = {left: names, right: width - 72, top, bottom};
  bottomAxis(surface, axis, {...box, title: "share of the variance", most: Math.floor((box.right - box.left) / 80)});
  const at = between(box.left, box.right);
  rows.forEach(({name, title, mean, deviation}, row) => {
    const y = top + row * rowHeight + rowHeight / 2;
    const low = at(axis.place(mean - deviation));
    const high = at(axis.place(mean + deviation));
    const text = label(names - 10, y, cut(name, Math.floor(names / 7.6)),
      {"text-anchor": "end", "dominant-baseline": "central", class: "row"});
    text.append(s("title", {text: cut(title, 300)}));
    svg.append(text,
      s("rect", {x: at(0), y: y - 7, width: Math.max(at(axis.place(mean)) - at(0), 1), height: 14, rx: 2, fill: theme.accent,
        "fill-opacity": 0.8}),
      s("path", {d: `M${low} ${y}H${high}M${low} ${y - 3}v6M${high} ${y - 3}v6`, stroke: theme.ink, fill: "none",
        "stroke-width": 1.2}),
      label(Math.max(high, at(axis.place(mean))) + 8, y, shareText(mean), {"dominant-baseline": "central", class: "value"}));
  });
}

function nameRoom(width, names) {
  const longest = Math.max(...names.map((name) => Math.min(name.length, 34)), 4);
  return Math.min(longest * 7.6 + 16, width * 0.4);
}

function importanceFigure(model) {
  const draw = (surface) => {
    const landscape = landscapeOf(model);
    if (!landscape) {
      return "Too few results to tell which parameters matter: it takes ten.";
    }
    const rows = landscape.parameters.slice(0, MOST_SHARES).map(({parameter, mean, deviation}) => {
      const {name} = model.parameters[parameter];
      return {name, title: `${name}: ${percent(mean)} \u00b1 ${percent(deviation)}`, mean, deviation};
    });
    drawShares(surface, rows, {names: nameRoom(surface.width, rows.map(({name}) => name)), top: 6});
    const others = landscape.parameters.slice(MOST_SHARES);
    if (others.length > 0) {
      surface.svg.append(label(4, surface.height - 6, `${plural(others.length, "other")} make ${shareText(others.reduce((sum, {mean}) => sum + mean, 0))}`,
        {class: "tick"}));
    }
    return undefined;
  };
  return figure({id: "importance", title: "Importance of each parameter", draw,
    note: "How much of the objective\u2019s variance over the whole space each makes by itself (fANOVA on a random forest); " +
      "the whisker is one standard deviation over its trees."});
}

function pairsFigure(model) {
  const draw = (surface) => {
    const landscape = landscapeOf(model);
    const pairs = landscape ? landscape.pairs.filter(({mean}) => mean > 0).slice(0, 12) : [];
    if (pairs.length === 0) {
      return landscape ? "No two parameters make anything together." : "Too few results to tell.";
    }
    const rows = pairs.map(({first, second, mean, deviation}) => {
      const name = `${cut(model.parameters[first].name, 16)} \u00d7 ${cut(model.parameters[second].name, 16)}`;
      return {name, title: `${model.parameters[first].name} \u00d7 ${model.parameters[second].name}: ${percent(mean)} ` +
        `\u00b1 ${percent(deviation)}`, mean, deviation};
    });
    drawShares(surface, rows, {names: nameRoom(surface.width, rows.map(({name}) => name)), top: 6});
    return undefined;
  };
  return figure({id: "pairs", title: "Importance of pairs", draw,
    note: "What two make together, beyond what each makes by itself."});
}

/** Why importances should be taken with care, and how many trials say nothing here. */
function cautionList(model) {
  const list = h("ul", {class: "notices cautions", "aria-label": "Cautions"});
  const leftOut = h("p", {class: "lead left-out"});
  const both = h("div", {}, list, leftOut);
  both.show = () => {
    const landscape = landscapeOf(model);
    list.replaceChildren(...(landscape ? landscape.cautions : []).map((text) => h("li", {text})));
    list.hidden = list.children.length === 0;
    const number = landscape ? landscape.leftOut : 0;
    leftOut.textContent = `${plural(number, "trial")} without a finite result ${number === 1 ? "is" : "are"} left out.`;
    leftOut.hidden = number === 0;
  };
  both.show();
  return both;
}
