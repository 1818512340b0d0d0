// How sure the verdict is: what the best is measured by, and what running the best again gave.

/** The confirmation whose runs count; null where nothing was run again. */
function confirmationOf(model) {
  const {confirmations, inForce} = model.data.certainty;
  return inForce === null ? null : confirmations[inForce];
}

/** The trial that has the best mean of those that were run again; -1 where there is none. */
function confirmedBest(model) {
  const confirmation = confirmationOf(model);
  return confirmation && !model.front ? confirmation.trials[0].trial - 1 : -1;
}

function meanText({mean, deviation}, digits = 4) {
  return mean === null ? NONE : `${format(mean, digits)}${deviation === null ? "" : ` \u00b1 ${format(deviation, 2)}`}`;
}

/** What the runs made again say, in a line below the best. */
function confirmedLine(model) {
  const best = confirmedBest(model);
  if (best < 0) {
    return null;
  }
  const {objectives: [objective]} = confirmationOf(model).trials[0];
  const who = best === model.best ? "Run again" : `Run again, ${model.name(best)} is the best`;
  return h("p", {class: "chip"}, h("span", {"aria-hidden": "true", text: "\u21bb"}),
    `${who}: ${meanText(objective)} in ${plural(objective.values.length, "run")}`);
}

/** A difference of two values, as how much the first is better, with its interval. */
function betterBy(model, {value, low, high}) {
  const sign = model.objectives[0].minimize ? -1 : 1;
  const ends = [sign * low, sign * high].sort((a, b) => a - b);
  return {by: sign * value, low: ends[0], high: ends[1]};
}

function aheadText(model, difference) {
  const {by, low, high} = betterBy(model, difference);
  return `${format(by, 3)} (95\u00a0%: ${format(low, 2)} to ${format(high, 2)})`;
}

/** How sure the best of those run again is the best of them. */
function confirmedFact(model) {
  const confirmation = confirmationOf(model);
  const [best, ...others] = confirmation.trials;
  const name = model.name(best.trial - 1);
  const tested = others.filter(({lead}) => lead !== null);
  const close = tested.filter(({lead}) => !lead.sure);
  const {first} = confirmation;
  const start = first && (first.sure
    ? ` It is before the first trial (${model.name(first.trial - 1)}) by more than runs of it vary.`
    : ` Its lead on the first trial (${model.name(first.trial - 1)}) may be chance.`);
  if (tested.length === 0) {
    return factBox("How sure", `${meanText(best.objectives[0], 3)}`,
      `over ${plural(best.objectives[0].values.length, "run")} of ${name}; no other was run twice, so there is nothing ` +
      `to compare it with.${start ?? ""}`);
  }
  const [second] = tested;
  const ahead = `${name} is ahead of ${model.name(second.trial - 1)} by ${aheadText(model, second.lead)} in the mean of ` +
    `${plural(best.objectives[0].values.length, "run")}`;
  const names = close.map(({trial}) => model.name(trial - 1)).join(", ");
  return close.length > 0
    ? factBox("How sure", "Within noise", `${ahead}; it cannot be told from ${names}. More runs (--repeat) would tell.${start ?? ""}`)
    : factBox("How sure", "Beyond noise", `${ahead}${tested.length > 1 ? `, and surely ahead of all ${tested.length} others run again` : ""}.` +
      `${start ?? ""}`);
}

/** What is known where nothing was run again, and how to know more. */
function unconfirmedFact(model) {
  const command = h("code", {text: cut(model.data.certainty.command, 120)});
  const second = model.ranking[1];
  if (second === undefined) {
    return factBox("How sure", "One result", "nothing to compare it with. Run it again: ", command);
  }
  const {values} = model.objective;
  const lead = Math.abs(values[model.best] - values[second]);
  const noise = repeatNoise(model);
  const landscape = landscapeOf(model);
  const text = noise !== null
    ? `; repeats of one assignment differ by ${format(noise, 2)} (standard deviation)${lead < 2 * noise ? ", so either may be the better" : ""}.`
    : "; each ran once, and the best was chosen by that run, so how much of it is luck is not known." +
      (landscape && landscape.error !== null && landscape.explained > 0 && lead < landscape.error
        ? ` Results stray from a model of them by ${format(landscape.error, 2)}: the lead may be chance.` : "");
  return factBox("How sure", `${format(lead, 3)} ahead`, `of ${model.name(second)}${text} To find out: `, command);
}

