// What the client does when the service is full. No test sleeps: the server holds requests until it is told
// to continue.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Hello } from './hello.js';
import { start } from './target-server.js';

// One server for all tests: two threads, and one place in the queue. Requests take no time unless a test
// holds them.
let server;
before(async () => { server = await start('--limit=2', '--queue=1', '--sleep=0s'); });
beforeEach(() => server.reset());
after(() => server?.close());

test('an answer', async () => {
  assert.equal(await new Hello(server.url).greet(1), 'hello');
  assert.equal((await server.stats()).answered, 1);
});

/** Takes both threads and the place in the queue. */
async function fill() {
  await server.hold();
  const client = new Hello(server.url);
  const clients = [client.greet(1), client.greet(2)];
  await server.wait('busy=2');
  clients.push(client.greet(3));
  await server.wait('waiting=1');
  return clients;
}

test('gives up when nobody answers', async () => {
  await server.hold();
  const client = new Hello(server.url);
  const busy = [client.greet(1), client.greet(2)];
  await server.wait('busy=2');
  await assert.rejects(new Hello(server.url, { timeout: 200 }).greet(3), { name: 'TimeoutError' }); // it was queued
  await server.wait('zombies=1'); // the server knows that the client has left,
  await server.release();
  assert.deepEqual(await Promise.all(busy), ['hello', 'hello']);
  await server.wait('busy=0&waiting=0');
  const last = (await server.requests()).at(-1); // and ran the request anyway, like the real one.
  assert.deepEqual([last.id, last.outcome], ['3', 'client left']);
  assert.ok(last.thread_number > 0);
});

test('says so when the line is full', async () => {
  const clients = await fill();
  await assert.rejects(new Hello(server.url, { timeout: 5000, tries: 1 }).greet(4), /status 503/);
  assert.equal((await server.stats()).refused, 1);
  await server.release();
  await Promise.all(clients);
});

test('tries again when there is room', async () => {
  const clients = await fill();
  const pauses = [];
  const pause = async (ms) => {
    pauses.push(ms);
    if (pauses.length === 2) { // a slot becomes free during the client's pause
      await server.release();
      await server.wait('busy=0&waiting=0');
    }
  };
  assert.equal(await new Hello(server.url, { timeout: 5000, tries: 5, pause }).greet(4), 'hello');
  assert.deepEqual(pauses, [200, 400]);
  const statuses = (await server.requests()).filter((r) => r.id === '4').map((r) => r.status);
  assert.deepEqual(statuses, [503, 503, 200]);
  await Promise.all(clients);
});

test('the last in line is served first', async () => {
  const one = await start('--limit=1', '--sleep=0s');
  try {
    await one.hold();
    const clients = [];
    for (let number = 0; number < 4; number++) {
      clients.push(new Hello(one.url).greet(number));
      await one.wait(`busy=1&waiting=${number}`);
    }
    await one.release();
    await Promise.all(clients);
    const served = (await one.requests()).sort((a, b) => a.start.localeCompare(b.start));
    assert.deepEqual(served.map((r) => r.id), ['0', '3', '2', '1']);
  } finally {
    await one.close();
  }
});
