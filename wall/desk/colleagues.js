/** Who else is at the desk, and what they look at: pulses in, a map out. Pure. A courtesy: the law decides. */

/**
 * @typedef {object} Colleague
 * @property {string} name Of the badge.
 * @property {string | null} post What they look at.
 * @property {number} since When they began to, in microseconds of the server's clock.
 * @property {number} until When they are forgotten, in milliseconds of this page.
 *
 * @typedef {ReadonlyMap<string, Colleague>} Colleagues By the key of their page: somebody may have two open.
 */

/**
 * Take in a pulse of topic `looking`.
 *
 * @param {Colleagues} known
 * @param {{key: string, value: unknown, ttl: number}} pulse `ttl` in seconds.
 * @param {number} nowMs
 * @returns {Colleagues}
 */
export function heard(known, { key, value, ttl }, nowMs) {
  const told = /** @type {{name?: unknown, post?: unknown, at?: unknown}} */ (value ?? {});
  const post = typeof told.post === 'string' ? told.post : null;
  const before = known.get(key);
  const since = before && before.post === post ? before.since : Number(told.at ?? 0);
  return new Map(known).set(key, { name: String(told.name ?? ''), post, since, until: nowMs + ttl * 1000 });
}

/**
 * Without those that were not heard for too long.
 *
 * @param {Colleagues} known
 * @param {number} nowMs
 * @returns {Colleagues} The same one when nobody left.
 */
export function present(known, nowMs) {
  const left = [...known].filter(([, colleague]) => colleague.until > nowMs);
  return left.length === known.size ? known : new Map(left);
}

/**
 * Who reads what: by post, the name of who was there first.
 *
 * @param {Colleagues} known
 * @returns {Map<string, Colleague>}
 */
export function readers(known) {
  /** @type {Map<string, Colleague>} */
  const found = new Map();
  for (const colleague of known.values()) {
    const other = colleague.post === null ? undefined : found.get(colleague.post);
    if (colleague.post !== null && (!other || colleague.since < other.since)) found.set(colleague.post, colleague);
  }
  return found;
}

/**
 * The rows that somebody else reads: any post that a row stands for counts.
 *
 * @param {ReadonlyMap<string, Colleague>} reading By post.
 * @param {ReadonlyMap<string, ReadonlyArray<string>>} families What a row stands for, where that is more than itself.
 * @returns {Map<string, Colleague>} By row.
 */
export function takenRows(reading, families) {
  /** @type {Map<string, Colleague>} */
  const taken = new Map();
  for (const [post, reader] of reading) {
    const [row] = [...families].find(([, ids]) => ids.includes(post)) ?? [post];
    if (!taken.has(row)) taken.set(row, reader);
  }
  return taken;
}

/**
 * Their names, each once, in the order of the alphabet.
 *
 * @param {Colleagues} known
 */
export function names(known) {
  return [...new Set([...known.values()].map((colleague) => colleague.name))].sort((a, b) => a.localeCompare(b));
}
