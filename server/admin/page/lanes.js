// Draws what the threads of one worker have done lately: a lane for each thread, above them the loop and the kernel's
// backlog, below them coroutines. The right edge is now.

import { clean, stripes } from "./theme.js";
import { keyOf } from "./model.js";
import { count, duration, harmless, named } from "./text.js";

const axis = 18; // height of the time axis
const loopHeight = 22;
const backlogHeight = 26;
const gap = 1;
const most = 200; // lanes that are drawn; the others are counted

/** The height of a lane when there are n. */
function laneHeight(n, narrow) {
  if (n <= 12) return 22;
  if (n <= 24) return narrow ? 16 : 18;
  if (n <= 64) return 14;
  return n <= 100 ? 9 : 5;
}

/** Draws the lanes of one worker, and knows what is where. */
export class Lanes {
  #canvas;
  #palette;
  #patterns;
  #bars = []; // what the last drawing shows, for the pointer: {x, end, y, h, call, lane}
  #tracks = [];
  #charWidth = 0;
  selected = null; // the key of the bar that is chosen by the keyboard

  constructor(canvas) {
    this.#canvas = canvas;
  }

  paint(palette) {
    this.#palette = palette;
    const context = this.#canvas.getContext("2d");
    this.#patterns = { left: stripes(context, palette.left, palette.panel), paused: stripes(context, palette.paused, palette.panel) };
    this.#charWidth = 0;
  }

