// The code under test: a client that retries. Yours goes here.

import { setTimeout as sleep } from 'node:timers/promises';

/** Requests a service's greeting, and retries if the service is full (503). */
export class Hello {
  constructor(url, { timeout = 30_000, tries = 3, pause = sleep } = {}) {
    Object.assign(this, { url, timeout, tries, pause });
  }

  async greet(number) {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`${this.url}/?id=${number}`, { signal: AbortSignal.timeout(this.timeout) });
      const text = await answer.text();
      if (answer.ok) return JSON.parse(text);
      if (answer.status !== 503 || attempt === this.tries) throw new Error(`status ${answer.status}`);
      await this.pause(100 * 2 ** attempt);
    }
  }
}
