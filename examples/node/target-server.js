// Runs target-server for tests. Copy this file; it needs only Node.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts target-server with these flags, on free ports of its own. The binary is $TARGET_SERVER_BINARY, or
 * target-server in the PATH.
 */
export async function start(...flags) {
  const folder = await mkdtemp(join(tmpdir(), 'target-server-'));
  const ready = join(folder, 'ready.json');
  const log = join(folder, 'log');
  const out = openSync(log, 'w');
  // The server runs while its standard input is open. It ends when we close it, or when the kernel does
  // because we were killed.
  const child = spawn(
    process.env.TARGET_SERVER_BINARY || 'target-server',
    ['--addr=127.0.0.1:0', '--admin-addr=127.0.0.1:0', `--ready-file=${ready}`, '--exit-with-parent', ...flags],
    { stdio: ['pipe', out, out] },
  );
  closeSync(out);
  let failure;
  child.once('error', (error) => { failure = error.message; });
  child.once('exit', (code, signal) => { failure = `it ended with ${code ?? signal}`; });
  const server = new TargetServer(child, folder);
  try {
    const { addresses, admin_url, pids } = await whenReady(ready, log, () => failure);
    return Object.assign(server, { url: `http://${addresses[0]}`, adminURL: admin_url, pids });
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function whenReady(ready, log, failure) {
  for (const until = Date.now() + 10_000; ; await sleep(5)) {
    try {
      return JSON.parse(await readFile(ready, 'utf8')); // the file appears only when it is complete
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    const why = failure() ?? (Date.now() > until ? 'it is not ready after 10 s' : undefined);
    if (why) throw new Error(`target-server: ${why}\n${await readFile(log, 'utf8')}`);
  }
}

class TargetServer {
  constructor(child, folder) {
    Object.assign(this, { child, folder });
  }

  /** Calls the admin address; its /openapi.yaml describes all operations. */
  async ask(method, path) {
    const answer = await fetch(this.adminURL + path, { method });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.trim()}`);
    return JSON.parse(text);
  }

  /** The sums of all workers. */
  async stats() {
    const sums = { busy: 0, waiting: 0, zombies: 0, answered: 0, refused: 0, left: 0 };
    for (const worker of await this.ask('GET', '/stats')) {
      for (const name in sums) sums[name] += worker[name];
    }
    return sums;
  }

  /** The requests since the last reset, in the order of their arrival. */
  requests() { return this.ask('GET', '/requests'); }

  /** Resolves as soon as the condition holds: wait('busy=2&waiting=1'). */
  wait(condition) { return this.ask('GET', `/wait?${condition}`); }

  /** From now on handlers do not end. */
  hold() { return this.ask('POST', '/hold'); }

  /** All held handlers end, and later ones end after their sleep. */
  release() { return this.ask('POST', '/release'); }

  /** No request running or queued, all counts 0, the initial limit. */
  async reset() {
    await this.ask('POST', '/reset'); // releases everything
    await this.wait('busy=0&waiting=0');
    await this.ask('POST', '/reset'); // and clears the counts of that
  }

  async close() {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.stdin.end();
      const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
      const [code] = await ended;
      clearTimeout(timer);
      if (code !== 0) throw new Error(`target-server did not end with its standard input, or with ${code}`);
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
