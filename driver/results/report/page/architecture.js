// The architecture that a search of networks found: of enas the layers of the best trials, of darts the two cells.

const MOST_ARCHITECTURES = 20;  // trials to choose from

const spaced = (text) => text.replaceAll("_", " ");

const square = (value) => (/^\d+$/.test(value) ? `${value} \u00d7 ${value}` : value);

/** How people say the usual parameters of operations: "3 × 3", "64 filters", "stride 2". */
const PARAMETER_WORDS = new Map([["filter_size", square], ["kernel_size", square], ["pool_size", square],
  ["num_filter", (value) => `${value} filters`], ["stride", (value) => `stride ${value}`], ["reduction_type", spaced],
  ["depth_multiplier", (value) => `depth \u00d7 ${value}`]]);

/** A parameter of an operation as people say it; its name may be any, `constructor` too. */
function parameterWords(name, value) {
  const words = PARAMETER_WORDS.get(name);
  return words ? words(value) : `${spaced(name)} ${value}`;
}

/** The architecture of a trial of enas: its layers and, for each, from where it takes its input. */
function layersOf(model, i) {
  const values = (name) => model.parameters.find((parameter) => parameter.name === name).values[i];
  return Array.from({length: model.data.architecture.layers}, (_, layer) => ({
    operation: values(`layer_${layer + 1}`),
    skips: Array.from({length: layer}, (_, from) => from).filter((from) => values(`skip_${from}_${layer + 1}`) === 1),
  }));
}

/** Its nodes: the input, a layer each, the output. */
function layerNodes(model, i) {
  const {operations, inputSizes, outputSizes} = model.data.architecture;
  const sizes = (list) => list.join(" \u00d7 ");
  const layers = layersOf(model, i).map(({operation, skips}, layer) => {
    const {type, values} = operations[operation];
    const words = values.map(([name, value]) => parameterWords(name, value));
    return {mark: String(layer + 1), title: spaced(type), name: `layer ${layer + 1}`, number: operation, kinds: [type],
      lines: words.length > 0 ? [words.join(", ")] : [], inputs: [{from: layer, direct: true}, ...skips.map((from) => ({from}))]};
  });
  const end = (name, list, inputs) => ({title: `${name}  ${sizes(list)}`, name, kinds: [], lines: [], inputs});
  return [end("input", inputSizes, []), ...layers, end("output", outputSizes, [{from: layers.length, direct: true}])];
}

/** What there is to say of a node beside its name. */
function nodeRows(nodes, node) {
  const list = (some) => (some.length === 0 ? NONE : some.map(({name}) => name).join(", "));
  return [...(node.number === undefined ? [] : [[`operation ${node.number}`, node.title], ...node.lines.map((text) => ["", text])]),
    ["from", list(node.inputs.map(({from}) => from).sort((a, b) => a - b).map((from) => nodes[from]))],
    ["to", list(goesTo(nodes, node))]];
}

function drawLayers(model, i, surface) {
  const nodes = layerNodes(model, i);
  const skips = nodes.reduce((sum, {inputs}) => sum + inputs.filter(({direct}) => !direct).length, 0);
  const layers = nodes.length - 2;
  const top = 38;
  const width = Math.min(surface.width * 0.62, 400);
  const arcs = Math.min(surface.width - width - 12, 340);
  const left = 4;
  surface.begin(top + graphHeight(nodes) + 6);
  surface.svg.append(label(left, 14, `${model.name(i)}: ${plural(layers, "layer")}, ${count(skips)} of ${plural(layers * (layers - 1) / 2,
    "possible skip connection")}`, {class: "what", "dominant-baseline": "central"}));
  drawGraph(surface, nodes, {left, top, width, arcs});
  if (!surface.vector) {
    lookAtNodes(surface.svg, nodes, width, (node) => nodeRows(nodes, node), "Layers of the network");
  }
}

/** The nodes of a cell: its two inputs, its own with an operation for each edge into them, and its output. */
function cellNodes({nodes, out}) {
  const inner = nodes.map((edges, n) => ({title: `node ${n + 1}`, name: `node ${n + 1}`,
    kinds: edges.map(({operation}) => operation),
    lines: edges.map(({operation}) => spaced(operation).replace(/(\d+)x(\d+)$/, "$1 \u00d7 $2")),
    inputs: edges.map(({from}, line) => ({from, line}))}));
  const end = (name, title, inputs) => ({title, name, kinds: [], lines: [], inputs});
  return [end("cell before last", "cell before the last", []), end("last cell", "last cell", []), ...inner,
    end("output", "output, joined", out.map((from) => ({from, direct: from === nodes.length + 1})))];
}

