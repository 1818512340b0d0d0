// Elements. Text goes in as text, never as HTML, and no attribute holds a style: the page's policy allows neither.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name === "text") {
      element.textContent = value;
    } else if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element: h("p", {class: "note", text: "…", onclick: f}, child, …). */
function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A button with a word on it. */
function button(text, onclick, attributes = {}) {
  return h("button", {type: "button", text, onclick, ...attributes});
}

/** One of a few choices: a group of buttons of which one is pressed. @param choices  [[value, text], …] */
function segmented(label, choices, chosen, onchange) {
  const group = h("div", {class: "segmented", role: "group", "aria-label": label});
  const press = (value) => {
    for (const one of group.children) {
      one.setAttribute("aria-pressed", String(one.dataset.value === String(value)));
    }
  };
  for (const [value, text] of choices) {
    group.append(button(text, () => {
      press(value);
      onchange(value);
    }, {"data-value": value}));
  }
  press(chosen);
  return group;
}

/** A list to choose from. @param choices  [[value, text], …] */
function chooser(label, choices, chosen, onchange) {
  const select = h("select", {"aria-label": label, onchange: () => onchange(select.value)},
    choices.map(([value, text]) => h("option", {value, text: cut(text, 40)})));
  select.value = String(chosen);
  return h("label", {class: "chooser"}, h("span", {text: label}), select);
}

/** A box to tick. */
function tick(label, checked, onchange) {
  const box = h("input", {type: "checkbox", onchange: () => onchange(box.checked)});
  box.checked = checked;
  return h("label", {class: "tick"}, box, h("span", {text: label}));
}

/** Hands the reader a file. */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], {type}));
  h("a", {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** Puts text on the clipboard; where the browser refuses, through a selection. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", {class: "offscreen", readonly: true});
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** A button that copies what `text` gives, and says so. */
function copyButton(label, text, attributes = {}) {
  const one = button(label, async () => {
    await copyText(text());
    one.style.minWidth = `${one.offsetWidth}px`;  // so that its neighbours stay where they are
    one.textContent = "Copied";
    announce(`${label}: copied`);
    setTimeout(() => { one.textContent = label; }, 1400);
  }, attributes);
  return one;
}

/** Says something to those who do not see the page. */
const announcer = h("div", {class: "offscreen", role: "status", "aria-live": "polite"});
function announce(text) {
  announcer.textContent = text;
}

/** Is a pointer held down, so that what it drags is not done yet? */
let held = false;
for (const [type, now] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  addEventListener(type, () => { held = now; }, true);
}

/** Calls `call` once nothing has asked for it for a moment, nor is about to. */
function onceQuiet(call) {
  let timer = 0;
  const wait = () => { timer = setTimeout(() => (held ? wait() : call()), 140); };
  return () => {
    clearTimeout(timer);
    wait();
  };
}

/** Calls `call`, or where a pointer is held down once it is let go. */
function onceLetGo(call) {
  let asked = false;
  const answer = () => {
    if (asked) {
      asked = false;
      call();
    }
  };
  addEventListener("pointerup", answer, true);
  addEventListener("pointercancel", answer, true);
  return () => {
    asked = held;
    if (!held) {
      call();
    }
  };
}

/** Calls `call` once with the next frame, however often it is asked to. */
function onceAFrame(call) {
  let asked = 0;
  return () => {
    asked = asked || requestAnimationFrame(() => {
      asked = 0;
      call();
    });
  };
}
