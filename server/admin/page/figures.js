// The figures as a table: a row for each, a column for each worker. It is what a screen reader reads, and what /stats says.

import { count, duration, harmless, limit, say } from "./text.js";

const seconds = (v) => duration(v * 1000);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const longest = (values) => Math.max(...values);

// Name, field of the statistics, how it is written, how workers are taken together.
const rows = [
  ["Running", "busy"],
  ["Waiting for a thread", "waiting"],
  ["Held: queued or running", "held"],
  ["Threads in use", "borrowed"],
  ["Limit of threads", "limit", limit],
  ["Most at once", "peak"],
  ["Longest wait", "longest_wait", seconds, longest],
  ["Held for clients that have left", "zombies"],
  ["Answered, with work that goes on", "lasting"],
  ["Accepted", "accepted"],
  ["Started", "started"],
  ["Answered", "answered"],
  ["Refused", "refused"],
  ["Cancelled", "cancelled"],
  ["Left before the answer", "left"],
];

const poolRows = [
  ["in use", "in_use"],
  ["waiting", "waiting"],
  ["time-outs", "timeouts"],
];

export class Figures {
  #table = document.getElementById("table");
  #columns = "";

  update(model) {
    const workers = [...model.workers.values()].map((w) => w.last);
    const shown = this.#rows(workers);
    const columns = JSON.stringify([workers.map((w) => w.statistics.worker), shown.map((r) => r.name)]);
    if (columns !== this.#columns) this.#build(workers, shown);
    this.#columns = columns;
    const body = this.#table.tBodies[0];
    shown.forEach((row, i) => row.cells.forEach((text, j) => say(body.rows[i].cells[j + 1], text)));
  }

  #rows(workers) {
    const several = workers.length > 1;
    const all = [];
    const add = (name, values, write = count, together = sum) => {
      const known = values.filter((v) => v !== undefined);
      if (known.length === 0) return;
      const cells = values.map((v) => (v === undefined ? "–" : write(v)));
      all.push({ name, cells: several ? [write(together(known)), ...cells] : cells });
    };
    const answered = (w, field) => (w.statistics.error ? undefined : w.statistics[field]);
    const states = workers.map((w) => (w.statistics.error ? "silent" : w.loop.state));
    add("Loop", states, String, (values) => [...new Set(values)].join(", "));
    for (const [name, field, write, together] of rows) add(name, workers.map((w) => answered(w, field)), write, together);
    add("Open connections", workers.map((w) => (w.statistics.error ? undefined : w.connections)));
    add("Kernel’s backlog", workers.map((w) => w.backlog?.waiting), count, longest);
    const pools = workers.find((w) => w.statistics.pools)?.statistics.pools ?? [];
    pools.forEach((pool, i) => {
      for (const [name, field] of poolRows) add(`Pool ${harmless(pool.pool)}: ${name}`, workers.map((w) => w.statistics.pools?.[i]?.[field]));
    });
    return all;
  }

  #build(workers, shown) {
    const head = document.createElement("tr");
    const names = workers.map((w, i) => `Worker ${w.statistics.number ?? i + 1}`);
    if (workers.length > 1) names.unshift("All");
    head.append(document.createElement("td"), ...names.map((name) => cell("th", name, "col")));
    this.#table.tHead.replaceChildren(head);
    this.#table.tBodies[0].replaceChildren(...shown.map((row) => {
      const line = document.createElement("tr");
      line.append(cell("th", row.name, "row"), ...row.cells.map((text) => cell("td", text)));
      return line;
    }));
  }
}

function cell(tag, text, scope) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (scope) element.scope = scope;
  return element;
}
