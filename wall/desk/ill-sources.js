/** The networks that need somebody: pulses in, names out. Pure. */

/**
 * @typedef {ReadonlyMap<string, number>} IllSources By source, until when that holds, in milliseconds of this page.
 */

/**
 * Take in a pulse of topic `source`.
 *
 * @param {IllSources} known
 * @param {{key: string, value: unknown, ttl: number}} pulse `ttl` in seconds.
 * @param {number} nowMs
 * @returns {IllSources} The same one when it tells nothing new.
 */
export function heardOf(known, { key, value, ttl }, nowMs) {
  const ill = /** @type {{state?: unknown} | null} */ (value)?.state === 'needs-attention';
  if (!ill && !known.has(key)) return known;
  const others = new Map(known);
  others.delete(key);
  return ill ? others.set(key, nowMs + ttl * 1000) : others;
}

/**
 * Those that nobody put aside, in the order of the alphabet.
 *
 * @param {IllSources} known
 * @param {ReadonlySet<string>} aside
 * @param {number} nowMs
 */
export function toTell(known, aside, nowMs) {
  return [...known].filter(([id, until]) => until > nowMs && !aside.has(id)).map(([id]) => id).sort();
}

/**
 * The network of a source: sources are called after it, with a number.
 *
 * @param {string} id
 */
export function networkOf(id) {
  return id.replace(/-\d+$/u, '');
}