function sureFact(model) {
  return confirmedBest(model) >= 0 ? confirmedFact(model) : unconfirmedFact(model);
}

/** The gain over trials that learned from none; null where there are none. */
function baselineFact(model) {
  const {baseline} = model.data.certainty;
  const best = model.objective.values[model.best];
  if (baseline === null || baseline.best === null) {
    return null;
  }
  const {label, algorithm, blind, results, draws, low, high, share} = baseline;
  const gain = gainText(model, best, baseline.best);
  const from = `from ${format(baseline.best)}, `;
  if (label === null) {
    const start = `${count(results)} trials suggested before any had ended`;
    return share === null ? factBox("Over its start", "No gain", `the best is one of the ${start}`)
      : factBox("Over its start", gain, `${from}the best of the ${start}${asGoodText(share, "such trials")}`);
  }
  const whose = cut(label, 40);
  if (!blind) {
    return factBox(`Over ${cut(algorithm, 24)}`, gain, `${from}the best of ${plural(draws, "trial")} of ${whose}`);
  }
  return factBox("Over random search", gain, `${from}what ${plural(draws, "random trial")} of ${whose} come to` +
    `${draws < results ? ` (nine in ten times ${format(Math.min(low, high))} to ${format(Math.max(low, high))})` : ""}` +
    `${asGoodText(share, "random trials")}`);
}

function asGoodText(share, which) {
  if (share === null) {
    return "";
  }
  return share.asGood === 0 ? `; none is as good, so fewer than ${percent(share.high)} of ${which} are`
    : `; ${count(share.asGood)} of ${count(share.of)} are as good (of all ${which} ${percent(share.low)} to ${percent(share.high)})`;
}

/** Found and confirmed side by side, a row for each trial. */
function drawConfirmation(model, surface, confirmation) {
  const o = Math.min(model.chosen, confirmation.trials[0].objectives.length - 1);
  const rows = confirmation.trials.map(({trial, objectives}) => ({i: trial - 1, ...objectives[o]}));
  const all = rows.flatMap(({found, values, mean, deviation}) => [found, ...values, mean - deviation, mean + deviation])
    .filter((value) => Number.isFinite(value));
  if (all.length === 0) {
    return "No run has ended with a result yet.";
  }
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.06 * (high - low) || Math.abs(low) * 0.01 || 1;
  const axis = numberAxis({name: "", low: low - room, high: high + room, log: false});
  const step = 34;
  const words = ["found", "run again", "mean \u00b1 deviation"];
  const top = 34 + legendExtra(4, surface.width, words.map((text) => ({text})));
  const box = {left: 60, right: surface.width - 16, top, bottom: top + rows.length * step};
  surface.begin(box.bottom + 40);
  const {svg, pen, theme} = surface;
  bottomAxis(surface, axis, {...box, title: model.objectives[o].metric});
  const at = (value) => between(box.left, box.right)(axis.place(value));
  const places = [];
  rows.forEach(({i, found, values, mean, deviation}, row) => {
    const y = box.top + row * step + step / 2;
    svg.append(label(box.left - 12, y, model.name(i), {"text-anchor": "end", "dominant-baseline": "central", class: "row"}));
    if (deviation !== null) {
      pen.line([at(mean - deviation), y, at(mean + deviation), y], {stroke: theme.ink, width: 1.2, alpha: 0.7});
    }
    values.forEach((value) => pen.mark("dot", at(value), y, 3.4, {fill: theme.accent, alpha: 0.55}));
    if (mean !== null) {
      pen.mark("tick", at(mean), y, 8, {stroke: theme.ink, width: 2});
      places.push([at(mean), y, i]);
    }
    if (found !== null) {
      pen.mark("diamond", at(found), y, 4, {stroke: theme.warn, width: 1.6});
      places.push([at(found), y, i]);
    }
  });
  legend(svg, 4, surface.width, 12, [
    {text: words[0], draw: (x, y) => pen.mark("diamond", x, y, 4, {stroke: theme.warn, width: 1.6})},
    {text: words[1], draw: (x, y) => pen.mark("dot", x, y, 3.4, {fill: theme.accent, alpha: 0.7})},
    {text: words[2], draw: (x, y) => {
      pen.line([x - 8, y, x + 8, y], {stroke: theme.ink, width: 1.2, alpha: 0.7});
      pen.mark("tick", x, y, 6, {stroke: theme.ink, width: 2});
    }}]);
  return {places, box};
}

