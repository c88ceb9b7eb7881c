// The live page: what the workers of a target-server are doing at this moment.

import { Controls } from "./controls.js";
import { Curves } from "./curves.js";
import { Figures } from "./figures.js";
import { Model } from "./model.js";
import { Stream, setToken } from "./stream.js";
import { harmless, say } from "./text.js";
import { colours, onColours, still } from "./theme.js";
import { WorkerView, sentence } from "./worker.js";

const delay = 200; // ms that the picture is late, so that the end of a bar is known before it is drawn
const calm = 1000; // ms between two drawings for a user who wants little motion
const silence = 5000; // ms between two sentences that are spoken

const element = (id) => document.getElementById(id);
const model = new Model();
const curves = new Curves(model.series);
const figures = new Figures();
const controls = new Controls(() => {});
const views = new Map(); // by process id

let palette = colours();
let frameTime = NaN; // the server's time of the last frame
let frozen = NaN; // the moment that is shown while the picture is frozen
let point; // the time of the last point of the curves
let told = { text: "", at: -Infinity };
let drawn = -Infinity;
let missedAt = -Infinity;

const seen = new IntersectionObserver((entries) => {
  for (const e of entries) for (const view of views.values()) if (view.element === e.target) view.visible = e.isIntersecting;
}, { rootMargin: "200px" });

const stream = new Stream({
  state: (name, text) => connection(name, text),
  trouble: (text) => connection("trouble", `The workers cannot be asked: ${harmless(text, 120)}`),
  unauthorized: (sent) => askForToken(sent),
  frame: (frame, missed) => {
    frameTime = frame.time;
    model.add(frame);
    if (missed > 0) missedAt = performance.now();
    connection("live", performance.now() - missedAt < 5000 ? "Live, some frames were missed" : "Live");
    update();
  },
});

function connection(name, text) {
  const line = element("connection");
  line.dataset.state = name;
  document.body.dataset.connection = name;
  say(line, text);
}

/** Shows the parts that are words and numbers. */
function update() {
  const { server } = model;
  const what = [server.stack, server.vintage, server.app, server.program ? `program ${harmless(server.program)}` : server.mode, server.version];
  say(element("server"), what.filter((s) => s && s !== "(devel)").map((s) => harmless(s)).join(" · "));
  arrange();
  legend(server.routes);
  if (model.series.data[0].at(-1) !== point) curves.update();
  point = model.series.data[0].at(-1);
  controls.update(model);
  if (!Number.isNaN(frozen)) return;
  let number = 0;
  for (const [pid, worker] of model.workers) views.get(pid).update(worker, server, ++number, model.workers.size === 1);
  if (model.frames % 4 === 1) figures.update(model);
  speak();
}

/** Says which colour a route has. */
function legend(routes) {
  const list = element("legend");
  const names = [...routes.keys()].map((name) => harmless(name, 60));
  if (list.dataset.names === names.join("\n")) return;
  list.dataset.names = names.join("\n");
  list.replaceChildren(...[...routes.values()].map((colour, i) => {
    const item = document.createElement("li");
    item.dataset.route = colour;
    item.textContent = names[i];
    return item;
  }));
}

/** Gives each worker its place. */
function arrange() {
  for (const [pid, view] of views) {
    if (model.workers.has(pid)) continue;
    seen.unobserve(view.element);
    view.element.remove();
    views.delete(pid);
  }
  let place = 0;
  for (const pid of model.workers.keys()) {
    const { children } = element("workers");
    if (!views.has(pid)) {
      const view = new WorkerView((text) => say(element("details"), text));
      view.paint(palette);
      views.set(pid, view);
      element("workers").insertBefore(view.element, children[place] ?? null);
      seen.observe(view.element);
    }
    place++;
  }
}

/** Tells a screen reader what has changed, now and then. */
function speak() {
  const now = performance.now();
  if (now - told.at < silence) return;
  const all = [...model.workers.values()].filter((w) => !w.last.statistics.error);
  const text = all.length === 1 ? sentence(all[0].last, model.server)
    : `${all.length} workers: ${model.sum("busy")} handlers run, ${model.sum("waiting")} wait, ${all.filter((w) => w.last.loop.state === "blocked").length} loops are blocked.`;
  if (text === told.text) return;
  told = { text, at: now };
  say(element("spoken"), text);
}

function draw(at) {
  requestAnimationFrame(draw);
  if (still.matches && at - drawn < calm) return;
  drawn = at;
  // Without frames time stands still.
  const now = Number.isNaN(frozen) ? Math.min(model.clock.now(at) - delay, frameTime + 400) : frozen;
  if (Number.isNaN(now)) return;
  for (const [pid, worker] of model.workers) {
    const view = views.get(pid);
    if (view?.visible && worker.last) view.draw(worker, model.server, now, at);
  }
}

function askForToken(sent) {
  connection("token", sent ? "The token is wrong" : "A token is needed");
  element("token-box").hidden = false;
  say(element("token-error"), sent ? "The server does not accept this token." : "");
  element("token").focus();
}

element("token-form").addEventListener("submit", (e) => {
  e.preventDefault();
  setToken(element("token").value.trim());
  element("token").value = "";
  element("token-box").hidden = true;
  connection("connecting", "Connecting…");
  stream.connect();
});

element("freeze").addEventListener("click", () => {
  frozen = Number.isNaN(frozen) ? Math.min(model.clock.now() - delay, frameTime) : NaN;
  const is = !Number.isNaN(frozen);
  model.freeze(frozen);
  element("freeze").classList.toggle("on", is);
  say(element("freeze"), is ? "Go on with the picture" : "Freeze the picture");
});

function paint() {
  palette = colours();
  curves.paint();
  for (const view of views.values()) view.paint(palette);
}

onColours(paint);
paint();
connection("connecting", "Connecting…");
stream.connect();
requestAnimationFrame(draw);
