// Draws the queue for threads in its real order: the one that is served next is at the top. At the right a dot shows the
// place in the order of arrival, so that the order can be seen: dots that fall to the right are first in, first out, and
// dots that fall to the left last in, first out.

import { clean, still, stripes } from "./theme.js";
import { count, duration, named } from "./text.js";

const row = 18;
const dots = 92; // width of the column of dots and numbers
const number = 38; // width of the numbers
const places = 36; // width of the column of places
const fade = 250; // ms
const mostLeaving = 2;

const keyOf = (call) => `${call.arrived}|${call.since}|${call.function ?? ""}|${call.id}`;

export class Queue {
  #canvas;
  #palette;
  #left;
  #shown = new Map(); // by key: {call, y, alpha}
  #leaving = [];
  #before = 0;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  paint(palette) {
    this.#palette = palette;
    this.#left = stripes(this.#canvas.getContext("2d"), palette.left, palette.panel);
  }

  /** Draws the queue of a worker into a space, and returns how many requests are not shown. */
  draw(worker, now, width, height, at) {
    const { queue, statistics, order } = worker.shown ?? worker.last;
    const total = Math.max(queue.length, statistics.waiting);
    const fits = Math.max(1, Math.floor(height / row));
    const context = clean(this.#canvas, width, height);
    const ranks = this.#ranks(queue, total, order);
    const step = still.matches ? 1 : Math.min(1, (at - this.#before) / 90);
    this.#before = at;
    this.#settle(queue.slice(0, fits + 1), at, step);
    context.textBaseline = "middle";
    for (const gone of this.#leaving) this.#row(context, gone.item, width, now, -26 * gone.progress, 1 - gone.progress);
    queue.slice(0, fits).forEach((call, i) => {
      const item = this.#shown.get(keyOf(call));
      item.place = i + 1;
      item.rank = ranks[i];
      this.#row(context, item, width, now, 0, item.alpha, total);
    });
    if (total === 0) this.#empty(context, width);
    return Math.max(0, total - fits);
  }

  #ranked = { queue: null, ranks: [] };

  /** arrivals, computed once for each frame. */
  #ranks(queue, total, order) {
    if (this.#ranked.queue !== queue) this.#ranked = { queue, ranks: arrivals(queue, total, order) };
    return this.#ranked.ranks;
  }

  /** Moves each row towards its place. */
  #settle(queue, at, step) {
    const next = new Map();
    queue.forEach((call, i) => {
      const key = keyOf(call);
      const y = i * row;
      const item = this.#shown.get(key) ?? { y: i === 0 ? -row : y + row, alpha: 0 };
      item.call = call;
      item.y += (y - item.y) * step;
      item.alpha += (1 - item.alpha) * step;
      next.set(key, item);
    });
    for (const [key, item] of this.#shown) {
      if (!next.has(key) && item.place === 1 && this.#leaving.length < mostLeaving && !still.matches) this.#leaving.push({ item, at });
    }
    for (const gone of this.#leaving) gone.progress = (at - gone.at) / fade;
    this.#leaving = this.#leaving.filter((gone) => gone.progress < 1);
    this.#shown = next;
  }

  #row(c, item, width, now, dx, alpha, total = 0) {
    const p = this.#palette;
    const y = item.y + row / 2;
    const { call } = item;
    c.globalAlpha = Math.max(0, Math.min(1, alpha));
    c.fillStyle = call.left ? this.#left : item.place === 1 ? p.wait : p.faint;
    c.fillRect(dx + places, item.y + 1, width - dots - places, row - 2);
    c.font = "11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
    const text = (call.left ? "left " : "") + (call.text ??= named(call, 48));
    const wait = duration(Math.max(0, now - call.since));
    if (call.left) {
      c.fillStyle = p.panel;
      c.fillRect(dx + places + 3, item.y + 3, width - dots - places - 6, row - 6);
    }
    c.fillStyle = item.place === 1 && !call.left ? p.nextInk : p.muted;
    c.textAlign = "right";
    c.fillText(wait, dx + width - dots - 6, y);
    c.fillStyle = p.muted;
    if (total > 0) c.fillText(item.place === 1 ? "next" : String(item.place), dx + places - 5, y);
    c.fillStyle = call.left ? p.leftInk : item.place === 1 ? p.nextInk : p.ink;
    c.textAlign = "left";
    const room = width - dots - places - 14 - c.measureText(wait).width;
    const letters = Math.floor(room / 6.7);
    c.fillText(text.length > letters ? text.slice(0, Math.max(1, letters - 1)) + "…" : text, dx + places + 6, y, room);
    if (total > 0) this.#dot(c, item, width, y, total);
    c.globalAlpha = 1;
  }

  #dot(c, item, width, y, total) {
    const p = this.#palette;
    const from = width - dots + 8;
    const to = width - number - 4;
    c.fillStyle = p.line;
    c.fillRect(from, y - 0.5, to - from, 1);
    c.fillStyle = p.run;
    c.beginPath();
    c.arc(from + ((to - from) * (item.rank - 1)) / Math.max(1, total - 1), y, item.place === 1 ? 4 : 3, 0, 7);
    c.fill();
    c.fillStyle = p.muted;
    c.textAlign = "right";
    c.fillText(count(item.rank), width - 2, y);
  }

  #empty(c, width) {
    c.fillStyle = this.#palette.muted;
    c.font = "12px system-ui, sans-serif";
    c.textAlign = "left";
    c.fillText("No request waits.", 6, row / 2, width - 12);
  }

  /** What is at a height, as a line of text. */
  at(y, worker, now) {
    const i = Math.floor(y / row);
    const { queue, statistics, order } = worker.shown ?? worker.last;
    const call = queue[i];
    if (!call) return "";
    const rank = arrivals(queue, statistics.waiting, order)[i];
    const parts = [`Place ${i + 1} of ${count(statistics.waiting)}: ${named(call, 90)}`, `came ${ordinal(rank)} of those that wait`, `has waited ${duration(now - call.since)}`];
    if (call.left) parts.push("its client has left");
    return parts.join(", ") + ".";
  }
}

/** The place of each request in the order of arrival, from 1. Where the queue is cut short, the others came before or after all of these. */
function arrivals(queue, total, order) {
  const sorted = queue.map((call, i) => ({ i, since: call.since, arrived: call.arrived }));
  const newestFirst = order.startsWith("last");
  sorted.sort((a, b) => a.since - b.since || a.arrived - b.arrived || (newestFirst ? b.i - a.i : a.i - b.i));
  const ranks = [];
  const earlier = newestFirst ? total - queue.length : 0;
  sorted.forEach(({ i }, n) => (ranks[i] = earlier + n + 1));
  return ranks;
}

const suffixes = { one: "st", two: "nd", few: "rd", other: "th" };
const rules = new Intl.PluralRules("en", { type: "ordinal" });

/** 1 is 1st. */
const ordinal = (n) => count(n) + suffixes[rules.select(n)];
