// The table of all trials: exact, sorted, filtered, and with only the rows on the page that are seen.

const ROW_HIGH = 30;
const MOST_PRINTED = 60;  // rows

/** [{key, name, text(i), printed(i) where paper has less room, exact(i), value(i), right, shown}] */
function tableColumns(model) {
  const {trials} = model;
  const number = (key, name, values, more = {}) => ({key, name, right: true, shown: true, value: (i) => values[i],
    text: (i) => format(values[i], 6), printed: (i) => format(values[i]), exact: (i) => (Number.isNaN(values[i]) ? "" : String(values[i])), ...more});
  const text = (key, name, of, more = {}) => ({key, name, shown: true, value: of, text: (i) => cut(of(i), 160), exact: of, ...more});
  const moment = (key, name, values) => number(key, name, values, {shown: false, printed: null,
    text: (i) => (Number.isNaN(values[i]) ? NONE : CLOCK.format(model.origin + values[i])),
    exact: (i) => (Number.isNaN(values[i]) ? "" : new Date(model.origin + values[i]).toISOString())});
  const several = (values) => Float64Array.from(values, (value) => value ?? NaN);
  return [
    {key: "number", name: "#", right: true, shown: true, value: (i) => i, text: (i) => String(i + 1), exact: (i) => String(i + 1)},
    text("trial", "trial", (i) => trials.name[i], {shown: false}),
    text("status", "status", (i) => STATUSES[model.status[i]], {text: (i) => WORDS[model.status[i]]}),
    ...model.objectives.map((objective) => number("objective", objective.metric, objective.values, {
      text: (i) => (typeof objective.texts[i] === "string" ? cut(objective.texts[i], 80) : format(objective.values[i], 6)),
      printed: null,
      exact: (i) => (objective.texts[i] === null ? "" : String(objective.texts[i]))})),
    ...model.shown.map((p) => model.parameters[p]).map((parameter) => (parameter.axis.choices
      ? text("parameter", parameter.name, (i) => (Number.isNaN(parameter.values[i]) ? "" : parameter.choices[parameter.values[i]]),
        parameter.numbers ? {right: true, value: (i) => (Number.isNaN(parameter.values[i]) ? NaN
          : parameter.numbers[parameter.values[i]])} : {})
      : number("parameter", parameter.name, parameter.values))),
    ...model.metrics.slice(model.objectives.length).map((metric) => number("metric", `${metric.name} (latest)`, metric.latest)),
    number("seconds", "ran", model.seconds, {text: (i) => duration(model.seconds[i]), printed: null}),
    text("host", "host", (i) => model.text(trials.host[i])),
    text("gpus", "GPU", (i) => model.text(trials.gpus[i]), {shown: trials.gpus.some((place) => place !== null)}),
    number("attempts", "attempts", several(trials.attempts), {shown: false}),
    moment("start", "start", model.start),
    moment("end", "end", model.end),
    number("exitCode", "exit code", several(trials.exitCode), {shown: false}),
    number("memory", "memory", several(trials.peakMemoryBytes), {shown: false, printed: null,
      text: (i) => (trials.peakMemoryBytes[i] === null ? NONE : `${format(trials.peakMemoryBytes[i] / 2 ** 20, 3)} MiB`)}),
    text("reason", "reason", (i) => model.text(trials.reason[i]), {shown: model.status.some((one) => one === FAILED)}),
  ];
}

/** A filter's text as a function of a trial: words that are to be found, and comparisons such as lr<0.01 or status=failed. */
function readQuery(text, columns) {
  const tests = text.trim().split(/\s+/).filter(Boolean).map((word) => {
    const [, name, sign, wanted] = /^(.+?)(<=|>=|!=|=|<|>)(.+)$/.exec(word) ?? [];
    const column = name && columns.find((one) => one.name === name || one.key === name);
    if (!column) {
      const part = word.toLowerCase();
      return (i) => columns.some((one) => (one.shown || one.key === "trial") && (one.text(i).toLowerCase().includes(part) ||
        (!one.right && String(one.exact(i)).toLowerCase().includes(part))));
    }
    const number = Number(wanted);
    const same = (i) => [column.exact(i), column.text(i)].some((one) => one.toLowerCase() === wanted.toLowerCase()) ||
      column.value(i) === number;
    const tests = {"=": same, "!=": (i) => !same(i), "<": (i) => column.value(i) < number,
      ">": (i) => column.value(i) > number, "<=": (i) => column.value(i) <= number, ">=": (i) => column.value(i) >= number};
    return tests[sign];
  });
  return tests.length === 0 ? null : (i) => tests.every((test) => test(i));
}

/** Pixels for the longest of some of its texts, so that columns stay where they are while rows come and go. */
function columnWidth(column, size) {
  const stride = Math.max(1, Math.floor(size / 300));
  let most = Math.min(column.name.length + 2, 24);
  for (let i = 0; i < size; i += stride) {
    most = Math.max(most, Math.min(column.text(i).length, 32));
  }
  return Math.round((most + 1) * 7.8 + (column.key === "status" ? 46 : 30));
}

function csvOf(columns, rows) {
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text);
  const line = (texts) => texts.map(field).join(",");
  return [line(columns.map(({name}) => name)), ...rows.map((i) => line(columns.map(({exact}) => exact(i))))].join("\n") + "\n";
}

