// The connection pools of a program: a cell for each connection, with who has it, and who waits.

import { count, duration, harmless, named } from "./text.js";

const mostCells = 32;
const mostWaiters = 8;
const pause = 400; // ms between two changes, so that they can be read

const make = (tag, name = "", text = "") => {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
};

export class Pools {
  element = make("div", "pools");
  #drawn = "";
  #at = -Infinity;

  update(last, server) {
    if (performance.now() - this.#at < pause) return;
    const pools = last.statistics.pools ?? [];
    const text = JSON.stringify([pools, last.pools]);
    if (text === this.#drawn) return;
    this.#drawn = text;
    this.#at = performance.now();
    this.element.replaceChildren(...pools.map((p, i) => pool(p, last.pools?.[i] ?? {}, server, last)));
  }
}

function pool(p, live, server) {
  const box = make("section", "pool");
  const all = p.size + p.overflow;
  const title = make("h3", "", `Pool ${harmless(p.pool)}`);
  title.append(make("small", "", `${count(p.in_use)} of ${count(all)} in use${p.timeouts ? `, ${count(p.timeouts)} time-outs` : ""}`));
  const cells = make("ol", "cells");
  const holders = live.holders ?? [];
  holders.slice(0, mostCells).forEach((call) => cells.append(cell(call, "used", server)));
  const more = p.in_use - Math.min(mostCells, holders.length);
  const free = Math.max(0, p.size - p.in_use);
  const words = [];
  if (more > 0) words.push(`${count(more)} more in use`);
  if (free > 0) words.push(`${count(free)} free`);
  const closed = Math.min(p.overflow, all - p.in_use);
  if (closed > 0) words.push(`${count(closed)} more may be opened`);
  cells.append(make("li", "rest", words.join(", ")));
  box.append(title, cells, waiters(p, live.waiters ?? [], server));
  return box;
}

/** Who has a connection, or waits for one. */
function cell(call, kind, server) {
  const item = make(kind === "used" ? "li" : "span", `cell ${kind}`, named(call, 26));
  item.dataset.route = server.routes?.get(call.route) ?? 0;
  if (call.left) mark(item);
  return item;
}

function mark(item) {
  item.classList.add("left");
  item.prepend("left ");
}

function waiters(p, calls, server) {
  const line = make("p", "waiters", p.waiting > 0 ? `${count(p.waiting)} wait, the longest so far ${duration(p.longest_wait * 1000)}:` : "Nothing waits for a connection.");
  calls.slice(0, mostWaiters).forEach((call) => line.append(cell(call, "waits", server)));
  const more = p.waiting - Math.min(mostWaiters, calls.length);
  if (more > 0) line.append(make("span", "", `and ${count(more)} more`));
  return line;
}
