// What went wrong: how often, by kind and host, and with which last lines.

const MOST_HOSTS = 10;

/** [{kind, count, hosts: Map, trials, reason, examples}], the most frequent first. */
function failureKinds(groups) {
  const kinds = new Map();
  for (const {kind, host, runs, reason, examples} of groups) {
    if (!kinds.has(kind)) {
      kinds.set(kind, {kind, count: 0, hosts: new Map(), trials: new Set(), reason, examples: []});
    }
    const one = kinds.get(kind);
    one.count += runs.length;
    one.hosts.set(host, new Set(runs.map(([number]) => number - 1)));
    one.examples.push(...examples);
    runs.forEach(([number]) => one.trials.add(number - 1));
  }
  return Array.from(kinds.values()).sort((a, b) => b.count - a.count);
}

function failuresSection(model, selection, showTrials) {
  const groups = model.data.failures;
  if (groups.length === 0) {
    return section("failures", "Failures", h("p", {class: "empty", text: "No run failed or was lost."}));
  }
  const kinds = failureKinds(groups);
  const all = kinds.reduce((sum, one) => sum + one.count, 0);
  return section("failures", "Failures",
    h("p", {class: "lead"}, `${plural(all, "attempt")} that failed or were lost. `,
      h("span", {class: "hint", text: "A number shows its trials in the table."})),
    h("div", {class: "wide-table"}, failureTable(groups, kinds, showTrials)),
    h("div", {class: "failures"}, kinds.map((one, k) => failureDetails(model, selection, one, k === 0))));
}

/** Kinds by hosts; the more, the stronger the cell. */
function failureTable(groups, kinds, showTrials) {
  const perHost = new Map();
  for (const {host, runs} of groups) {
    perHost.set(host, (perHost.get(host) ?? 0) + runs.length);
  }
  const hosts = Array.from(perHost).sort((a, b) => b[1] - a[1]).map(([host]) => host);
  const named = hosts.slice(0, MOST_HOSTS).sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
  const rest = hosts.slice(MOST_HOSTS);
  const most = Math.max(...groups.map(({runs}) => runs.length));
  const cell = (one, of, word) => {
    const trials = new Set(of.flatMap((host) => Array.from(one.hosts.get(host) ?? [])));
    const number = of.reduce((sum, host) => sum + groups.filter((group) => group.kind === one.kind && group.host === host)
      .reduce((runs, group) => runs + group.runs.length, 0), 0);
    return number === 0 ? h("td", {class: "none", text: "\u00b7"})
      : h("td", {class: `heat h${Math.ceil(4 * number / Math.max(most, number))}`},
        button(count(number), () => showTrials(trials, one.kind), {class: "link", "aria-label":
          `${plural(number, "attempt")}: ${one.kind}, ${word}; show in the table`}));
  };
  const headings = [...named.map((host) => [[host], host || "no host"]), ...(rest.length ? [[rest, `${rest.length} others`]] : [])];
  return h("table", {class: "matrix", "aria-label": "Failures by kind and host"}, h("thead", {}, h("tr", {}, h("th", {scope: "col", text: "kind"}),
      headings.map(([, word]) => h("th", {scope: "col", title: cut(word, 100), text: cut(word, 14)})), h("th", {scope: "col", text: "all"}))),
    h("tbody", {}, kinds.map((one) => h("tr", {}, h("th", {scope: "row", text: one.kind}),
      headings.map(([of, word]) => cell(one, of, word)), h("td", {class: "sum", text: count(one.count)})))));
}

function failureDetails(model, selection, {kind, count: number, trials, reason, examples}, open) {
  const list = Array.from(trials).sort((a, b) => a - b);
  const texts = new Map();  // equal last lines stand once
  for (const {trial, attempt, text} of examples) {
    texts.set(text, [...(texts.get(text) ?? []), `${model.name(trial - 1)}${attempt > 1 ? ` attempt ${attempt}` : ""}`]);
  }
  const logs = Array.from(texts).slice(0, 3).map(([text, names]) => [
    h("p", {class: "over", text: names.length > 6 ? `${names.slice(0, 6).join(", ")}, \u2026` : names.join(", ")}),
    h("pre", {class: "code", tabindex: 0, "aria-label": `Last lines of ${names[0]}`, text: lines(text.replace(/\n$/, ""))})]);
  return h("details", {open}, h("summary", {}, h("strong", {text: kind}), h("span", {class: "times", text: plural(number, "attempt")})),
    reason && reason !== kind ? h("p", {class: "reason", text: cut(reason, 1200)}) : null,
    h("p", {class: "links"}, "Trials ", list.slice(0, 24).map((i) => [button(model.name(i), () => selection.pin(i), {class: "link"}), " "]),
      list.length > 24 ? `and ${count(list.length - 24)} more` : ""),
    logs.length > 0 ? logs : h("p", {class: "empty small", text: "Their logs were not kept, or they printed nothing."}));
}