  /** What is drawn below each other, and its height in all. */
  #layout(worker, server, narrow) {
    const tracks = [];
    let y = 0;
    const add = (kind, label, h, of) => {
      tracks.push({ kind, label, y, h, of });
      y += h + gap;
    };
    if (worker.backlog.length > 0) add("backlog", "kernel", backlogHeight, worker.backlog);
    add("loop", "loop", worker.lanes.length > 0 ? loopHeight : 2 * loopHeight, worker);
    y += 4;
    const rows = [...worker.lanes, ...worker.coroutines.rows];
    const h = laneHeight(Math.min(rows.length, most), narrow);
    for (const lane of rows.slice(0, most)) {
      const task = !worker.lanes.includes(lane);
      add(task ? "task" : "thread", task ? (lane.number === 1 ? "async" : "") : String(lane.number), h, lane);
    }
    this.hidden = Math.max(0, rows.length - most);
    this.laneCount = rows.length;
    return { tracks, height: y + axis };
  }

  /** Draws the moment `now`, and returns the height that the canvas needs. */
  draw(worker, server, now, width) {
    const narrow = width < 560;
    const { tracks, height } = this.#layout(worker, server, narrow);
    const gutter = narrow ? 40 : 58;
    const seconds = Math.max(8, Math.min(30, Math.round((width - gutter) / 26)));
    const view = { left: gutter, right: width - 1, now, scale: (width - 1 - gutter) / (seconds * 1000), seconds, height };
    view.x = (t) => view.right - (now - t) * view.scale;
    view.from = now - seconds * 1000;
    const context = clean(this.#canvas, width, height);
    this.#tracks = tracks;
    this.#bars = [];
    this.#axis(context, view);
    for (const track of tracks) this.#track(context, view, track, server);
    this.#labels(context, view, tracks);
    const chosen = this.selected && this.#bars.find((b) => keyOf(b.call) === this.selected);
    if (chosen) {
      context.strokeStyle = this.#palette.focus;
      context.lineWidth = 2;
      context.strokeRect(chosen.x - 1, chosen.y - 1, chosen.end - chosen.x + 2, chosen.h + 2);
    }
    return height;
  }

  #axis(c, view) {
    const p = this.#palette;
    c.font = "11px system-ui, sans-serif";
    c.textBaseline = "middle";
    c.textAlign = "center";
    c.lineWidth = 1;
    for (let s = 0; s <= view.seconds; s += 5) {
      const x = Math.round(view.x(view.now - s * 1000)) - 0.5;
      c.strokeStyle = p.line;
      c.beginPath();
      c.moveTo(x, 0);
      c.lineTo(x, view.height - axis);
      c.stroke();
      c.fillStyle = p.muted;
      c.textAlign = s === 0 ? "right" : "center";
      c.fillText(s === 0 ? "now" : `−${s} s`, x, view.height - axis / 2 + 1);
    }
  }

  #track(c, view, track, server) {
    const p = this.#palette;
    if (track.kind === "backlog") return this.#backlog(c, view, track);
    if (track.kind === "loop") return this.#loop(c, view, track);
    c.fillStyle = p.faint;
    c.fillRect(view.left, track.y, view.right - view.left, track.h);
    const lane = track.of;
    let last = -Infinity; // the right end of the last bar, so that no pixel is drawn twice
    for (let i = firstAfter(lane.ended, view.from); i < lane.ended.length; i++) {
      const call = lane.ended[i];
      if (call.since > view.now) break;
      const end = view.x(Math.min(call.until, view.now));
      if (end - last < 0.7) continue;
      last = end;
      this.#bar(c, view, track, call, call.until > view.now, server);
    }
    if (lane.running && lane.running.since <= view.now) this.#bar(c, view, track, lane.running, true, server);
  }

  #bar(c, view, track, call, runs, server) {
    const p = this.#palette;
    const x = Math.max(view.left, view.x(call.since));
    const end = runs ? view.right : Math.max(x + 1, view.x(call.until));
    if (end <= view.left) return;
    const shade = p.routes[server.routes?.get(call.route) ?? 0];
    const h = track.h;
    c.fillStyle = call.left ? this.#patterns.left : runs || end - x < 5 ? shade.run : shade.done;
    c.fillRect(x, track.y, Math.max(1, end - x - 0.8), h);
    if (end - x > 4 && x > view.left && !call.left) {
      c.fillStyle = shade.edge;
      c.fillRect(x, track.y, 1.5, h);
    }
    if (runs && !call.left) {
      c.fillStyle = p.run;
      c.fillRect(end - 2, track.y, 2, h);
    }
    this.#bars.push({ x, end, y: track.y, h, call, track });
    if (h >= 12 && end - x > 26) this.#write(c, call, x + 4, track.y + h / 2 + 0.5, end - x - 8, call.left ? p.leftInk : runs ? p.runInk : p.ink);
  }

  #write(c, call, x, y, room, colour) {
    c.font = "11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
    c.textAlign = "left";
    this.#charWidth ||= c.measureText("0").width;
    const letters = Math.floor(room / this.#charWidth);
    let text = call.text;
    if (text === undefined) {
      text = call.text = named(call);
    }
    if (call.left) text = "left " + text;
    if (call.outcome === "cancelled") text = "cancelled " + text;
    if (text.length > letters && letters < call.id.length + 2) return; // a part of an id is no help
    const shown = text.length > letters ? text.slice(0, letters - 1) + "…" : text;
    if (call.left) { // stripes make text hard to read
      c.fillStyle = this.#palette.panel;
      c.fillRect(x - 2, y - 6.5, shown.length * this.#charWidth + 4, 12.5);
    }
    c.fillStyle = colour;
    c.fillText(shown, x, y, room);
  }

  #loop(c, view, track) {
    const p = this.#palette;
    const worker = track.of;
    const middle = track.y + track.h / 2;
    c.fillStyle = p.serve;
    c.fillRect(view.left, middle - 1.5, view.right - view.left, 3);
    const blocks = worker.blocks.ended;
    for (const turn of worker.loop) {
      if (turn.state === "serves") continue;
      if (turn.until !== undefined && blocks.some((b) => b.since === turn.since)) continue; // drawn below, with its exact end
      const until = turn.until ?? view.now;
      if (until < view.from || turn.since > view.now) continue;
      const call = turn.by ?? { id: "", state: turn.state };
      this.#stand(c, view, track, { ...call, since: turn.since, until: turn.until }, until, turn.until === undefined, turn.state);
    }
    for (let i = firstAfter(blocks, view.from); i < blocks.length; i++) {
      if (blocks[i].since <= view.now) this.#stand(c, view, track, blocks[i], blocks[i].until, false, "blocked");
    }
  }

  /** A time in which the loop has served nothing. */
  #stand(c, view, track, call, until, runs, state) {
    const p = this.#palette;
    const x = Math.max(view.left, view.x(call.since));
    const end = runs ? view.right : Math.max(x + 1, Math.min(view.right, view.x(until)));
    c.fillStyle = state === "paused" ? this.#patterns.paused : p.blocked;
    c.fillRect(x, track.y, Math.max(1, end - x - 0.8), track.h);
    this.#bars.push({ x, end, y: track.y, h: track.h, call, track, state });
    if (end - x < 26) return;
    c.font = "bold 11px system-ui, sans-serif";
    c.textAlign = "left";
    const room = end - x - 5;
    const texts = state === "paused" ? ["paused"] : call.id ? [`${named(call)} blocks`, named({ id: call.id })] : ["blocked"];
    const text = texts.find((t) => c.measureText(t).width <= room);
    if (!text) return;
    const width = c.measureText(text).width + 4;
    if (state === "paused") {
      c.fillStyle = p.panel;
      c.fillRect(x + 1, track.y + track.h / 2 - 8, width, 16);
    }
    c.fillStyle = state === "paused" ? p.ink : p.blockedInk;
    c.fillText(text, x + 3, track.y + track.h / 2 + 0.5);
  }

  #backlog(c, view, track) {
    const p = this.#palette;
    const seen = track.of;
    let top = 1;
    for (const [t, n] of seen) if (t >= view.from && n > top) top = n;
    c.fillStyle = p.wait;
    for (let i = 0; i < seen.length; i++) {
      const [t, n] = seen[i];
      const x = Math.max(view.left, view.x(t));
      const end = i + 1 < seen.length ? view.x(seen[i + 1][0]) : view.right;
      if (n === 0 || end < view.left || x > view.right) continue;
      const h = Math.max(2, (n / top) * (track.h - 2));
      c.fillRect(x, track.y + track.h - h, Math.min(view.right, end) - x + 0.3, h);
    }
    c.fillStyle = p.line;
    c.fillRect(view.left, track.y + track.h - 1, view.right - view.left, 1);
    const now = seen.at(-1)[1];
    if (now === 0) return;
    c.font = "bold 11px system-ui, sans-serif";
    c.textAlign = "right";
    const text = count(now);
    const width = c.measureText(text).width + 6;
    c.fillStyle = p.panel;
    c.fillRect(view.right - width - 2, track.y + 5, width, 15);
    c.fillStyle = p.ink;
    c.fillText(text, view.right - 5, track.y + 13);
  }

  #labels(c, view, tracks) {
    const p = this.#palette;
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "right";
    let free = -Infinity;
    for (const track of tracks) {
      const y = track.y + track.h / 2 + 0.5;
      if (!track.label || y - free < 11) continue;
      free = y;
      c.fillStyle = track.kind === "thread" && track.of.gone ? p.line : p.muted;
      c.fillText(track.label, view.left - 6, y);
    }
  }

  /** What is at a point, as a line of text; empty for nothing. */
  at(x, y) {
    for (let i = this.#bars.length - 1; i >= 0; i--) {
      const b = this.#bars[i];
      if (x >= b.x - 1 && x <= b.end + 1 && y >= b.y && y <= b.y + b.h) return describe(b);
    }
    const track = this.#tracks.find((t) => y >= t.y && y <= t.y + t.h);
    return track?.kind === "thread" ? `Thread ${track.of.number}, ${harmless(track.of.name, 60)}` : "";
  }

  /** The bars of the last drawing by lane, oldest first, for the keyboard. */
  get bars() {
    return this.#bars;
  }
}

/** A bar in words. */
export function describe({ call, track, state }) {
  if (state === "paused") return "The loop is paused: it accepts, reads, answers and closes nothing.";
  const where = track.kind === "thread" ? ` in thread ${track.of.number} (${harmless(track.of.name, 40)})` : track.kind === "loop" ? " on the loop" : "";
  const parts = [`${named(call, 90)}${where}`];
  if (call.arrived !== undefined && call.since > call.arrived) parts.push(`began ${duration(call.since - call.arrived)} after its arrival`);
  parts.push(call.until ? `took ${duration(call.until - call.since)}` : state === "blocked" ? "blocks the loop" : "is running");
  if (call.outcome && call.outcome !== "working") parts.push(harmless(call.outcome));
  if (call.left && call.outcome !== "client left") parts.push("its client has left");
  return parts.join(", ") + ".";
}

/** The index of the first bar that ends after a time. Bars of a lane end in order. */
function firstAfter(bars, time) {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle].until < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
