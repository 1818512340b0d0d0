// One scale of colours for values: lightness goes evenly from one end to the other, so that it is read alike by all
// eyes and in grey. The best of it stands out from the page, the worst comes near to it, in light and dark.

/** From Oklch [Ottosson 2020] to what a screen shows. @param hue  in degrees */
function oklch(lightness, chroma, hue) {
  const a = chroma * Math.cos(hue * Math.PI / 180);
  const b = chroma * Math.sin(hue * Math.PI / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const n = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  const channel = (linear) => {
    const clipped = Math.min(Math.max(linear, 0), 1);
    const value = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(value * 255);
  };
  const red = channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * n);
  const green = channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * n);
  const blue = channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * n);
  return `rgb(${red} ${green} ${blue})`;
}

const STEPS = 64;

/** From dark indigo by teal to pale yellow, in steps. */
const RAMP = Array.from({length: STEPS}, (_, step) => {
  const t = step / (STEPS - 1);
  const bend = Math.sin(Math.PI * t);
  return oklch(0.34 + 0.54 * t, 0.115 + 0.02 * bend, 285 - 185 * t);
});

/** The colour of a share, 1 being the best. */
function rampColour(share, dark) {
  const step = Math.round(Math.min(Math.max(share, 0), 1) * (STEPS - 1));
  return RAMP[dark ? step : STEPS - 1 - step];
}

/** The colours of a page's theme, as its style names them. */
function themeOf(host) {
  const style = getComputedStyle(host);
  const named = (name) => style.getPropertyValue(name).trim();
  return {
    dark: named("--theme") === "dark",
    ink: named("--ink"),
    muted: named("--muted"),
    faint: named("--faint"),
    line: named("--line"),
    track: named("--track"),
    page: named("--page"),
    accent: named("--accent"),
    good: named("--good"),
    bad: named("--bad"),
    warn: named("--warn"),
  };
}
