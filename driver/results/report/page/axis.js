// Axes: where the values of a parameter or an objective lie, from 0 to 1, and how they read.

/** Round numbers that cover [low, high], about `most` of them. */
function roundTicks(low, high, most) {
  if (!(high > low)) {
    return [low];
  }
  const rough = (high - low) / Math.max(most, 1);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((one) => one >= rough);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; ++k) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/** Powers of ten in [low, high]; where there are fewer than two also two and five times them. */
function powerTicks(low, high, most) {
  const powers = [];
  for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); ++p) {
    powers.push(p);
  }
  const of = (times) => powers.flatMap((p) => times.map((t) => Number(`${t}e${p}`)))
    .filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  let ticks = of([1]);
  if (ticks.length < 3) {
    ticks = of([1, 2, 5]);
  }
  if (ticks.length < 2) {
    return roundTicks(low, high, most);
  }
  const stride = Math.ceil(ticks.length / Math.max(most, 2));
  return ticks.filter((_, i) => i % stride === 0);
}

/** An axis of numbers. @param log  on the scale of their logarithm */
function numberAxis({name, low, high, log, whole, values}) {
  const logarithmic = log && low > 0;
  const on = (value) => (logarithmic ? Math.log(value) : value);
  const width = on(high) - on(low);
  const place = (value) => {
    const at = width > 0 ? (on(value) - on(low)) / width : value === low ? 0.5 : value < low ? 0 : 1;
    return Number.isNaN(at) ? NaN : Math.min(Math.max(at, 0), 1);
  };
  const at = (share) => {
    const value = logarithmic ? low * (high / low) ** share : low + share * (high - low);
    return whole ? Math.round(value) : value;
  };
  return {
    name, low, high, whole, log: logarithmic, values, place, at,
    choices: null,
    text: (value) => format(value),
    ticks: (most) => (logarithmic ? powerTicks(low, high, most) : roundTicks(low, high, most))
      .filter((value) => !whole || Number.isInteger(value))
      .map((value) => ({place: place(value), text: format(value)})),
  };
}

/** An axis of a list's values, at even distances in this order. @param order  indices into `choices` */
function choiceAxis({name, choices, order, values}) {
  const rank = new Array(choices.length);
  order.forEach((choice, i) => { rank[choice] = i; });
  const place = (value) => (Number.isNaN(value) ? NaN : (rank[value] + 0.5) / choices.length);
  const axis = {
    name, values, place, choices, order, log: false, marks: null,
    at: (share) => order[Math.min(Math.floor(share * choices.length), choices.length - 1)],
    text: (value) => (Number.isNaN(value) ? NONE : choices[value]),
    ticks: (most) => {
      const stride = Math.ceil(choices.length / Math.max(most, 1));
      return order.filter((_, i) => i % stride === 0)
        .map((choice) => ({place: place(choice), text: cut((axis.marks ?? choices)[choice], 24)}));
    },
  };
  return axis;
}

function parameterAxis(parameter, values) {
  const name = parameter.name;
  if (parameter.choices) {
    const order = parameter.choices.map((_, i) => i);
    if (parameter.numbers) {
      order.sort((a, b) => parameter.numbers[a] - parameter.numbers[b]);
    }
    return choiceAxis({name, choices: parameter.choices, order, values});
  }
  return numberAxis({name, low: parameter.low, high: parameter.high, log: parameter.log,
    whole: parameter.type === "int", values});
}

/** Do most values lie so near to the low end that a linear axis would not tell them apart? */
function isSkewed(quantile) {
  return quantile(0.95) - quantile(0.02) > 6 * (quantile(0.5) - quantile(0.02));
}

/**
 * The axis of a metric over the trials' values. Where a few bad ones lie far beyond the others it ends before them, so
 * that the others can be told apart; `beyond` counts what is left out.
 */
function valueAxis({name, values, minimize, log}) {
  const sorted = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) {
    return null;
  }
  let low = sorted[0];
  let high = sorted[sorted.length - 1];
  const quantile = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const logarithmic = log ?? (low > 0 && high / low > 4 && (high / low > 1000 || isSkewed(quantile)));
  const on = (value) => (logarithmic ? Math.log(value) : value);
  if (sorted.length >= 20) {
    const common = on(quantile(0.95)) - on(quantile(0.05));
    if (minimize && common > 0 && on(high) - on(quantile(0.95)) > 1.5 * common) {
      high = quantile(0.95);
    } else if (!minimize && common > 0 && on(quantile(0.05)) - on(low) > 1.5 * common) {
      low = quantile(0.05);
    }
  }
  const beyond = sorted.filter((value) => value < low || value > high).length;
  const room = 0.04 * (high - low);
  const axis = logarithmic
    ? numberAxis({name, low: low / (high / low) ** 0.04, high: high * (high / low) ** 0.04, log: true, values})
    : numberAxis({name, low: low - room, high: high + room, log: false, values});
  axis.beyond = beyond;
  axis.least = low;
  axis.most = high;
  return axis;
}
