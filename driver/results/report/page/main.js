// The page, from top to bottom.

function stateText({state, completion}) {
  return completion && state === "finished" ? `finished: ${completion}` : state;
}

function headerOf(model) {
  const {experiment} = model;
  const {counters} = experiment;
  const done = counters.succeeded + counters.failed + counters.earlyStopped + counters.metricsUnavailable + counters.killed;
  const goals = experiment.objectives.map(({metric, type}) => `${type} ${cut(metric, 40)}`).join(", ");
  const parts = [["succeeded", counters.succeeded], ["stopped early", counters.earlyStopped], ["failed", counters.failed],
    ["without metric", counters.metricsUnavailable], ["killed", counters.killed], ["running", counters.running],
    ["waiting", counters.pending]].filter(([, number]) => number > 0);
  const facts = [["Objective", goals], ["Algorithm", cut(experiment.algorithm, 30)],
    ["Trials", `${count(done)}${experiment.maxTrials ? ` of ${count(experiment.maxTrials)}` : ""}`],
    ["Worked", duration(experiment.workedSeconds)]];
  return h("header", {class: "top"}, h("div", {class: "title"}, h("p", {class: "brand", text: "Diwan report"}),
    h("h1", {text: cut(experiment.name, 80)}),
    h("p", {class: "state-line"}, h("span", {class: `badge ${experiment.failed ? "failed" : experiment.state}`, text: stateText(experiment)}),
      ` ${parts.map(([word, number]) => `${count(number)} ${word}`).join(" \u00b7 ")}`)),
  h("dl", {class: "summary"}, facts.map(([name, value]) => h("div", {}, h("dt", {text: name}), h("dd", {text: value})))),
  h("p", {class: "as-of"}, "As of ", instant(model.origin + experiment.until)));
}

/** Light, dark, or as the reader's system has it. */
function themeSwitch() {
  const root = document.documentElement;
  const prefers = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefers.matches);
  const press = button("", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    word();
    redrawAll();
  }, {class: "theme"});
  const word = () => {
    press.textContent = dark() ? "Light" : "Dark";
    press.setAttribute("aria-label", `Show in ${dark() ? "light" : "dark"} colours`);
  };
  prefers.addEventListener("change", () => {
    word();
    redrawAll();
  });
  word();
  return press;
}

/** The sections' names, the one that is read marked. */
function navigationOf(sections) {
  const links = sections.map((one) => h("a", {href: `#${one.id}`, text: one.querySelector("h2").textContent}));
  const watch = new IntersectionObserver((entries) => {
    for (const {target, isIntersecting} of entries) {
      target.inView = isIntersecting;
    }
    const first = sections.findIndex((one) => one.inView);
    links.forEach((link, k) => link.toggleAttribute("aria-current", k === first));
  }, {rootMargin: "-15% 0px -60% 0px"});
  sections.forEach((one) => watch.observe(one));
  return h("nav", {"aria-label": "Sections"}, h("ul", {}, links.map((link) => h("li", {}, link))), themeSwitch());
}

/** The chosen objective of several. */
function objectiveSwitch(model, refresh) {
  return model.objectives.length < 2 ? null : h("div", {class: "controls bar"}, chooser("Colour and order by",
    model.objectives.map(({metric}, o) => [o, metric]), 0, (value) => {
      chooseObjective(model, Number(value));
      refresh();
    }));
}

function sectionsOf(model, selection) {
  const cautions = cautionList(model);
  const contours = model.network !== null ? null : contoursFigure(model, selection);
  const refresh = () => {
    cautions.show();
    if (contours) {
      contours.setUp();
    }
    selection.update();
    redrawAll();
  };
  const trials = trialsSection(model, selection);
  const oneTrial = model.network === "cells";  // which says nothing of its parameters
  return [
    verdictSection(model, selection),
    architectureSection(model),
    oneTrial ? null : section("course", "History", objectiveSwitch(model, refresh), paretoFigure(model, selection), historyFigure(model, selection)),
    oneTrial ? null : section("space", "Search space", parallelFigure(model, selection)),
    oneTrial ? null : section("influence", "Importance", cautions, h("div", {class: "two"}, importanceFigure(model), pairsFigure(model)),
      edgeHints(model), slicesFigure(model, selection), contours),
    section("learning", "Learning", curvesFigure(model, selection), rungsFigure(model, selection), lineageFigure(model, selection)),
    section("machines", "Machines", useFacts(model), timelineFigure(model, selection)),
    failuresSection(model, selection, (set, word) => trials.only(set, word)),
    trials,
    reproduceSection(model),
  ].filter(Boolean);
}

/** For paper: light, all figures drawn at its width, all that is folded shown, a bounded table. */
function printWell(sections) {
  const root = document.documentElement;
  const trials = sections.find(({id}) => id === "trials");
  let before;
  let opened = [];
  addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    figure.printing = true;
    opened = Array.from(document.querySelectorAll("section details:not([open]):not(.picker)"));
    opened.forEach((one) => { one.open = true; });
    redrawAll();
    trials.printed();
  });
  addEventListener("afterprint", () => {
    opened.forEach((one) => { one.open = false; });
    if (before) {
      root.dataset.theme = before;
    } else {
      delete root.dataset.theme;
    }
    figure.printing = false;
    redrawAll();
    trials.printed();
  });
}

function main() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const model = readModel(data);
  const selection = makeSelection(model);
  const sections = sectionsOf(model, selection);
  document.body.append(h("a", {class: "skip", href: "#verdict", text: "Skip to the verdict"}), headerOf(model),
    h("div", {class: "columns"}, navigationOf(sections), h("main", {}, sections)), detailPanel(model, selection), tip, announcer);
  printWell(sections);
}

main();
