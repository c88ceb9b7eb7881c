// What the page remembers of the frames: bars of the last half minute, and the series of the curves.

import { unlimited } from "./text.js";

/** How long bars are kept, in ms: longer than any canvas shows. */
const memory = 36_000;
const mostBars = 3000; // of a lane
const mostRows = 256; // of coroutines
const mostIdle = 64; // lanes that are kept for idle threads
const fewestIdle = 8; // the same where each request has a new thread

/** What tells a call from all others of its worker. */
export const keyOf = (call) => `${call.since}|${call.function ?? ""}|${call.id}`;

/** A clock that follows the server's, from the times of frames. */
export class Clock {
  #offset = NaN;

  sync(serverTime, now = performance.now()) {
    const offset = serverTime - now;
    // The frame that came fastest is nearest to the truth. A jump is a change of the server's clock.
    this.#offset = Math.abs(offset - this.#offset) < 2000 ? Math.max(offset, this.#offset - 0.2) : offset;
  }

  /** The server's time at this moment, in ms since 1970; NaN before the first frame. */
  now(at = performance.now()) {
    return at + this.#offset;
  }
}

/** The bars of one thread, or of several that came one after the other. */
class Lane {
  name = "";
  gone = false; // its thread has ended
  ended = [];
  running = null;

  constructor(number) {
    this.number = number;
  }

  end(call) {
    this.ended.push(call);
    if (this.ended.length > mostBars) this.ended.splice(0, mostBars / 4);
  }

  /** Notes what runs. If the end of another call has been missed, it ended between two frames. */
  runs(call, time) {
    const before = this.running;
    if (before && (!call || keyOf(call) !== keyOf(before)) && !this.#has(before)) this.end({ ...before, until: time });
    this.running = call;
  }

  #has(call) {
    const key = keyOf(call);
    for (let i = this.ended.length - 1; i >= 0 && i >= this.ended.length - 300; i--) {
      if (keyOf(this.ended[i]) === key) return true;
    }
    return false;
  }

  forget(before) {
    let n = 0;
    while (n < this.ended.length && this.ended[n].until < before) n++;
    if (n > 0) this.ended.splice(0, n);
  }

  /** Whether it has room for a call that began then. */
  free(since) {
    return !this.running && (this.ended.length === 0 || this.ended.at(-1).until <= since + 1);
  }

  get empty() {
    return this.running === null && this.ended.length === 0;
  }
}

/** Coroutines overlap on the main thread, so each gets the first row that is free. */
class Rows {
  rows = [];
  #row = new Map(); // of a running coroutine, by key

  update(calls, ended, time) {
    const running = new Set(calls.map(keyOf));
    for (const call of ended) {
      const key = keyOf(call);
      const row = this.#row.get(key);
      if (row) {
        row.end(call);
        row.running = null;
        this.#row.delete(key);
      } else this.#free(call.since)?.end(call);
    }
    for (const [key, row] of this.#row) {
      if (running.has(key)) continue;
      row.runs(null, time);
      this.#row.delete(key);
    }
    for (const call of calls) {
      const key = keyOf(call);
      const row = this.#row.get(key) ?? this.#free(call.since);
      if (!row) break;
      row.running = call;
      this.#row.set(key, row);
    }
  }

  #free(since) {
    const found = this.rows.find((r) => r.free(since));
    if (found || this.rows.length >= mostRows) return found;
    const row = new Lane(this.rows.length + 1);
    this.rows.push(row);
    return row;
  }

  forget(before) {
    for (const row of this.rows) row.forget(before);
    while (this.rows.length > 0 && this.rows[this.rows.length - 1].empty) this.rows.pop();
  }
}

/** One worker, and what it has done lately. */
class Worker {
  last = null; // its part of the last frame
  shown = null; // that of the frame that is shown while the picture is frozen
  lanes = []; // of threads, by number
  coroutines = new Rows();
  loop = []; // what the loop has done: {state, since, until, by}
  blocks = new Lane(0); // times for which calls have blocked the loop
  backlog = []; // [time, connections]
  #byNumber = new Map();

