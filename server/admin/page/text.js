// Texts and numbers as the page shows them. Ids and routes come from clients, so nothing here trusts a text.

// What could reorder, hide or break the text around it: controls, format characters, line ends, lone surrogates, tags.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

// More than a few marks on one letter climb over the lines above.
const stacked = /(\p{M}{2})\p{M}+/gu;

/** A text of a client, made harmless, with at most `most` characters. */
export function harmless(text, most = 40) {
  const raw = String(text ?? "");
  const start = raw.slice(0, 4 * most + 64).replace(unsafe, "\ufffd").replace(stacked, "$1");
  const letters = Array.from(start);
  return letters.length > most || raw.length > 4 * most + 64 ? letters.slice(0, most - 1).join("") + "…" : start;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** 12345 is 12,345. */
export const count = (n) => whole.format(n);

/** A number of at most three digits after which "k" or "M" follows. */
export function brief(n) {
  if (n >= 999_500) return trim(n / 1e6) + "M";
  if (n >= 9_950) return trim(n / 1e3) + "k";
  return n >= 100 || Number.isInteger(n) ? count(n) : trim(n);
}

const trim = (n) => (n < 9.95 ? n.toFixed(1).replace(/\.0$/, "") : n.toFixed(0));

/** A duration of some milliseconds. */
export function duration(ms) {
  if (!Number.isFinite(ms)) return "–";
  if (ms < 1) return ms <= 0 ? "0 ms" : "<1 ms";
  if (ms < 999.5) return ms.toFixed(ms < 10 ? 1 : 0) + " ms";
  if (ms < 59_950) return (ms / 1e3).toFixed(ms < 9_950 ? 2 : 1) + " s";
  const s = Math.round(ms / 1e3);
  return s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** The same with two digits, for where there is little room. */
export function short(ms) {
  if (ms < 0.5) return "0";
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 9_950) return `${trim(ms / 1e3)} s`;
  if (ms < 99_500) return `${(ms / 1e3).toFixed(0)} s`;
  return ms < 5_970_000 ? `${trim(ms / 6e4)} min` : `${trim(ms / 36e5)} h`;
}

// What /stats says for a limit without a bound.
export const unlimited = 2147483647;

/** A limit of threads. */
export const limit = (n) => (n >= unlimited ? "no limit" : count(n));

/** What a call is named: its request's id, then its route and function if it has them. */
export function named(call, most = 60) {
  const parts = ["#" + harmless(call.id, 24)];
  if (call.route) parts.push(harmless(call.route, 32));
  if (call.function) parts.push(harmless(call.function, 32));
  return harmless(parts.join(" "), most);
}

/** Sets an element's text if it differs, so that nothing is laid out or spoken without need. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
