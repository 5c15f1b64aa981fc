/** Who else is at the report, and where: pulses in, a map out. Pure. */

/**
 * @typedef {object} Writer
 * @property {string} by Their badge.
 * @property {string} name
 * @property {string} initials
 * @property {string} place
 * @property {number} until When they are forgotten, in milliseconds of this page.
 *
 * @typedef {ReadonlyMap<string, Writer>} Writers By badge: somebody is in one place, the last that was heard of.
 */

/**
 * Take in a pulse of topic `writing`.
 *
 * @param {Writers} known
 * @param {{key: string, value: unknown, ttl: number}} pulse `ttl` in seconds.
 * @param {string} me The badge of this page's reader.
 * @param {number} nowMs
 * @returns {Writers} The same one when it was oneself.
 */
export function heard(known, { key, value, ttl }, me, nowMs) {
  const told = /** @type {{by?: unknown, name?: unknown, initials?: unknown}} */ (value ?? {});
  const by = String(told.by ?? '');
  if (!by || by === me) return known;
  const name = String(told.name ?? '');
  return new Map(known).set(by, { by, name, initials: String(told.initials ?? ''), place: key, until: nowMs + ttl * 1000 });
}

/**
 * @param {Writers} known
 * @param {number} nowMs
 * @returns {Writers} Without those that were not heard for too long; the same one when nobody left.
 */
export function present(known, nowMs) {
  const left = [...known].filter(([, writer]) => writer.until > nowMs);
  return left.length === known.size ? known : new Map(left);
}