  update(live, server, time, keepFrom) {
    const silent = Boolean(live.statistics.error);
    this.last = live;
    if (silent) return;
    const ended = live.ended ?? [];
    const first = this.lanes.length === 0;
    for (const call of ended) if (call.thread) this.#lane(call.thread, call.since, live).end(call);
    this.#threads(live, time);
    if (first) this.lanes.sort((a, b) => a.number - b.number);
    for (const block of live.blocks ?? []) this.blocks.end(block);
    if (server.mode !== "async-misuse") this.coroutines.update(coroutines(live, server), ended.filter((call) => !call.thread), time);
    this.#turn(live.loop, time);
    if (live.backlog) this.backlog.push([time, live.backlog.waiting]);
    this.#forget(keepFrom);
  }

  /**
   * The lane of a thread. A new thread takes the lane of one that has ended, and where there is a new thread for each
   * request, that of an idle one: so there are never many more lanes than threads at once.
   */
  #lane(number, since, live) {
    const known = this.#byNumber.get(number);
    if (known) return known;
    const { limit } = live.statistics;
    const many = this.lanes.length >= (limit < unlimited ? Math.min(mostIdle, limit) : fewestIdle);
    let lane = this.lanes.find((l) => (l.gone || many) && l.free(since));
    if (lane) this.#byNumber.delete(lane.number);
    else this.lanes.push(lane = new Lane(number));
    lane.number = number;
    lane.gone = false;
    this.#byNumber.set(number, lane);
    return lane;
  }

  #threads(live, time) {
    const seen = new Set();
    for (const t of live.threads ?? []) {
      const lane = t.runs || this.#byNumber.has(t.number) ? this.#lane(t.number, t.runs?.since ?? time, live) : null;
      if (!lane) continue; // idle, and its lane has been taken
      lane.name = t.name;
      lane.runs(t.runs ?? null, time);
      seen.add(t.number);
    }
    for (const lane of this.lanes) {
      lane.gone = !seen.has(lane.number);
      if (lane.gone) lane.runs(null, time);
    }
  }

  #turn(now, time) {
    const last = this.loop[this.loop.length - 1];
    if (last && last.state === now.state && last.since === now.since) {
      last.by = now.by;
      return;
    }
    if (last) last.until = Math.min(now.since || time, time);
    this.loop.push({ ...now });
  }

  #forget(before) {
    for (const lane of this.lanes) lane.forget(before);
    const lost = this.lanes.filter((lane) => lane.gone && lane.empty);
    for (const lane of lost) this.#byNumber.delete(lane.number);
    if (lost.length > 0) this.lanes = this.lanes.filter((lane) => !lost.includes(lane));
    this.coroutines.forget(before);
    this.blocks.forget(before);
    while (this.loop.length > 1 && this.loop[0].until < before) this.loop.shift();
    while (this.backlog.length > 1 && this.backlog[0][0] < before) this.backlog.shift();
  }
}

/** The coroutines that have a row: all that run on the main thread, without those that wait for a thread. */
function coroutines(live, server) {
  if (server.mode === "threadpool") return [];
  return live.tasks ?? [];
}

/** All workers, and the curves of their sums. */
export class Model {
  clock = new Clock();
  server = {};
  workers = new Map(); // by process id, in the order of the last frame
  series = new Series();
  frames = 0;
  keepFrom = NaN; // the moment at which the picture is frozen

