// The stream of frames. fetch is used rather than EventSource, which cannot send the token as a header.

const patience = 6000; // ms without a byte; a comment comes every two seconds
const longest = 8000; // ms between two attempts

/** The token, which is kept in this variable only. */
let token = "";

export const setToken = (text) => void (token = text);

/** Sends a request to this address, with the token if there is one. */
export function ask(path, options = {}) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  return fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", ...options, headers });
}

/**
 * Follows GET live, and connects again whenever the stream ends.
 *
 * heard has: state(name, text), frame(frame, missed), trouble(text), unauthorized(wasSent).
 */
export class Stream {
  #heard;
  #wait = 0;
  #timer = 0;
  #abort = null;

  constructor(heard) {
    this.#heard = heard;
  }

  /** Connects now, instead of at the end of a pause. */
  connect() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.#last = 0;
    this.#follow(this.#abort);
  }

  async #follow(abort) {
    let why;
    try {
      why = await this.#read(abort);
    } catch (e) {
      why = e.name === "AbortError" ? "It has sent nothing for a while" : "It cannot be reached";
    }
    if (abort !== this.#abort || why === null) return; // another attempt has begun, or the user must act
    this.#wait = Math.min(longest, this.#wait ? this.#wait * 2 : 500);
    this.#heard.state("lost", `${why}. Trying again in ${(this.#wait / 1000).toFixed(this.#wait < 1000 ? 1 : 0)} s.`);
    this.#timer = setTimeout(() => this.connect(), this.#wait);
  }

  /** Reads until the stream ends, and returns why; null if it is of no use to try again. */
  async #read(abort) {
    let dog = setTimeout(() => abort.abort(), patience);
    try {
      const sent = token !== "";
      const answer = await ask("live", { signal: abort.signal });
      if (answer.status === 401) {
        await answer.text();
        if (abort === this.#abort) this.#heard.unauthorized(sent);
        return null;
      }
      if (!answer.ok) return harmlessLine(await answer.text());
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new Events((event) => this.#take(event));
      for (;;) {
        const { value, done } = await reader.read();
        clearTimeout(dog);
        if (done || abort !== this.#abort) return "The server has ended the stream";
        dog = setTimeout(() => abort.abort(), patience);
        parser.add(value);
      }
    } finally {
      clearTimeout(dog);
    }
  }

  #last = 0;

  #take(event) {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; // cut short
    }
    if (event.type === "trouble") {
      this.#heard.trouble(String(data.error));
      return;
    }
    const id = Number(event.id);
    const missed = this.#last && id > this.#last + 1 ? id - this.#last - 1 : 0;
    this.#last = id;
    this.#wait = 0;
    this.#heard.frame(data, missed);
  }
}

const harmlessLine = (text) => text.trim().split("\n")[0].slice(0, 200) || "It refuses";

/** Splits a stream of text into server-sent events. */
export class Events {
  #rest = "";
  #event = { type: "", data: "", id: "" };
  #heard;

  constructor(heard) {
    this.#heard = heard;
  }

  add(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    for (const line of lines) this.#line(line);
  }

  #line(line) {
    if (line === "") {
      if (this.#event.data) this.#heard(this.#event);
      this.#event = { type: "", data: "", id: this.#event.id };
      return;
    }
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).replace(/^ /, "");
    switch (line.slice(0, colon)) {
      case "data":
        this.#event.data += value;
        break;
      case "event":
        this.#event.type = value;
        break;
      case "id":
        this.#event.id = value;
    }
  }
}
