// Numbers, times and texts for people.

const MINUS = "\u2212";
const NONE = "\u2013";

/** A number with so many digits that count: 0.0312, 12.5, 4,096, 3.1e-7. */
function format(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return NONE;
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? "\u221e" : MINUS + "\u221e";
  }
  const size = Math.abs(value);
  let text;
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    text = size.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
  } else if (Number.isInteger(size) || size >= 10 ** digits) {
    text = Math.round(size).toLocaleString("en-US");
  } else {
    text = String(Number(size.toPrecision(digits)));
  }
  return value < 0 ? MINUS + text : text;
}

function count(value) {
  return value.toLocaleString("en-US");
}

function plural(value, one, many = one + "s") {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function percent(share, digits = 2) {
  return `${format(share * 100, digits)} %`;
}

/** A length of time in its two largest units: 340 ms, 12.3 s, 4 min 5 s, 1 h 12 min, 2 d 3 h. */
function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) {
    return NONE;
  }
  const two = (large, unit, small, below) => {
    const rest = Math.floor(seconds % large / small);
    return `${Math.floor(seconds / large)} ${unit}${rest ? ` ${rest} ${below}` : ""}`;
  };
  if (seconds > 0 && seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 60) {
    return `${format(seconds, 3)} s`;
  }
  if (seconds < 3600) {
    return two(60, "min", 1, "s");
  }
  return seconds < 86400 ? two(3600, "h", 60, "min") : two(86400, "d", 3600, "h");
}

/** The unit that round ticks of a time are made of, and its name. */
function timeUnit(seconds) {
  const units = [[86400, "d", 4 * 86400], [3600, "h", 2 * 3600], [60, "min", 120], [1, "s", 0]];
  return units.find(([, , from]) => seconds >= from);
}

/** An axis of seconds with ticks in one unit. */
function timeAxis({name, low, high, values}) {
  const axis = numberAxis({name, low, high, log: false, values});
  const [unit, word] = timeUnit(high - low);
  axis.ticks = (most) => roundTicks(low / unit, high / unit, most)
    .map((value) => ({place: axis.place(value * unit), text: value === 0 ? "0" : `${format(value)} ${word}`}));
  return axis;
}

/** Trial-hours, or less where they are few. */
function hours(seconds) {
  return seconds !== null && seconds >= 3600 ? `${format(seconds / 3600, 3)} h` : duration(seconds);
}

const CLOCK = new Intl.DateTimeFormat(undefined,
  {year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit"});

/** An instant in the reader's own time zone, which tells UTC when asked. */
function instant(milliseconds) {
  const date = new Date(milliseconds);
  const utc = date.toISOString();
  return h("time", {datetime: utc, title: utc.replace("T", " ").replace(/\.\d+Z/, " UTC"), text: CLOCK.format(date)});
}

/** A text that may hold anything, on one line: control characters and turns of the writing direction are shown. */
function plain(text) {
  return String(text)
    .replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "\ufffd");
}

/** The same, of at most so many characters. */
function cut(text, most = 60) {
  const head = plain(String(text).slice(0, most + 1));
  return head.length > most ? head.slice(0, most - 1) + "\u2026" : head;
}

/** A text of several lines, with other control characters shown. */
function lines(text) {
  return String(text).split(/\r?\n/).map((line) => plain(line.replaceAll("\t", "    "))).join("\n");
}
