/** What people type in the fields of a network. Pure. */

/**
 * @param {string} text Hashtags between spaces, commas or semicolons, with or without # before.
 * @returns {string[]} Each once, whatever its capitals.
 */
export function asTags(text) {
  return once(text.split(/[\s,;]+/u).map((word) => word.replace(/^[#＃]+/u, '')));
}

/**
 * @param {string} text Names or addresses between spaces, or on lines; between names also a comma or semicolon. An
 *   address may have those in it.
 * @returns {string[]} Each once; names whatever their capitals.
 */
export function asWords(text) {
  const parts = text.split(/\s+/u).flatMap((part) => (part.includes('://') ? [part.replace(/[,;]+$/u, '')] : part.split(/[,;]+/u)));
  return once(parts.map((word) => word.replace(/^((?:\w+:\/\/)?[^/]*)\/$/u, '$1')));
}

/**
 * What a refusal quotes: the one word of several that is wrong.
 *
 * @param {string} detail As Python quotes: `servers: 'a b' is not a server`.
 */
export function wrongWord(detail) {
  return /: (['"])(.+?)\1 /u.exec(detail)?.[2] ?? '';
}

/**
 * What is wrong with what somebody filled in, where that can be told without the server's words.
 *
 * @param {{least: number | null, most: number | null}} bounds Of a list how many, of a number how much.
 * @param {unknown} value
 * @returns {'missing' | 'too-many-words' | 'between' | ''} As the catalogue calls it.
 */
export function flawOf({ least, most }, value) {
  if (value === undefined || value === '') return 'missing';
  if (most === null) return '';
  if (Array.isArray(value)) return value.length > most ? 'too-many-words' : '';
  return typeof value === 'number' && (value < (least ?? 0) || value > most) ? 'between' : '';
}

/**
 * Whether an option means anything with what is chosen.
 *
 * @param {Readonly<Record<string, ReadonlyArray<string>>>} only Which values each of these choices may have; none: always.
 * @param {Readonly<Record<string, unknown>>} chosen
 */
export function standsWith(only, chosen) {
  return Object.entries(only).every(([name, values]) => values.includes(String(chosen[name])));
}

/** @param {string[]} words */
function once(words) {
  const all = words.filter(Boolean);
  return all.filter((word, at) => all.findIndex((other) => folded(other) === folded(word)) === at);
}

/** @param {string} word In addresses of pages and in rooms capitals matter, in tags and names of servers they do not. */
function folded(word) {
  return /[/!:]/u.test(word) ? word : word.toLowerCase();
}

/**
 * A moment as a `datetime-local` field has it, in the time zone of this device.
 *
 * @param {unknown} moment As 2026-11-21T09:00+01:00.
 */
export function asLocal(moment) {
  const then = new Date(String(moment));
  if (Number.isNaN(then.getTime())) return '';
  return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/**
 * @param {ReadonlyArray<string>} one
 * @param {ReadonlyArray<string>} other
 */
export function same(one, other) {
  return one.length === other.length && one.every((word, at) => word === other[at]);
}
