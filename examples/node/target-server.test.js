// Tests of the fixture itself. Do not copy this file.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Hello } from './hello.js';
import { start } from './target-server.js';

test('two workers are one to a test', async () => {
  const server = await start('--workers=2', '--sleep=0s');
  try {
    assert.equal(server.pids.length, 2);
    for (let number = 0; number < 5; number++) assert.equal(await new Hello(server.url).greet(number), 'hello');
    assert.equal((await server.stats()).answered, 5);
  } finally {
    await server.close();
  }
});

test('wrong flags are told', async () => {
  await assert.rejects(start('--limit=none'), /ended with 2[^]*--limit/);
});

test('nothing stays when the tests are killed', async () => {
  const code = `
    const { start } = await import(${JSON.stringify(new URL('./target-server.js', import.meta.url))});
    const server = await start('--workers=2');
    console.log(server.pids.concat(server.child.pid).join(' '));`;
  const tests = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(tests.stdout, 'data');
  const pids = String(said).trim().split(' ').map(Number);
  assert.equal(pids.filter(runs).length, 3);
  tests.kill('SIGKILL');
  await once(tests, 'exit');
  for (const until = Date.now() + 10_000; pids.some(runs); await sleep(100)) {
    assert.ok(Date.now() < until, `processes ${pids.filter(runs)} are still there`);
  }
});

/** Reports whether a process is running; a zombie is not. */
function runs(pid) {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout.trim();
  return state !== '' && !state.startsWith('Z');
}
