// The same program for Node.js, told by the environment what to do.
//
// APP_MODE        async-misuse  the handler sleeps without awaiting: it holds the loop
//                 cooperative   the handler sets a timer: it holds nothing
// APP_SLEEP       how long a request sleeps, in seconds
// APP_PORT        the port on 127.0.0.1
// APP_BACKLOG     the listening socket's; none is Node's own, 511
// APP_KEEP_ALIVE  in seconds; none is Node's own, 5

import { createServer } from "node:http";
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

const server = createServer((request, response) => {
  const [path, query] = request.url.split(/\?(.*)/s);
  if (path !== "/") return refuse(response, 404, "Not Found");
  const id = new URLSearchParams(query).get("id");
  if (id === null) return refuse(response, 400, "id is missing");
  index(id, response);
});
if (process.env.APP_KEEP_ALIVE) server.keepAliveTimeout = 1000 * Number(process.env.APP_KEEP_ALIVE);

const listen = { host: "127.0.0.1", port: Number(process.env.APP_PORT ?? "8080") };
if (process.env.APP_BACKLOG) listen.backlog = Number(process.env.APP_BACKLOG);
server.listen(listen, () => console.log(`Listening on http://${listen.host}:${listen.port}`));
