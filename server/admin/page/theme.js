// Colours for canvases, from the style sheet, so that light and dark are defined in one place.

const names = ["ink", "muted", "faint", "line", "panel", "run", "run-ink", "done", "left", "left-ink", "blocked", "blocked-ink", "wait", "next-ink", "serve", "finish", "limit", "paused", "focus"];
const routes = 6;

/** The colours as they are now. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const found = { routes: [] };
  for (const name of names) found[name.replace("-ink", "Ink")] = style.getPropertyValue(`--${name}`).trim();
  for (let i = 0; i < routes; i++) {
    const value = (name) => style.getPropertyValue(`--route-${i}${name}`).trim();
    found.routes.push({ run: value(""), done: value("-done"), edge: value("-edge") });
  }
  return found;
}

/** Calls f when the colours change. */
export function onColours(f) {
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"]) {
    matchMedia(query).addEventListener("change", f);
  }
}

/** Whether the user wants little motion. */
export const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A canvas's context, scaled so that one unit is one CSS pixel, and cleared. */
export function clean(canvas, width, height) {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A pattern of stripes, for what must not be told by its colour alone. */
export function stripes(context, ground, stripe) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const c = tile.getContext("2d");
  c.fillStyle = ground;
  c.fillRect(0, 0, 6, 6);
  c.strokeStyle = stripe;
  c.lineWidth = 1.4;
  c.beginPath();
  for (const x of [-6, 0, 6]) {
    c.moveTo(x, 6);
    c.lineTo(x + 6, 0);
  }
  c.stroke();
  return context.createPattern(tile, "repeat");
}
