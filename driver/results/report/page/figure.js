// The frame of every figure: title, what it says, controls, export. A figure draws itself on a surface of a given width;
// the same drawing, with a pen of SVG, is what is exported.

const figures = [];

/**
 * Where a figure draws: lines of axes in `back`, marks over them by `pen`, on a canvas or in SVG, and over these, in
 * `svg`, text and what can be touched.
 */
function makeSurface(host, width, vector) {
  const surface = {host, width, vector, theme: themeOf(host), svg: null, pen: null, layers: []};
  /** Begins a drawing of this height; where it is wider than its host, that scrolls. */
  surface.begin = (height, wide = width) => {
    const svg = s("svg", {viewBox: `0 0 ${wide} ${height}`, width: wide, height, xmlns: SVG});
    Object.assign(surface, {svg, height, width: wide});
    const stage = h("div", {class: "stage"});
    stage.style.aspectRatio = `${wide} / ${height}`;
    stage.style.width = `${100 * wide / width}%`;
    if (figure.printing) {
      stage.style.maxWidth = `${Math.floor(PAPER_HIGH * wide / height)}px`;
    }
    stage.append(svg);
    if (vector) {
      const group = s("g");
      surface.back = s("g");
      svg.append(surface.back, group);
      surface.pen = svgPainter(group);
      surface.layer = () => surface.pen;
    } else {
      surface.back = s("svg", {viewBox: `0 0 ${wide} ${height}`, "aria-hidden": "true"});
      stage.prepend(surface.back);
      // Chromium prints a canvas over what is below it, and where the figure is made smaller not at its place.
      const onPaper = figure.printing;
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      /** A layer of its own, below those made later, cleared whenever it is asked for again: a canvas, on paper SVG. */
      surface.layer = (name) => {
        let layer = surface.layers.find((one) => one.dataset.name === name);
        if (!layer) {
          const attributes = {"data-name": name, "aria-hidden": "true"};
          layer = onPaper ? s("svg", {viewBox: `0 0 ${wide} ${height}`, ...attributes})
            : h("canvas", {width: Math.round(wide * ratio), height: Math.round(height * ratio), ...attributes});
          surface.layers.push(layer);
          stage.insertBefore(layer, svg);
        }
        if (onPaper) {
          layer.replaceChildren();
          return svgPainter(layer);
        }
        const context = layer.getContext("2d");
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, layer.width, layer.height);
        context.scale(ratio, ratio);
        return canvasPainter(context);
      };
      surface.pen = surface.layer("marks");
    }
    host.replaceChildren(stage);
    return surface;
  };
  return surface;
}

/** Text in a figure. */
function label(x, y, text, attributes = {}) {
  return s("text", {x, y, class: "label", text, ...attributes});
}

/** Where in a drawing an event of the pointer is: [x, y]. */
function placeIn(svg, {clientX, clientY}) {
  const area = svg.getBoundingClientRect();
  const scale = svg.viewBox.baseVal.width / area.width;
  return [(clientX - area.left) * scale, (clientY - area.top) * scale];
}

/** Takes the style that the page gives to elements into the elements themselves. */
function withOwnStyle(svg) {
  const named = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "font-size",
    "font-weight", "text-anchor", "dominant-baseline"];
  for (const element of svg.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (style.display === "none" || element.classList.contains("screen")) {
      element.remove();
      continue;
    }
    for (const name of named) {
      const value = style.getPropertyValue(name);
      if (value && value !== "normal" && !element.hasAttribute(name) && (name !== "stroke" || value !== "none")) {
        element.setAttribute(name, value);
      }
    }
    for (const {name} of Array.from(element.attributes)) {
      if (name === "class" || name === "tabindex" || name === "role" || name.startsWith("aria-")) {
        element.removeAttribute(name);
      }
    }
  }
  svg.setAttribute("font-family", "system-ui, sans-serif");
}

/** A figure's drawing as a file of SVG, in light colours, for paper. */
function svgOf(draw) {
  const host = h("div", {class: "offscreen paper"});
  document.body.append(host);
  const surface = makeSurface(host, 900, true);
  draw(surface);
  const svg = surface.svg;
  withOwnStyle(svg);
  svg.prepend(s("rect", {width: surface.width, height: surface.height, fill: "#ffffff"}));
  const text = new XMLSerializer().serializeToString(svg);
  host.remove();
  return text;
}

/**
 * A figure. @param draw  draws on a surface, or answers with the text that says why there is nothing to draw
 * @param hint  how to use it, which paper does not show
 * @param controls  elements above it
 */
function figure({id, title, note, hint, controls = [], draw}) {
  const host = h("div", {class: "host"});
  const save = button("SVG", () => download(`${id}.svg`, "image/svg+xml", svgOf(draw)),
    {class: "save", title: "Save this figure as SVG", "aria-label": `Save ${title} as SVG`});
  const noteLine = note ? h("p", {class: "note"}, note, hint ? h("span", {class: "hint", text: ` ${hint}`}) : null) : null;
  const element = h("figure", {id: `figure-${id}`},
    h("figcaption", {}, h("div", {class: "caption"}, h("h3", {text: title}), noteLine),
      h("div", {class: "controls"}, controls, save)), host);
  const one = {id, element, host, seen: false, drawnWidth: 0, draw};
  one.redraw = () => {
    if (!one.seen || host.clientWidth === 0) {
      return;
    }
    one.drawnWidth = figure.printing ? PAPER : host.clientWidth;
    const surface = makeSurface(host, one.drawnWidth, false);
    const empty = draw(surface);
    save.hidden = typeof empty === "string";
    if (save.hidden) {
      host.replaceChildren(h("p", {class: "empty", text: empty}));
    }
  };
  one.soon = onceAFrame(one.redraw);
  figures.push(one);
  observer.observe(element);
  resizes.observe(host);
  element.figure = one;
  return element;
}
figure.printing = false;

const PAPER = 688;       // pixels between the margins of an A4 page
const PAPER_HIGH = 850;  // and as many from top to bottom, below headings and note: what is higher is drawn smaller

const byHost = (host) => figures.find((one) => one.host === host || one.element === host);

/** Figures are drawn when they come near the window, so that the first ones are there at once. */
const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const one = byHost(entry.target);
    one.near = entry.isIntersecting;
    if (one.near && (!one.seen || one.stale)) {
      one.seen = true;
      one.stale = false;
      one.redraw();
    }
  }
}, {rootMargin: "400px"});

const resizes = new ResizeObserver((entries) => {
  for (const entry of entries) {
    const one = byHost(entry.target);
    if (one.seen && !figure.printing && Math.abs(one.host.clientWidth - one.drawnWidth) > 1) {
      one.soon();
    }
  }
});

/** Draws a figure again when the choice of trials has come to rest; where it is not near, when it comes near. */
function followChoice(selection, one) {
  selection.on("change", onceQuiet(() => {
    if (one.near) {
      one.soon();
    } else {
      one.stale = true;
    }
  }));
}

function redrawAll() {
  for (const one of figures) {
    one.seen = true;
    one.redraw();
  }
}

/** A section of the page. */
function section(id, title, ...children) {
  return h("section", {id, "aria-labelledby": `${id}-title`}, h("h2", {id: `${id}-title`, text: title}), children);
}
