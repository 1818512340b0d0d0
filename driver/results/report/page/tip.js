// What stands beside the pointer.

const tip = h("div", {class: "tip", hidden: true});

/** Shows rows [[name, value], …] under a title at a place of the window. */
function showTip(event, title, rows) {
  tip.replaceChildren(h("strong", {text: cut(title, 60)}),
    h("dl", {}, rows.map(([name, value]) => [h("dt", {text: cut(name, 28)}), h("dd", {text: cut(value, 40)})])));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, window.innerWidth - box.width - 8);
  const above = event.clientY + 14 + box.height > window.innerHeight;
  tip.style.left = `${Math.max(left, 8)}px`;
  tip.style.top = `${Math.max(above ? event.clientY - box.height - 12 : event.clientY + 14, 8)}px`;
}

function hideTip() {
  tip.hidden = true;
}

/** What a trial is told by: its result, how it ended, and its values. */
function trialRows(model, i, most = 8) {
  const rows = model.objectives.map((objective) => [objective.metric,
    typeof objective.texts[i] === "string" && Number.isNaN(objective.values[i]) ? objective.texts[i]
      : format(objective.values[i], 5)]);
  rows.push(["status", WORDS[model.status[i]]]);
  model.shown.slice(0, most).forEach((p) => {
    const {name, axis, values} = model.parameters[p];
    rows.push([name, axis.text(values[i])]);
  });
  if (model.shown.length > most) {
    rows.push(["", `and ${plural(model.shown.length - most, "other")}`]);
  }
  return rows;
}