function runsText({objectives, unended, withoutResult}) {
  const parts = [count(Math.max(...objectives.map(({values}) => values.length)))];
  if (withoutResult > 0) {
    parts.push(`${count(withoutResult)} without a result`);
  }
  if (unended > 0) {
    parts.push(`${count(unended)} to come`);
  }
  return parts.join(", ");
}

function confirmationTable(model, selection, {trials}) {
  const several = model.objectives.length > 1;
  const leads = trials.some(({lead}) => lead !== null);
  const head = ["Trial", ...model.objectives.flatMap(({metric}) => (several
    ? [`${cut(metric, 18)} found`, `${cut(metric, 18)} again`] : ["Found", "Run again"])), "Runs",
  ...(leads ? ["Behind the best (95\u00a0%)"] : [])];
  const behind = (lead) => (lead === null ? NONE : `${aheadText(model, lead)}${lead.sure ? "" : ", within noise"}`);
  return h("div", {class: "wide-table"}, h("table", {class: "plain-table confirmed"},
    h("thead", {}, h("tr", {}, head.map((text) => h("th", {scope: "col", text})))),
    h("tbody", {}, trials.map((one) => h("tr", {},
      h("th", {scope: "row"}, button(model.name(one.trial - 1), () => selection.pin(one.trial - 1), {class: "link"})),
      one.objectives.map((objective) => [h("td", {text: format(objective.found)}), h("td", {text: meanText(objective)})]),
      h("td", {text: runsText(one)}), leads ? h("td", {text: behind(one.lead)}) : null)))));
}

/** One figure and table for each time that the best were run again, the last first. */
function confirmationFigures(model, selection) {
  const {confirmations} = model.data.certainty;
  return confirmations.map((confirmation, k) => {
    const draw = (surface) => {
      const drawn = drawConfirmation(model, surface, confirmation);
      if (typeof drawn === "string") {
        return drawn;
      }
      if (!surface.vector) {
        lookAtPlaces(surface.svg, model, selection, drawn.places, drawn.box, "Results found and confirmed");
      }
      return undefined;
    };
    const {set, state, directory} = confirmation;
    const settings = set.length > 0 ? ["With ", ...set.flatMap((text, at) => [at > 0 ? ", " : "", h("code", {text: cut(text, 120)})]), ". "] : [];
    const going = state === "finished" ? "" : `It is ${state}. `;
    const title = confirmations.length === 1 ? "The best run again" : `The best run again: ${cut(directory, 30)}`;
    return h("div", {class: "two again"}, figure({id: k === 0 ? "confirmed" : `confirmed-${k + 1}`, title, draw,
      note: `${going}The best trials as the search found them, and as more runs with other seeds had them.`}),
    h("div", {}, confirmationTable(model, selection, confirmation),
      settings.length > 0 ? h("p", {class: "note"}, settings) : null));
  }).reverse();
}
