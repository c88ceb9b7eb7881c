// The same program for Node.js, told by the environment what to do.
//
// APP_MODE        async-misuse  the handler sleeps without awaiting: it holds the loop
//                 cooperative   the handler sets a timer: it holds nothing
// APP_SLEEP       how long a request sleeps, in seconds
// APP_PROGRAM     a file that describes another program, as JSON: the form of target-server's --program. Its durations are
//                 constant
// APP_PORT        the port on 127.0.0.1
// APP_BACKLOG     the listening socket's; none is Node's own, 511
// APP_KEEP_ALIVE  in seconds; none is Node's own, 5

import { readFileSync } from "node:fs";
import { createServer, STATUS_CODES } from "node:http";
import { unescape } from "node:querystring";
import { setTimeout } from "node:timers/promises";

const mode = process.env.APP_MODE ?? "cooperative";
const sleep = 1000 * Number(process.env.APP_SLEEP ?? "5");
let counter = 0;

// The local time, as Python's datetime.now() prints it.
function now() {
  const at = performance.timeOrigin + performance.now();
  const local = new Date(at - 60_000 * new Date(at).getTimezoneOffset()).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}.${String(Math.floor(at * 1000) % 1e6).padStart(6, "0")}`;
}

function say(text) {
  console.log(`${now()} - ${process.pid}-MainThread: ${text}`);
}

const work = {
  "async-misuse": () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, sleep),
  "cooperative": () => setTimeout(sleep),
}[mode];
if (!work) throw new Error(`APP_MODE is ${mode}; it may be async-misuse or cooperative`);

async function index(id, response) {
  say(`#${++counter} processing request id[${id}], sleeping...`);
  const waits = work();
  if (waits) await waits;
  say(`done request id[${id}]`);
  response.end(`hello #${id}`);
}

function refuse(response, status, text) {
  response.statusCode = status;
  response.end(text);
}

function article(request, response) {
  const [path, query] = request.url.split(/\?(.*)/s);
  if (path !== "/") return refuse(response, 404, "Not Found");
  const id = new URLSearchParams(query).get("id");
  if (id === null) return refuse(response, 400, "id is missing");
  index(id, response);
}

const units = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const sizes = { B: 1, KB: 1000, KiB: 1 << 10, MB: 1e6, MiB: 1 << 20 };
const kinds = { int: /^[+-]?\d+$/, float: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, bool: /^(true|false)$/, str: /^/ };

function milliseconds(text) {
  const parts = [...text.matchAll(/([\d.]+)([a-z]+)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + number * units[unit], 0);
}

// The text with the values of names in braces.
function fill(text, values, escape = String) {
  return text.replace(/\{([A-Za-z_]\w*)\}/g, (all, name) => (name in values ? escape(values[name]) : all));
}

class Refusal extends Error {
  constructor(status) {
    super();
    this.status = status;
  }
}

async function run(steps, values) {
  for (const step of steps) {
    if ("sleep" in step) await setTimeout(milliseconds(step.sleep));
    else if ("block" in step) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds(step.block));
    else if ("log" in step) say(fill(step.log, step.log.includes("{counter}") ? { counter: ++counter, ...values } : values));
    else if ("raise" in step) throw /^\d+$/.test(step.raise) ? new Refusal(Number(step.raise)) : new Error(step.raise);
    else if ("repeat" in step) for (let i = 0; i < step.repeat; i++) await run(step.do, values);
    else if (Math.random() * 100 < parseFloat(step.share)) await run(step.do, values);
  }
}

async function call(route, values, response) {
  try {
    if (route.async.length > 0) await run(route.async, values);
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    const status = error.status ?? 500;
    return refuse(response, status, STATUS_CODES[status] ?? "unknown");
  }
  response.statusCode = route.status;
  for (const [name, value] of Object.entries(route.headers)) response.setHeader(name.toLowerCase(), value);
  if (route.type) response.setHeader("Content-Type", route.type);
  response.end(fill(route.body, values, route.json ? (value) => JSON.stringify(String(value)).slice(1, -1) : String));
}

function compile([name, described]) {
  const [method, path] = name.split(" ");
  const route = { status: 200, type: "application/json", headers: {}, parameters: {}, ...described, method };
  if ([204, 304].includes(route.status)) route.type = "";
  route.json = /^application\/json\b|\+json(;|$)/i.test(route.type);
  route.body ??= route.type === "application/json" ? "null" : "";
  const size = /^(\d+) ?([KM]?i?B)$/.exec(route.body);
  if (size) route.body = `"${"x".repeat(size[1] * sizes[size[2]] - 2)}"`;
  route.names = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
  const parts = path.split(/\{\w+\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  route.pattern = new RegExp(`^${parts.join("([^/]+)")}$`);
  return route;
}

// A program that a file describes: the first route with the method and the path.
function described(file) {
  const routes = Object.entries(JSON.parse(readFileSync(file, "utf8")).routes).map(compile);
  return (request, response) => {
    const [path, query] = request.url.split(/\?(.*)/s);
    const here = routes.filter((route) => route.pattern.test(path));
    const route = here.find((route) => route.method === request.method);
    if (!route && here.length > 0) {
      response.setHeader("Allow", [...new Set(here.map((route) => route.method))].join(", "));
      return refuse(response, 405, "Method Not Allowed");
    }
    if (!route) return refuse(response, 404, "Not Found");
    const values = {};
    route.pattern.exec(path).slice(1).forEach((text, i) => (values[route.names[i]] = unescape(text)));
    const given = new URLSearchParams(query);
    for (const name of Object.keys(route.parameters)) if (!(name in values)) values[name] = given.get(name);
    for (const name of [...route.names, ...Object.keys(values)]) {
      const kind = route.parameters[name] ?? "str";
      if (values[name] === null && !kind.endsWith("?")) return refuse(response, 400, `${name} is missing`);
      if (values[name] !== null && !kinds[kind.replace("?", "")].test(values[name])) {
        return refuse(response, 400, `${name} is not a value of type ${kind.replace("?", "")}`);
      }
    }
    call(route, values, response);
  };
}

const server = createServer(process.env.APP_PROGRAM ? described(process.env.APP_PROGRAM) : article);
if (process.env.APP_KEEP_ALIVE) server.keepAliveTimeout = 1000 * Number(process.env.APP_KEEP_ALIVE);

const listen = { host: "127.0.0.1", port: Number(process.env.APP_PORT ?? "8080") };
if (process.env.APP_BACKLOG) listen.backlog = Number(process.env.APP_BACKLOG);
server.listen(listen, () => console.log(`Listening on http://${listen.host}:${listen.port}`));