  add(frame) {
    this.frames++;
    this.server = { ...frame.server, routes: this.#colours(frame) };
    this.clock.sync(frame.time);
    const known = this.workers;
    this.workers = new Map();
    for (const live of frame.workers ?? []) {
      const pid = live.statistics.worker;
      const worker = known.get(pid) ?? new Worker();
      worker.update(live, this.server, frame.time, this.#keepFrom(frame.time));
      this.workers.set(pid, worker);
    }
    this.series.add(frame);
  }

  #routes = new Map();

  /** The number of each route's colour. */
  #colours(frame) {
    const routes = frame.workers?.find((w) => w.statistics.routes)?.statistics.routes ?? [];
    if (routes.length !== this.#routes.size) this.#routes = new Map(routes.map((r, i) => [r.route, i % 6]));
    return this.#routes;
  }

  /** Keeps what is needed to go on showing a moment; NaN shows the present again. */
  freeze(at) {
    this.keepFrom = at;
    for (const w of this.workers.values()) w.shown = Number.isNaN(at) ? null : w.last;
  }

  /** The time from which bars are kept. While the picture is frozen it stays, for ten minutes at most. */
  #keepFrom(time) {
    return Number.isNaN(this.keepFrom) ? time - memory : Math.max(time - 600_000, this.keepFrom - memory);
  }

  /** The sum of a figure over the workers that have answered. */
  sum(field) {
    let n = 0;
    for (const w of this.workers.values()) n += w.last.statistics[field] ?? 0;
    return n;
  }
}

const step = 500; // ms between two points of a curve
const points = 600; // five minutes

/** The curves: every half second a point. */
export class Series {
  // Seconds since 1970; then running, limit, waiting, finished a second, and the latency's median and 95th percentile in ms.
  data = [[], [], [], [], [], [], []];
  kernel = false; // whether "waiting" is the kernel's backlog
  #totals = new Map(); // of finished requests, by worker
  #finished = 0;
  #latencies = [];
  #since = 0;
  #rates = [];

  add(frame) {
    // Where requests need no thread, those that wait do so before they are accepted.
    this.kernel = ["async-misuse", "cooperative"].includes(frame.server.mode);
    const at = { running: 0, limit: 0, waiting: 0 };
    const totals = new Map();
    for (const w of frame.workers ?? []) {
      const s = w.statistics;
      if (s.error) {
        if (this.#totals.has(s.worker)) totals.set(s.worker, this.#totals.get(s.worker));
        continue;
      }
      at.running += s.busy;
      at.limit += s.limit;
      // Workers that share a listener have the same backlog.
      if (this.kernel) at.waiting = Math.max(at.waiting, w.backlog?.waiting ?? 0);
      else at.waiting += s.waiting;
      const total = s.answered + s.left + s.cancelled;
      totals.set(s.worker, total);
      this.#finished += Math.max(0, total - (this.#totals.get(s.worker) ?? total));
      for (const call of w.ended ?? []) if (isLast(call)) this.#latencies.push(call.until - call.arrived);
    }
    this.#totals = totals;
    if (this.#since === 0) this.#since = frame.time;
    if (frame.time - this.#since >= step) this.#point(frame.time, at);
  }

  #point(time, at) {
    this.#rates.push(this.#finished / ((time - this.#since) / 1000));
    if (this.#rates.length > 2) this.#rates.shift();
    const rate = this.#rates.reduce((a, b) => a + b) / this.#rates.length;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const limit = at.limit >= 1e9 || this.kernel ? null : at.limit;
    const values = [time / 1000, at.running, limit, at.waiting, rate, quantile(sorted, 0.5), quantile(sorted, 0.95)];
    values.forEach((v, i) => {
      this.data[i].push(v);
      if (this.data[i].length > points) this.data[i].shift();
    });
    this.#since = time;
    this.#finished = 0;
    this.#latencies = [];
  }

  /** The last value of a curve, or null. */
  last(i) {
    return this.data[i].at(-1) ?? null;
  }
}

/** Whether the end of a call is, nearly, that of its request: a program calls other functions before its handler. */
const isLast = (call) => !call.function || call.function === "handler";

function quantile(sorted, q) {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}
