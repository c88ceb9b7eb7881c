// The commands. Each says what it has done, or what the server says is wrong.

import { ask } from "./stream.js";
import { count, harmless, limit, say } from "./text.js";

const feedback = document.getElementById("feedback");
const mistake = document.getElementById("mistake");

const done = {
  limit: (all) => `The limit is ${limit(all[0]?.limit ?? 0)}${all.length > 1 ? " for each worker" : ""}.`,
  sleep: (_, query) => `Handlers that start from now on sleep ${harmless(query.value, 80)}.`,
  pause: () => "Paused: the loops accept, read, answer and close nothing.",
  resume: () => "Resumed.",
  hold: () => "Holding: handlers run until they are released.",
  release: (_, query) => (query.n ? `Released ${harmless(query.n)}${query.n === "1" ? " handler" : " handlers"} of each worker.` : "Released all; later handlers end after their sleep."),
  reset: () => "Reset: the initial state, with totals from 0.",
};

/** Sends a command and says what came of it. onDone gets the statistics. */
async function send(command, query, onDone) {
  const text = new URLSearchParams(query).toString();
  const method = command === "limit" || command === "sleep" ? "PUT" : "POST";
  say(mistake, "");
  say(feedback, "");
  try {
    const answer = await ask(command + (text && `?${text}`), { method });
    const body = await answer.text();
    if (!answer.ok) return say(mistake, harmless(body.trim().split("\n").join(" "), 300) || `The server says ${answer.status}.`);
    const all = JSON.parse(body);
    const silent = all.filter((s) => s.error).length;
    say(feedback, done[command](all, query) + (silent ? ` ${count(silent)} of ${count(all.length)} workers did not answer, and follow later.` : ""));
    onDone(all);
  } catch {
    say(mistake, "The server cannot be reached; the command may not have arrived.");
  }
}

const input = (name) => document.getElementById(name);

export class Controls {
  #edited = new Set(); // fields that the user has changed and not sent

  constructor(onDone) {
    for (const form of document.querySelectorAll("form[data-command]")) {
      form.addEventListener("submit", (e) => {
        e.preventDefault();
        const field = form.querySelector("input");
        this.#edited.delete(field);
        send(form.dataset.command, { [field.name]: field.value.trim() }, onDone);
      });
    }
    for (const button of document.querySelectorAll("button[data-command]")) {
      button.addEventListener("click", () => send(button.dataset.command, {}, onDone));
    }
    for (const name of ["limit", "sleep"]) input(name).addEventListener("input", () => this.#edited.add(input(name)));
  }

  /** Shows what is in force, except in a field that is being edited. */
  update(model) {
    const first = [...model.workers.values()].find((w) => !w.last.statistics.error)?.last;
    if (!first) return;
    this.#show("limit", first.statistics.limit >= 2147483647 ? "unlimited" : String(first.statistics.limit));
    this.#show("sleep", first.sleep ?? "");
    input("limit").closest("form").hidden = model.series.kernel; // no handler runs in a thread, so a limit changes nothing
    input("sleep").closest("form").hidden = first.sleep === undefined;
    pressed("pause", first.statistics.paused);
    pressed("hold", first.statistics.holding);
  }

  #show(name, value) {
    const field = input(name);
    if (this.#edited.has(field) || document.activeElement === field || field.value === value) return;
    field.value = value;
  }
}

function pressed(name, is) {
  const text = String(Boolean(is));
  if (input(name).getAttribute("aria-pressed") !== text) input(name).setAttribute("aria-pressed", text);
}
