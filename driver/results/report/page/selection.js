// Which trials are chosen, by brushes on axes, the slider and the table's filter, and which one is looked at. Every
// figure shows the same choice.

function makeSelection(model) {
  const selection = {
    brushes: new Map(),  // name of an axis -> {axis, low, high}: places from 0 to 1, both ends in
    share: 100,          // the best so many percent of the results
    failed: true,        // also trials without a result, where all results are chosen
    query: null,         // of the table: a function of a trial, or null
    mask: new Uint8Array(model.size).fill(1),
    count: model.size,
    looked: -1,          // under the pointer or the keyboard
    pinned: -1,          // with its details open
  };
  const listeners = {change: [], look: [], pin: []};
  const tell = (what) => listeners[what].forEach((listener) => listener());
  selection.on = (what, listener) => listeners[what].push(listener);

  /** Chooses anew, by what was set. */
  selection.update = () => {
    const {mask} = selection;
    mask.fill(1);
    if (selection.share < 100) {
      const kept = Math.max(1, Math.round(model.ordered.length * selection.share / 100));
      mask.fill(0);
      model.ordered.slice(0, kept).forEach((i) => { mask[i] = 1; });
    } else if (!selection.failed) {
      model.share.forEach((share, i) => { mask[i] = Number.isNaN(share) ? 0 : 1; });
    }
    for (const {axis, low, high} of selection.brushes.values()) {
      const {values} = axis;
      for (let i = 0; i < model.size; ++i) {
        const place = mask[i] ? axis.place(values[i]) : NaN;
        mask[i] = place >= low && place <= high ? 1 : 0;
      }
    }
    let chosen = 0;
    for (let i = 0; i < model.size; ++i) {
      mask[i] = mask[i] && (!selection.query || selection.query(i)) ? 1 : 0;
      chosen += mask[i];
    }
    selection.count = chosen;
    tell("change");
  };
  selection.all = () => selection.count === model.size;
  selection.clear = () => {
    selection.brushes.clear();
    selection.share = 100;
    selection.failed = true;
    selection.update();
  };
  selection.look = (i) => {
    if (selection.looked !== i) {
      selection.looked = i;
      tell("look");
    }
  };
  selection.pin = (i) => {
    selection.pinned = i;
    tell("pin");
  };
  return selection;
}
