// The curves above the pool, drawn by uPlot.

import { colours } from "./theme.js";
import { brief, count, limit, say, short } from "./text.js";

const uPlot = window.uPlot;
const height = 92;

const charts = [
  { id: "running", series: [{ data: 1, stroke: "run", fill: true }, { data: 2, stroke: "limit", dash: [4, 3] }], values: brief },
  { id: "waiting", series: [{ data: 3, stroke: "wait", fill: true }], values: brief },
  { id: "rate", series: [{ data: 4, stroke: "finish", fill: true }], values: brief },
  { id: "latency", series: [{ data: 6, stroke: "wait" }, { data: 5, stroke: "run" }], values: short },
];

export class Curves {
  #series;
  #plots = [];
  #hover = null; // index of the point under the pointer

  constructor(series) {
    this.#series = series;
    const resize = new ResizeObserver(() => this.#resize());
    for (const chart of charts) resize.observe(box(chart));
  }

  /** Makes the charts anew, in the colours of now. */
  paint() {
    const palette = colours();
    for (const plot of this.#plots) plot.destroy();
    this.#plots = charts.map((chart) => new uPlot(this.#options(chart, palette), this.#data(chart), box(chart)));
  }

  #data(chart) {
    return [this.#series.data[0], ...chart.series.map((s) => this.#series.data[s.data])];
  }

  #options(chart, palette) {
    const axis = { stroke: palette.muted, font: "10px system-ui, sans-serif", grid: { stroke: palette.line, width: 1 }, ticks: { show: false } };
    return {
      width: width(chart),
      height,
      legend: { show: false },
      padding: [6, 4, 0, 0],
      cursor: { sync: { key: "curves" }, drag: { x: false, y: false }, y: false, points: { size: 5 } },
      scales: { x: { time: false, range: () => this.#range() }, y: { range: (_, __, max) => [0, Math.max(1, (max ?? 0) * 1.12)] } },
      axes: [
        { ...axis, size: 18, gap: 2, splits: (u) => this.#splits(u.width < 260 ? 2 : 1), values: (_, splits) => splits.map((t) => this.#ago(t)) },
        { ...axis, size: 46, gap: 4, space: 26, values: (_, splits) => splits.map((v) => chart.values(v)) },
      ],
      series: [
        {},
        ...chart.series.map((s) => ({
          stroke: palette[s.stroke],
          width: 1.5,
          dash: s.dash,
          fill: s.fill ? palette[s.stroke] + "26" : undefined,
          points: { show: false },
          spanGaps: true,
        })),
      ],
      hooks: { setCursor: [(u) => this.#point(u)] },
    };
  }

  /** The last minute at first, the last five later. */
  #range() {
    const times = this.#series.data[0];
    const end = times.at(-1) ?? 0;
    return [end - Math.min(300, Math.max(60, end - (times[0] ?? end))), end];
  }

  #splits(sparser) {
    const [from, end] = this.#range();
    const step = sparser * (end - from > 150 ? 60 : end - from > 75 ? 30 : 15);
    const splits = [];
    for (let t = end - step; t > from; t -= step) splits.unshift(t);
    return splits;
  }

  #ago(t) {
    const s = Math.round((this.#series.data[0].at(-1) ?? 0) - t);
    return s % 60 === 0 && s > 0 ? `−${s / 60} min` : `−${s} s`;
  }

  #point(u) {
    const at = u.cursor.left >= 0 ? u.cursor.idx : null;
    if (at === this.#hover) return;
    this.#hover = at;
    this.say();
  }

  /** Draws the points that have come. */
  update() {
    this.#plots.forEach((plot, i) => plot.setData(this.#data(charts[i])));
    this.say();
  }

  /** The values of now, or under the pointer, beside the titles. */
  say() {
    const at = this.#hover ?? this.#series.data[0].length - 1;
    const value = (i) => this.#series.data[i][at];
    const known = (v, f) => (v === undefined || v === null ? "–" : f(v));
    say(document.getElementById("now-running"), known(value(1), count));
    say(document.getElementById("now-waiting"), known(value(3), count));
    say(document.getElementById("now-rate"), known(value(4), brief));
    say(document.getElementById("now-latency"), value(5) === null || value(5) === undefined ? "–" : `${short(value(5))}, ${short(value(6))}`);
    say(document.getElementById("curve-waiting"), this.#series.kernel ? "in the kernel" : "for a thread");
    say(document.getElementById("curve-limit"), value(2) ? `of ${limit(value(2))}` : "");
  }

  #resize() {
    this.#plots.forEach((plot, i) => plot.setSize({ width: width(charts[i]), height }));
  }
}

const box = (chart) => document.getElementById(`plot-${chart.id}`);
const width = (chart) => Math.max(80, Math.floor(box(chart).clientWidth));
