// A network as a graph: a box for each of its nodes, one below the other, and an arc for each connection that is not to
// the next one. What a node takes in comes from above; its arcs leave at its lower right and arrive at its upper right.

const GRAPH_GAP = 16;  // between two boxes, in pixels

/** A colour for each kind of operation, of one lightness. */
function kindColours(kinds, dark) {
  return new Map(kinds.map((kind, k) => [kind, oklch(dark ? 0.76 : 0.6, 0.12, 262 - 360 * k / Math.max(kinds.length, 5))]));
}

/** How far right of the boxes an arc over so many nodes reaches, as a share of the longest. */
function arcReach(span, longest) {
  return Math.sqrt(span / Math.max(longest, 1));
}

/** How high a node's box is. */
function nodeHeight({lines}) {
  return lines.length === 0 ? 30 : 32 + 18 * lines.length;
}

/** Where in it a line of text stands. */
function lineAt(k) {
  return 37 + 18 * k;
}

/**
 * Draws a graph.
 * @param nodes  [{mark, title, lines: [text], kinds: [text], inputs: [{from, line, direct}]}]: what stands before the
 *     title; the kind of operation of the whole node, or of each line; `line` is that at which an arc arrives; `direct`
 *     inputs come from the node just above, and are a short line
 * @param box  {left, top, width, arcs}: where it may be: the boxes' width, and the room of the arcs right of them
 */
function drawGraph({svg, theme}, nodes, box) {
  const colours = kindColours([...new Set(nodes.flatMap(({kinds}) => kinds))].sort(), theme.dark);
  const arcs = s("g");
  const boxes = s("g");
  const right = box.left + box.width;
  const longest = Math.max(...nodes.flatMap(({inputs}, n) => inputs.map(({from}) => n - from)), 1);
  let top = box.top;
  for (const node of nodes) {
    node.left = box.left;
    node.top = top;
    node.height = nodeHeight(node);
    top += node.height + GRAPH_GAP;
  }
  const arrow = (x, y, dx, dy) => `M${x - 5 * dx - 3.4 * dy} ${y - 5 * dy - 3.4 * dx}L${x} ${y}L${x - 5 * dx + 3.4 * dy} ${y - 5 * dy + 3.4 * dx}z`;
  nodes.forEach((node, n) => {
    node.arcs = [];
    for (const input of node.inputs) {
      const from = nodes[input.from];
      const group = s("g", {class: "arc"});
      if (input.direct) {
        const x = box.left + 28;
        group.append(s("path", {class: "way", d: `M${x} ${from.top + from.height}V${node.top - 4}`}),
          s("path", {class: "head", d: arrow(x, node.top - 1, 0, 1)}));
      } else {
        // Where arcs arrive at lines they leave at the title, else they arrive there and leave below it.
        const atLines = from.inputs.some(({line}) => line !== undefined);
        const start = from.top + (from.lines.length === 0 ? from.height / 2 : atLines ? 17 : from.height - 10);
        const end = node.top + (input.line === undefined ? Math.min(17, node.height / 2) : lineAt(input.line));
        const reach = right + 14 + (box.arcs - 20) * arcReach(n - input.from, longest) / 0.75;
        group.append(s("path", {class: "way", d: `M${right} ${start}C${reach} ${start} ${reach} ${end} ${right + 5} ${end}`}),
          s("path", {class: "head", d: arrow(right + 1, end, -1, 0)}));
      }
      arcs.append(group);
      node.arcs.push(group);
      from.arcs.push(group);
    }
    const shape = s("g", {class: node.kinds.length > 0 ? "node" : "node terminal"},
      s("rect", {class: "body", x: box.left, y: node.top, width: box.width, height: node.height, rx: 7}));
    const [whole] = node.kinds;
    if (node.kinds.length === 1) {
      shape.append(s("rect", {x: box.left, y: node.top + 6, width: 4, height: node.height - 12, rx: 2, fill: colours.get(whole)}));
    } else {
      node.kinds.forEach((kind, k) => shape.append(s("rect", {x: box.left, y: node.top + lineAt(k) - 7, width: 4, height: 14, rx: 2,
        fill: colours.get(kind)})));
    }
    const text = box.left + (node.mark === undefined ? 16 : 44);
    const title = node.top + (node.lines.length === 0 ? node.height / 2 : 18);
    const room = box.left + box.width - text - 10;
    if (node.mark !== undefined) {
      shape.append(label(box.left + 30, title, node.mark, {class: "what", "text-anchor": "end", "dominant-baseline": "central"}));
    }
    shape.append(label(text, title, cut(node.title, Math.floor(room / 7.2)), {class: "name", "dominant-baseline": "central"}));
    node.lines.forEach((line, k) => shape.append(label(text, node.top + lineAt(k), cut(line, Math.floor(room / 6.6)),
      {class: "what", "dominant-baseline": "central"})));
    boxes.append(shape);
    node.shape = shape;
  });
  svg.append(arcs, boxes);
}

/** How high drawGraph() draws these. */
function graphHeight(nodes) {
  return nodes.reduce((sum, node) => sum + nodeHeight(node) + GRAPH_GAP, -GRAPH_GAP);
}

/** The nodes that take in what this one gives. */
function goesTo(nodes, node) {
  const place = nodes.indexOf(node);
  return nodes.filter(({inputs}) => inputs.some(({from}) => from === place));
}

/**
 * Shows a node's connections where the pointer is; with the keyboard, one after the other.
 * @param nodes  as drawGraph() has drawn them, in boxes of this width
 * @param rows  what is told of a node: [[name, value], …]
 */
function lookAtNodes(svg, nodes, width, rows, words) {
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `${words}. Arrow keys go from one node to the next.`);
  let at = -1;
  const look = (next, event) => {
    if (next === at && !event) {
      return;
    }
    at = next;
    svg.classList.toggle("looking", at >= 0);
    svg.querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
    if (at < 0) {
      hideTip();
      return;
    }
    const node = nodes[at];
    [node.shape, ...node.arcs].forEach((one) => one.classList.add("on"));
    showTip(event ?? centreOf(svg, node.left + width, node.top + node.height / 2), node.name, rows(node));
  };
  svg.addEventListener("pointermove", (event) => {
    const [x, y] = placeIn(svg, event);
    look(nodes.findIndex((node) => x >= node.left && x <= node.left + width && y >= node.top && y <= node.top + node.height), event);
  });
  svg.addEventListener("pointerleave", () => look(-1));
  svg.addEventListener("blur", () => look(-1));
  svg.addEventListener("keydown", (event) => {
    const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity}[event.key];
    if (step !== undefined) {
      event.preventDefault();
      look(Math.min(Math.max(at + step, 0), nodes.length - 1));
      announce([nodes[at].name, ...rows(nodes[at]).map(([name, value]) => `${name}: ${value}`)].join(", "));
    } else if (event.key === "Escape") {
      look(-1);
    }
  });
}