/** What a node of a cell takes in, an edge a row, and where it goes. */
function cellRows(nodes, node) {
  const to = goesTo(nodes, node).map(({name}) => name);
  return [...node.inputs.map(({from, line}) => [`from ${nodes[from].name}`, line === undefined ? "" : node.lines[line]]),
    ["to", to.length === 0 ? NONE : to.join(", ")]];
}

function drawCells(genotype, surface) {
  const cells = [["Normal cell", cellNodes(genotype.normal)], ["Reduction cell", cellNodes(genotype.reduce)]];
  const beside = surface.width >= 640;
  const room = (beside ? surface.width / 2 : surface.width) - 12;
  const width = Math.min(room * 0.62, 300);
  const arcs = Math.min(room - width - 8, 200);
  const high = cells.map(([, nodes]) => graphHeight(nodes));
  const tops = [38, beside ? 38 : 38 + high[0] + 64];
  surface.begin((beside ? 38 + Math.max(...high) : tops[1] + high[1]) + 8);
  const all = [];
  cells.forEach(([title, nodes], c) => {
    const left = 4 + (beside ? c * (room + 16) : 0);
    surface.svg.append(label(left, tops[c] - 24, title, {class: "name", "dominant-baseline": "central"}));
    nodes.forEach((node) => { node.rows = () => cellRows(nodes, node); });
    drawGraph(surface, nodes, {left, top: tops[c], width, arcs});
    all.push(...nodes);
  });
  if (!surface.vector) {
    lookAtNodes(surface.svg, all, width, (node) => node.rows(), "Nodes of the normal and the reduction cell");
  }
}

/** The skip connections of a trial, one row of the layers they lead to for each layer they come from. */
function skipRows(model, i) {
  if (model.network !== "layers") {
    return [];
  }
  const to = new Map();
  layersOf(model, i).forEach(({skips}, layer) => skips.forEach((from) => to.set(from, [...(to.get(from) ?? []), layer + 1])));
  return [...to].sort(([a], [b]) => a - b).map(([from, layers]) => [`skip from ${from === 0 ? "input" : `layer_${from}`}`,
    `to ${layers.map((layer) => `layer_${layer}`).join(", ")}`]);
}

/** The section of what a search of networks found; null for other searches. */
function architectureSection(model) {
  if (model.network === null) {
    return null;
  }
  if (model.best < 0) {
    return section("architecture", "Architecture", h("p", {class: "empty", text: "No trial has a result yet."}));
  }
  return model.network === "cells" ? genotypeSection(model) : layersSection(model);
}

function layersSection(model) {
  const choices = model.ranking.slice(0, MOST_ARCHITECTURES);
  let shown = model.best;
  const draw = (surface) => drawLayers(model, shown, surface);
  const one = figure({id: "architecture", title: "Best architecture", draw,
    note: "What each layer does to what the layer above it gives. Arcs are skip connections: the layer takes that output too.",
    hint: "Point at a layer to see its connections alone.",
    controls: choices.length < 2 ? [] : [chooser("Trial", choices.map((i) =>
      [i, `${model.name(i)}, ${format(model.objective.values[i])}`]), shown, (value) => {
      shown = Number(value);
      one.figure.redraw();
    })]});
  return section("architecture", "Architecture", one);
}

function genotypeSection(model) {
  const text = String(model.objective.texts[model.best] ?? "");
  const genotype = readGenotype(text);
  const code = h("pre", {class: "code", tabindex: 0, "aria-label": "The genotype as the trial gave it", text: lines(text.slice(0, MOST_GENOTYPE))});
  if (!genotype) {
    return section("architecture", "Architecture", h("p", {class: "lead", text: "The trial gave no genotype that can be drawn, but this:"}), code);
  }
  const draw = (surface) => drawCells(genotype, surface);
  const one = figure({id: "architecture", title: "Best genotype", draw,
    note: "The network is a stack of these two cells. Each node adds up what its operations make of earlier nodes: arcs arrive at the operation that they go through.",
    hint: "Point at a node to see its connections alone."});
  return section("architecture", "Architecture", one, code);
}
