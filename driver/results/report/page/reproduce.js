// How to have it again.

function reproduceSection(model) {
  const {experiment, data} = model;
  const {owners} = data.timeline;
  const {spec, file, commands} = data.reproduce;
  const versions = Array.from(new Set(owners.map(({version}) => version)));
  const launchers = Array.from(new Set(owners.map(({launcher}) => launcher)));
  const settings = Object.entries(experiment.algorithmSettings).map(([name, value]) => `${name}=${value}`).join(", ");
  const facts = [["Seed", experiment.seed], ["Diwan", versions.map((one) => cut(one, 40)).join(", ")],
    ["Algorithm", experiment.algorithm + (settings ? ` (${settings})` : "")],
    ["Early stopping", experiment.earlyStopping ?? "none"],
    ["Launcher", launchers.map((one) => cut(one, 40)).join(", ")], ["Records", count(experiment.records)],
    ["Known results", experiment.knownResults ? `${count(experiment.knownResults)} from elsewhere` : "none"]];
  const rows = commands.map(({what, command}) => h("div", {class: "command"}, h("p", {class: "over", text: what}),
    h("div", {class: "line"}, h("pre", {class: "code", tabindex: 0, "aria-label": what, text: lines(command)}),
      copyButton("Copy", () => command, {"aria-label": `Copy: ${what}`}))));
  const coordinators = h("table", {class: "plain-table"}, h("caption", {text: "Coordinators, one a run"}),
    h("thead", {}, h("tr", {}, ["run", "from", "host", "job", "launcher", "version"].map((text) => h("th", {scope: "col", text})))),
    h("tbody", {}, owners.slice(-200).map((owner) => h("tr", {}, h("td", {text: owner.epoch}),
      h("td", {}, instant(model.origin + owner.from)), h("td", {text: cut(owner.host, 40)}), h("td", {text: cut(owner.jobId ?? NONE, 30)}),
      h("td", {text: cut(owner.launcher, 20)}), h("td", {text: cut(owner.version, 30)})))));
  const specBlock = h("details", {open: spec.length < 6000}, h("summary", {}, h("strong", {text: cut(file, 80)}),
    h("span", {class: "host", text: "the experiment as it counts"})),
  h("div", {class: "line"}, h("pre", {class: "code tall", tabindex: 0, "aria-label": "Experiment file", text: lines(spec)}),
    h("div", {class: "buttons column"}, copyButton("Copy", () => spec, {"aria-label": "Copy the experiment file"}),
      button("Save", () => download(plain(file), "application/yaml", spec), {"aria-label": "Save the experiment file"}))));
  return section("reproduce", "Reproduce", h("dl", {class: "pairs wide"}, facts.map(([name, value]) => [h("dt", {text: name}),
    h("dd", {text: cut(value, 300)})])), rows, specBlock, coordinators);
}
