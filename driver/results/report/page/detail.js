// All of one trial, beside the page.

function detailPanel(model, selection) {
  const content = h("div", {class: "content"});
  const close = button("Close", () => selection.pin(-1), {class: "plain"});
  const panel = h("aside", {class: "detail", hidden: true, "aria-label": "Details of a trial", tabindex: -1},
    h("header", {}, h("h2", {}), close), content);
  let before = null;
  const rows = (title, pairs) => [h("h3", {text: title}), h("dl", {class: "pairs"}, pairs.map(([name, value]) => [
    h("dt", {text: cut(name, 60)}), h("dd", {}, value instanceof Node ? value : cut(value, 2000))]))];
  const show = (i) => {
    const {trials} = model;
    const number = (column) => (column[i] === null ? NONE : String(column[i]));
    panel.querySelector("h2").textContent = `${model.name(i)} ${cut(trials.name[i], 40)}`;
    const given = (p) => parameterText(model, p, i);
    const parent = trials.parent[i];
    const at = (value) => (Number.isNaN(value) ? NONE : instant(model.origin + value));
    content.replaceChildren(...[
      h("p", {class: `state s${model.status[i]}`, text: WORDS[model.status[i]]}),
      trials.reason[i] === null ? null : h("p", {class: "reason", text: cut(model.text(trials.reason[i]), 2000)}),
      rows("Values", [...model.shown.map((p) => [model.parameters[p].name, given(p)]), ...skipRows(model, i)]),
      rows("Results", model.metrics.flatMap((metric, m) => {
        const text = m < model.objectives.length ? model.objectives[m].texts[i] : null;
        return Number.isNaN(metric.latest[i]) ? [[metric.name, typeof text === "string" ? text : NONE]]
          : [[metric.name, `${format(metric.latest[i], 7)}, from ${format(metric.min[i], 7)} to ${format(metric.max[i], 7)}`]];
      })),
      rows("Run", [["started", at(model.start[i])], ["ended", at(model.end[i])], ["ran", duration(model.seconds[i])],
        ["host", model.text(trials.host[i]) || NONE], ["GPU", model.text(trials.gpus[i]) || NONE],
        ["attempts", number(trials.attempts)], ["exit code", number(trials.exitCode)], ["signal", number(trials.signal)],
        ["memory", trials.peakMemoryBytes[i] === null ? NONE : `${format(trials.peakMemoryBytes[i] / 2 ** 20, 4)} MiB`],
        ...(parent === null ? [] : [["went on from", button(model.name(parent - 1), () => selection.pin(parent - 1), {class: "link"})]]),
        ...(trials.rung[i] === null ? [] : [["bracket, rung", `${trials.bracket[i]}, ${trials.rung[i]}`]]),
        ...(trials.member[i] === null ? [] : [["member, generation", `${trials.member[i]}, ${trials.generation[i]}`]])]),
      copyButton("Copy values", () => model.parameters.map(({name, values}, p) => (Number.isNaN(values[i]) ? null
        : `${name}=${given(p)}`)).filter(Boolean).join("\n")),
    ].flat().filter(Boolean));
  };
  selection.on("pin", () => {
    const i = selection.pinned;
    if (i >= 0) {
      before = panel.hidden ? document.activeElement : before;
      show(i);
      panel.hidden = false;
      panel.focus({preventScroll: true});
    } else if (!panel.hidden) {
      panel.hidden = true;
      if (before && before.isConnected) {
        before.focus({preventScroll: true});
      }
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && selection.pinned >= 0) {
      selection.pin(-1);
    }
  });
  return panel;
}
