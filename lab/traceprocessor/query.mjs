// Runs SQL on a trace with Perfetto's trace processor, as compiled to WebAssembly for Perfetto's page.
//
//   node query.mjs FOLDER TRACE <queries.json >results.json
//
// FOLDER has engine_bundle.js and its .wasm files. The queries are a list of strings. The results are, for each of them, a
// list of rows, each with the column names as keys; whole numbers are strings, as some need 64 bits.
import {readFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';

const [folder, trace] = process.argv.slice(2);
const queries = JSON.parse(readFileSync(0, 'utf8'));

// The bundle is made for a web worker: it loads its code by a request, and is sent a port for its messages.
class Loader {
  open(method, name) { this.path = join(folder, name); }
  send() { this.response = readFileSync(this.path); }
}
const worker = {location: {href: ''}};
const load = new Function('self', 'WorkerGlobalScope', 'XMLHttpRequest', 'location', 'process', 'console',
    readFileSync(join(folder, 'engine_bundle.js'), 'utf8'));
load(worker, class {}, Loader, worker.location, undefined, {...console, log() {}, warn() {}});

const port = {replies: [], postMessage(bytes) { this.replies.push(Buffer.from(bytes)); }};
await new Promise((resolve) => setImmediate(resolve)); // until the code has been started
worker.onmessage({data: port});

// The messages are protobuf: perfetto/protos/perfetto/trace_processor/trace_processor.proto.
const append = 1, finalize = 2, query = 3; // TraceProcessorMethod

function varint(n) {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 | 128);
  return Buffer.from([...bytes, n]);
}
const number = (field, n) => Buffer.concat([varint(field * 8), varint(n)]);
const bytes = (field, b) => Buffer.concat([varint(field * 8 + 2), varint(b.length), b]);

let sequence = 0;
function call(method, argument = Buffer.alloc(0)) {
  port.replies = [];
  port.onmessage({data: new Uint8Array(bytes(1, Buffer.concat([number(1, ++sequence), number(2, method), argument])))});
  return Buffer.concat(port.replies);
}

// fields reads a message: each field's number, with a BigInt, 8 bytes or a part of the message.
function* fields(message) {
  let at = 0;
  const read = () => {
    for (let n = 0n, shift = 0n;; shift += 7n) {
      const b = message[at++];
      n |= BigInt(b & 127) << shift;
      if (b < 128) return n;
    }
  };
  const take = (n) => message.subarray(at, at += n);
  while (at < message.length) {
    const tag = Number(read());
    switch (tag % 8) {
      case 0: yield [tag >> 3, read()]; break;
      case 1: yield [tag >> 3, take(8)]; break;
      case 2: yield [tag >> 3, take(Number(read()))]; break;
      default: throw new Error(`wire type ${tag % 8}`);
    }
  }
}

function* varints(packed) {
  for (let at = 0; at < packed.length;) {
    let n = 0n, shift = 0n, b;
    do {
      b = packed[at++];
      n |= BigInt(b & 127) << shift;
      shift += 7n;
    } while (b > 127);
    yield BigInt.asIntN(64, n);
  }
}

function check(reply, errorField, what) {
  for (const [field, value] of fields(reply)) {
    if (field === errorField && value.length) throw new Error(`${what}: ${value}`);
  }
}

// replies of a call, by the field that has them.
function* results(stream, wanted) {
  for (const [, rpc] of fields(stream)) {
    for (const [field, value] of fields(rpc)) {
      if (field === 5) throw new Error(`trace processor: ${value}`);
      if (field === wanted) yield value;
    }
  }
}

function rows(stream, sql) {
  const columns = [], cells = [];
  for (const result of results(stream, 203)) {
    check(result, 2, sql);
    for (const [field, value] of fields(result)) {
      if (field === 1) columns.push(`${value}`);
      if (field === 3) cells.push(...batch(value));
    }
  }
  const all = [];
  for (let i = 0; i < cells.length; i += columns.length) {
    all.push(Object.fromEntries(columns.map((name, n) => [name, cells[i + n]])));
  }
  return all;
}

function batch(message) {
  let kinds = [], whole = [], texts = [], decimals = Buffer.alloc(0);
  for (const [field, value] of fields(message)) {
    if (field === 1) kinds = [...varints(value)];
    if (field === 2) whole = [...varints(value)];
    if (field === 3) decimals = value;
    if (field === 5) texts = `${value}`.split('\0');
  }
  let d = 0;
  return kinds.map((kind) => {
    switch (Number(kind)) {
      case 1: return null;
      case 2: return `${whole.shift()}`;
      case 3: return decimals.readDoubleLE(8 * d++);
      case 4: return texts.shift();
      default: throw new Error(`cell of kind ${kind}`);
    }
  });
}

for (const result of results(call(append, bytes(101, readFileSync(trace))), 201)) check(result, 2, trace);
call(finalize);
writeSync(1, JSON.stringify(queries.map((sql) => rows(call(query, bytes(103, bytes(1, Buffer.from(sql)))), sql))));
process.exit(0);
