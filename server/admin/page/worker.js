// One worker on the page: a heading with what flows through it, its lanes, its queue and its connection pools.

import { Lanes, describe } from "./lanes.js";
import { keyOf } from "./model.js";
import { Pools } from "./pools.js";
import { Queue } from "./queue.js";
import { count, duration, harmless, limit, named, say } from "./text.js";

/** An element with a class and a text. */
export function make(tag, name = "", text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

export class WorkerView {
  element = make("article", "worker");
  visible = true;
  #title = make("h2");
  #stations = {};
  #lanes;
  #queue;
  #pools = new Pools();
  #palette = null;
  #frame = null;

  constructor(tell) {
    this.tell = tell;
    const head = make("header", "worker-head");
    const flow = make("ol", "flow");
    for (const name of ["backlog", "loop", "queue", "threads"]) flow.append(this.#station(name));
    head.append(this.#title, flow);
    const stage = make("div", "stage");
    stage.append(this.#lanesBox(), this.#queueBox());
    this.stage = stage;
    this.silent = make("p", "notice");
    this.silent.hidden = true;
    this.element.append(head, this.silent, stage, this.#pools.element);
  }

  #station(name) {
    const item = make("li", `station ${name}`);
    const label = make("span", "label");
    const value = make("b");
    const note = make("small");
    item.append(label, value, note);
    this.#stations[name] = { item, label, value, note };
    return item;
  }

  #lanesBox() {
    const box = make("div", "lanes");
    this.lanesCanvas = make("canvas");
    this.lanesCanvas.tabIndex = 0;
    this.lanesCanvas.setAttribute("role", "img");
    this.lanesCanvas.setAttribute("aria-describedby", "keys");
    this.#lanes = new Lanes(this.lanesCanvas);
    this.lanesMore = make("p", "more");
    box.append(this.lanesCanvas, this.lanesMore);
    this.lanesCanvas.addEventListener("pointermove", (e) => this.tell(this.#lanes.at(e.offsetX, e.offsetY)));
    this.lanesCanvas.addEventListener("pointerleave", () => this.tell(""));
    this.lanesCanvas.addEventListener("blur", () => (this.#lanes.selected = null));
    this.lanesCanvas.addEventListener("keydown", (e) => this.#key(e));
    return box;
  }

  #queueBox() {
    const box = make("div", "queue");
    const head = make("h3");
    this.queueTitle = make("span", "", "Queue");
    this.queueOrder = make("small");
    const arrival = make("small", "arrival", "arrived");
    head.append(this.queueTitle, this.queueOrder, arrival);
    this.queueCanvas = make("canvas");
    this.queueCanvas.setAttribute("role", "img");
    this.#queue = new Queue(this.queueCanvas);
    this.queueMore = make("p", "more");
    box.append(head, this.queueCanvas, this.queueMore);
    this.queueCanvas.addEventListener("pointermove", (e) => this.tell(this.#queue.at(e.offsetY, this.#frame.worker, this.#frame.now)));
    this.queueCanvas.addEventListener("pointerleave", () => this.tell(""));
    this.queueBox = box;
    return box;
  }

  paint(palette) {
    this.#palette = palette;
    this.#lanes.paint(palette);
    this.#queue.paint(palette);
  }

  /** Shows what a frame has changed in words. */
  update(worker, server, number, alone) {
    const { last } = worker;
    const s = last.statistics;
    const pid = s.worker ? `pid ${s.worker}` : "";
    const open = last.connections === undefined || s.error ? "" : `${count(last.connections)}\u00a0${last.connections === 1 ? "connection" : "connections"}`;
    say(this.#title, alone ? "Worker" : `Worker ${s.number ?? number}`);
    this.#title.append(make("small", "", [pid, s.address, open].filter(Boolean).join(" · ")));
    this.element.classList.toggle("mute", Boolean(s.error));
    this.silent.hidden = !s.error;
    if (s.error) return say(this.silent, `This worker does not answer: ${harmless(s.error, 200)}`);
    this.#loopStation(last);
    this.#backlogStation(last.backlog);
    this.#poolStations(last, server);
    this.#pools.update(last, server);
    const text = sentence(last, server);
    if (this.lanesCanvas.getAttribute("aria-label") !== text) this.lanesCanvas.setAttribute("aria-label", text);
    const next = last.queue?.[0];
    this.queueCanvas.setAttribute("aria-label", next ? `${count(s.waiting)} wait, ${last.order}. Next is ${named(next)}.` : "No request waits.");
  }

  #set(name, label, value, note, state = "") {
    const station = this.#stations[name];
    say(station.label, label);
    say(station.value, value);
    say(station.note, note);
    station.item.dataset.state = state;
  }

  #loopStation({ loop }) {
    const by = loop.by?.id ? `by #${harmless(loop.by.id, 14)}` : "";
    this.#set("loop", "Loop", loop.state, by, loop.state);
  }

  #backlogStation(backlog) {
    this.#stations.backlog.item.hidden = !backlog;
    if (backlog) this.#set("backlog", "Kernel’s backlog", count(backlog.waiting), "", backlog.waiting > 0 ? "some" : "");
  }

  #poolStations(last, server) {
    const s = last.statistics;
    const threads = usesThreads(server, last);
    this.#stations.queue.item.hidden = !threads;
    this.queueBox.hidden = !threads;
    this.stage.classList.toggle("alone", !threads);
    this.#set("queue", "Queue", count(s.waiting), s.waiting > 0 ? `longest ${duration(s.longest_wait * 1000)}` : "", s.waiting > 0 ? "some" : "");
    const left = s.zombies > 0 ? `${count(s.zombies)} ${s.zombies === 1 ? "zombie" : "zombies"}` : s.holding ? "holding" : "";
    if (threads) this.#set("threads", "Threads", `${count(s.borrowed)} of ${limit(s.limit)}`, left, s.borrowed >= s.limit ? "full" : "");
    else this.#set("threads", "Running", count(s.busy), left);
    say(this.queueOrder, last.order);
    say(this.queueTitle, `Queue ${count(s.waiting)}`);
  }

  /** Draws the moment `now`. */
  draw(worker, server, now, at) {
    if (worker.last.statistics.error || !this.#palette) return;
    this.#frame = { worker, now };
    const width = Math.floor(this.lanesCanvas.clientWidth);
    if (width < 50) return;
    const height = this.#lanes.draw(worker, server, now, width);
    this.#tall(this.lanesCanvas, height);
    const hidden = this.#lanes.hidden;
    say(this.lanesMore, hidden > 0 ? `and ${count(hidden)} more lanes` : this.#unlisted(worker));
    if (this.queueBox.hidden) return;
    const room = this.stage.clientWidth < 620 ? 12 * 18 : Math.max(10 * 18, height - 26);
    this.#tall(this.queueCanvas, room);
    const more = this.#queue.draw(worker, now, Math.floor(this.queueCanvas.clientWidth), room, at);
    say(this.queueMore, more > 0 ? `and ${count(more)} more` : "");
  }

  #unlisted({ last }) {
    const n = last.tasks_total - (last.tasks?.length ?? 0);
    return n > 0 && this.queueBox.hidden ? `and ${count(n)} more coroutines` : "";
  }

  #tall(canvas, height) {
    const style = `${Math.ceil(height)}px`;
    if (canvas.style.height !== style) canvas.style.height = style;
  }

  /** Arrows go through the bars of the picture. */
  #key(e) {
    const bars = this.#lanes.bars;
    if (bars.length === 0 || !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(e.key)) return;
    e.preventDefault();
    const i = bars.findIndex((b) => keyOf(b.call) === this.#lanes.selected);
    const bar = bars[neighbour(bars, i < 0 ? bars.length - 1 : i, e.key)];
    this.#lanes.selected = keyOf(bar.call);
    this.tell(describe(bar));
  }
}

/** The bar beside another one in its lane, or the one nearest to it in the next lane. */
function neighbour(bars, i, key) {
  if (key === "Home") return 0;
  if (key === "End") return bars.length - 1;
  const here = bars[i];
  const step = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const j = i + step;
    return bars[j]?.track === here.track ? j : i;
  }
  let j = i;
  while (bars[j]?.track === here.track) j += step;
  const lane = bars[j]?.track;
  if (!lane) return i;
  let best = j;
  for (; bars[j]?.track === lane; j += step) if (Math.abs(bars[j].end - here.end) < Math.abs(bars[best].end - here.end)) best = j;
  return best;
}

/** Whether requests need threads here. */
export const usesThreads = (server, last) => server.mode === "threadpool" || Boolean(server.program) || (last.queue?.length ?? 0) > 0 || (!server.mode && !server.program);

/** A worker in a sentence. */
export function sentence(last, server) {
  const s = last.statistics;
  const parts = [`The loop ${last.loop.state === "serves" ? "serves" : `is ${last.loop.state}`}`];
  parts.push(`${count(s.busy)} ${s.busy === 1 ? "handler runs" : "handlers run"}`);
  if (usesThreads(server, last)) parts.push(`${count(s.borrowed)} of ${limit(s.limit)} threads are in use`, `${count(s.waiting)} wait`);
  if (s.zombies > 0) parts.push(`${count(s.zombies)} clients have left`);
  return parts.join(", ") + ".";
}
