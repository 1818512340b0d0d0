// What darts says it found: Genotype(normal=[[('max_pooling_3x3', 0), …], …], normal_concat=range(2, 6), reduce=…). The
// text is a trial's own and may be anything; it is read, never run, and what is no genotype is null.

const MOST_GENOTYPE = 20000;  // characters
const MOST_NODES = 40;        // of a cell

/** The words of a text: names, numbers, texts in quotes, and signs; null where it holds anything else. */
function genotypeWords(text) {
  const words = [];
  const pattern = /\s*(?:([A-Za-z_]\w*)|(\d{1,6})|'([^'\\]*)'|"([^"\\]*)"|([()[\],=]))/y;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) {
      return text.slice(from).trim() === "" ? words : null;
    }
    const [, name, number, single, double, sign] = found;
    words.push(name !== undefined ? {name} : number !== undefined ? {number: Number(number)}
      : sign !== undefined ? {sign} : {text: single ?? double});
  }
  return words;
}

/** A value at a place of the words: a number, a text, {call, list, fields} or a list. Throws where there is none. */
function genotypeValue(words, place, depth = 0) {
  const word = words[place.at++];
  if (!word || depth > 6) {
    throw new Error("no value");
  }
  if (word.number !== undefined || word.text !== undefined) {
    return word.number ?? word.text;
  }
  const named = word.name !== undefined;
  const open = named ? (words[place.at++] ?? {}).sign : word.sign;
  const close = {"(": ")", "[": "]"}[open];
  if (!close || (named && open !== "(")) {
    throw new Error("no value");
  }
  const list = [];
  const fields = new Map();
  while ((words[place.at] ?? {}).sign !== close) {
    const key = (words[place.at] ?? {}).name;
    if (named && key !== undefined && (words[place.at + 1] ?? {}).sign === "=") {
      place.at += 2;
      fields.set(key, genotypeValue(words, place, depth + 1));
    } else {
      list.push(genotypeValue(words, place, depth + 1));
    }
    if ((words[place.at] ?? {}).sign === ",") {
      ++place.at;
    } else if ((words[place.at] ?? {}).sign !== close) {
      throw new Error("no comma");
    }
  }
  ++place.at;
  return named ? {call: word.name, list, fields} : list;
}

/** A cell as [[{operation, from}, …] of each node] and the nodes that make its output, counted with its two inputs. */
function genotypeCell(edges, concat) {
  const isEdge = (one) => Array.isArray(one) && one.length === 2 && typeof one[0] === "string" && Number.isInteger(one[1]);
  if (!Array.isArray(edges) || edges.length === 0) {
    throw new Error("no cell");
  }
  // One list for each node, or, as the paper's own code writes it, two edges a node in one list.
  const lists = edges.every(isEdge) ? Array.from({length: Math.ceil(edges.length / 2)}, (_, n) => edges.slice(2 * n, 2 * n + 2)) : edges;
  const nodes = lists.map((list, n) => {
    if (!Array.isArray(list) || !list.every(isEdge) || list.some(([, from]) => from >= n + 2)) {
      throw new Error("no node");
    }
    return list.map(([operation, from]) => ({operation, from}));
  });
  const [low, high] = concat && concat.call === "range" ? (concat.list.length === 1 ? [0, ...concat.list] : concat.list) : [];
  const out = low === undefined ? concat : Array.from({length: Math.min(Math.max(high - low, 0), MOST_NODES)}, (_, k) => low + k);
  if (nodes.length > MOST_NODES || !Array.isArray(out) || !out.every((from) => Number.isInteger(from) && from < nodes.length + 2)) {
    throw new Error("no output");
  }
  return {nodes, out};
}

/** {normal, reduce}, or null for a text that is no genotype. */
function readGenotype(text) {
  const words = text.length <= MOST_GENOTYPE ? genotypeWords(text) : null;
  if (!words) {
    return null;
  }
  try {
    const place = {at: 0};
    const {call, list = [], fields = new Map()} = genotypeValue(words, place);
    const field = (name, at) => fields.get(name) ?? list[at];
    if (call !== "Genotype" || place.at !== words.length) {
      return null;
    }
    return {normal: genotypeCell(field("normal", 0), field("normal_concat", 1)),
      reduce: genotypeCell(field("reduce", 2), field("reduce_concat", 3))};
  } catch {
    return null;
  }
}
