// Two pens with the same strokes: one on a canvas, for thousands of marks, one in SVG, for export and paper.

/** The outline of a mark around a place, so that kinds are told apart without colour. */
const MARKS = {
  dot: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  diamond: (x, y, r) => `M${x} ${y - 1.3 * r}l${1.3 * r} ${1.3 * r}l${-1.3 * r} ${1.3 * r}l${-1.3 * r} ${-1.3 * r}z`,
  cross: (x, y, r) => `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l${-2 * r} ${2 * r}`,
  triangle: (x, y, r) => `M${x} ${y - r}l${r} ${1.8 * r}h${-2 * r}z`,
  square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  tick: (x, y, r) => `M${x} ${y - r}v${2 * r}`,
};

function canvasPainter(context) {
  const stroked = ({stroke, width = 1, alpha = 1, dash = []}) => {
    context.globalAlpha = alpha;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
  };
  return {
    /** A line through places [x0, y0, x1, y1, …]; NaN lifts the pen. */
    line(places, style) {
      context.beginPath();
      context.lineJoin = "round";
      let down = false;
      for (let k = 0; k < places.length; k += 2) {
        if (Number.isNaN(places[k + 1])) {
          down = false;
        } else if (down) {
          context.lineTo(places[k], places[k + 1]);
        } else {
          context.moveTo(places[k], places[k + 1]);
          down = true;
        }
      }
      stroked(style);
    },
    mark(kind, x, y, r, style) {
      if (kind === "dot" && style.fill && !style.stroke) {
        context.globalAlpha = style.alpha ?? 1;
        context.fillStyle = style.fill;
        context.beginPath();
        context.arc(x, y, r, 0, 2 * Math.PI);
        context.fill();
        return;
      }
      const path = new Path2D(MARKS[kind](x, y, r));
      context.globalAlpha = style.alpha ?? 1;
      if (style.fill) {
        context.fillStyle = style.fill;
        context.fill(path);
      }
      if (style.stroke) {
        context.strokeStyle = style.stroke;
        context.lineWidth = style.width ?? 1;
        context.setLineDash([]);
        context.stroke(path);
      }
    },
    box(x, y, width, height, {fill: colour, alpha = 1}) {
      context.globalAlpha = alpha;
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
    },
    area(places, {fill: colour, alpha = 1}) {
      context.beginPath();
      for (let k = 0; k < places.length; k += 2) {
        context.lineTo(places[k], places[k + 1]);
      }
      context.closePath();
      context.globalAlpha = alpha;
      context.fillStyle = colour;
      context.fill();
    },
  };
}

function svgPainter(group) {
  const near = (value) => Math.round(value * 100) / 100;
  const pathOf = (places) => {
    let path = "";
    let down = false;
    for (let k = 0; k < places.length; k += 2) {
      const lifted = Number.isNaN(places[k + 1]);
      path += lifted ? "" : `${down ? "L" : "M"}${near(places[k])} ${near(places[k + 1])}`;
      down = !lifted;
    }
    return path;
  };
  return {
    line(places, {stroke, width = 1, alpha = 1, dash}) {
      group.append(s("path", {d: pathOf(places), fill: "none", stroke, "stroke-width": width,
        "stroke-opacity": alpha < 1 ? near(alpha) : null, "stroke-dasharray": dash && dash.join(" "),
        "stroke-linejoin": "round"}));
    },
    mark(kind, x, y, r, {fill: colour, stroke, width, alpha = 1}) {
      const opacity = alpha < 1 ? near(alpha) : null;
      group.append(s("path", {d: MARKS[kind](near(x), near(y), near(r)), fill: colour ?? "none", "fill-opacity": colour && opacity,
        stroke, "stroke-width": width, "stroke-opacity": stroke && opacity}));
    },
    box(x, y, width, height, {fill: colour, alpha = 1}) {
      group.append(s("rect", {x: near(x), y: near(y), width: near(width), height: near(height), fill: colour,
        "fill-opacity": alpha < 1 ? near(alpha) : null}));
    },
    area(places, {fill: colour, alpha = 1}) {
      group.append(s("path", {d: `${pathOf(places)}Z`, fill: colour, "fill-opacity": alpha < 1 ? near(alpha) : null}));
    },
  };
}