function trialsSection(model, selection) {
  const columns = tableColumns(model);
  let sorting = {column: columns[0], down: false};
  let order = [];  // all, as sorted
  let rows = [];   // those chosen of them
  const widths = h("colgroup");
  const head = h("tr");
  const body = h("tbody");
  const table = h("table", {class: "trials", "aria-label": "Trials"}, widths, h("thead", {}, head), body);
  const scroller = h("div", {class: "scroller", tabindex: 0, role: "region", "aria-label": "Table of trials; arrow keys scroll"}, table);
  const counted = h("output", {class: "counted", "aria-live": "polite"});
  const shown = () => columns.filter((column) => column.shown);

  const setWidths = () => {
    const all = shown().map((column) => columnWidth(column, model.size));
    const sum = all.reduce((a, b) => a + b, 0);
    const letters = shown().reduce((letters, {name}) => letters + Math.max(Math.min(name.length, 28), 9), 0);
    table.classList.toggle("many", letters > 150);  // more than paper has room for without breaking words
    table.style.width = `${sum}px`;
    table.style.minWidth = "100%";
    widths.replaceChildren(...all.map((width) => {
      const col = h("col");
      col.style.width = `${width}px`;
      return col;
    }));
  };
  const fillHead = () => head.replaceChildren(...shown().map((column) => {
    const mine = sorting.column === column;
    const press = button(cut(column.name, 28), () => {
      sorting = {column, down: mine ? !sorting.down : false};
      fillHead();
      sort();
    }, {title: cut(column.name, 200)});
    press.append(h("span", {class: "arrow", "aria-hidden": "true", text: mine ? (sorting.down ? "\u2193" : "\u2191") : ""}));
    return h("th", {scope: "col", class: column.right ? "right" : null, "data-name": cut(column.name, 28).replaceAll("_", "_\u200b"),
      "aria-sort": mine ? (sorting.down ? "descending" : "ascending") : "none"}, press);
  }));
  const sort = () => {
    const {column, down} = sorting;
    const keys = Array.from({length: model.size}, (_, i) => column.value(i));
    const missing = (key) => key === "" || key === null || Number.isNaN(key);
    order = keys.map((_, i) => i).sort((a, b) => {
      const [left, right] = [keys[a], keys[b]];
      if (missing(left) || missing(right)) {
        return missing(left) - missing(right) || a - b;
      }
      const less = typeof left === "string" ? (left < right ? -1 : left > right ? 1 : 0) : left - right;
      return (down ? -less : less) || a - b;
    });
    choose();
  };
  const choose = () => {
    rows = order.filter((i) => selection.mask[i]);
    counted.textContent = `${count(rows.length)} of ${plural(model.size, "trial")}`;
    table.setAttribute("aria-rowcount", rows.length + 1);
    scroller.dataset.rows = rows.length;
    fillBody();
  };
  const row = (i, at, printed) => h("tr", {"aria-rowindex": at + 2, "data-trial": i, class: i === selection.pinned ? "pinned" : null},
    shown().map((column, c) => {
      const text = printed && column.printed ? column.printed(i) : column.text(i);
      const cell = c === 0 ? button(text, () => selection.pin(i), {class: "link", "aria-label": `Details of trial ${i + 1}`}) : text;
      return h("td", {class: [column.right ? "right" : "", column.key === "status" ? `status s${model.status[i]}` : ""].join(" ").trim() || null,
        title: text.length > 24 ? text : null}, cell);
    }));
  const fillBody = () => {
    const most = figure.printing ? MOST_PRINTED : 0;
    const first = most ? 0 : Math.max(0, Math.min(Math.floor(scroller.scrollTop / ROW_HIGH) - 8, rows.length - 8));
    const last = most ? Math.min(most, rows.length) : Math.min(rows.length, first + Math.ceil(scroller.clientHeight / ROW_HIGH) + 16);
    const gap = (number) => {
      const cell = h("td", {colspan: shown().length});
      cell.style.height = `${number * ROW_HIGH}px`;
      return number > 0 && !most ? h("tr", {class: "gap", "aria-hidden": "true"}, cell) : null;
    };
    body.replaceChildren(...[gap(first), ...rows.slice(first, last).map((i, k) => row(i, first + k, most > 0)),
      gap(rows.length - last)].filter(Boolean));
  };
  scroller.addEventListener("scroll", onceAFrame(fillBody), {passive: true});
  body.addEventListener("pointerover", (event) => {
    const on = event.target.closest("tr[data-trial]");
    selection.look(on ? Number(on.dataset.trial) : -1);
  });
  body.addEventListener("pointerleave", () => selection.look(-1));

  const filter = h("input", {type: "search", placeholder: "Filter: word, lr<0.01, status=failed", "aria-label": "Filter the trials",
    spellcheck: "false", oninput: onceAFrame(() => {
      selection.query = readQuery(filter.value, columns);
      selection.update();
    })});
  const picker = h("details", {class: "picker"}, h("summary", {text: "Columns"}),
    h("div", {class: "choices"}, columns.map((column) => tick(cut(column.name, 40), column.shown, (on) => {
      column.shown = on;
      setWidths();
      fillHead();
      fillBody();
    }))));
  const save = button("CSV", () => download(`${plain(model.experiment.name)}-trials.csv`, "text/csv", csvOf(shown(), rows)),
    {title: "Save these rows and columns as CSV"});
  const element = section("trials", "Trials", h("div", {class: "controls bar"}, filter, counted, picker, save), scroller);
  selection.on("change", onceLetGo(() => {
    scroller.scrollTop = 0;
    choose();
  }));
  selection.on("pin", () => {
    for (const on of body.querySelectorAll("tr[data-trial]")) {
      on.classList.toggle("pinned", Number(on.dataset.trial) === selection.pinned);
    }
  });
  element.printed = fillBody;
  element.csv = () => csvOf(shown(), rows);
  /** Shows only these. */
  element.only = (trials, word) => {
    filter.value = "";
    filter.placeholder = word;
    selection.query = (i) => trials.has(i);
    selection.update();
    element.scrollIntoView();
  };
  setWidths();
  fillHead();
  sort();
  new ResizeObserver(fillBody).observe(scroller);
  return element;
}
