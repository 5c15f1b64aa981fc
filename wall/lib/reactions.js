/** @import {Reaction} from '../types.js' */

/**
 * How a hall's reactions become a few drops: always some when there are any, and never more than is calm, whatever the hall does. Pure.
 */

/** What each is on the screen; also of the kinds that there are. @type {Readonly<Record<Reaction, string>>} */
export const SIGNS = { clap: '👏', heart: '❤️', laugh: '😄', idea: '💡', question: '❓' };
/** Drops a second, at most. */
export const DROPS_MAX = 3;
/** So many in a second are worth a second drop, and a third. */
const MORE = [8, 60];

/**
 * @param {unknown} counts Of one second, by kind; strange values and kinds count for nothing.
 * @param {number} turn Goes on by one each second: so that what is rare has its turn too.
 * @returns {Reaction[]} Those to show as drops.
 */
export function drops(counts, turn) {
  const told = typeof counts === 'object' && counts !== null ? Object.entries(counts) : [];
  const found = told.flatMap(([kind, n]) => (Object.hasOwn(SIGNS, kind) && Number.isFinite(n) && n > 0 ? [{ kind: /** @type {Reaction} */ (kind), n: Number(n) }] : []));
  found.sort((a, b) => b.n - a.n);
  const all = found.reduce((sum, { n }) => sum + n, 0);
  const count = all > 0 ? Math.min(DROPS_MAX, 1 + MORE.filter((least) => all >= least).length) : 0;
  if (count === 0) return [];
  const others = found.slice(1);
  // The first drops are of what there is most of; the last one goes round.
  const last = turn % 2 === 1 && others.length > 0 ? others[Math.floor(turn / 2) % others.length] : null;
  return Array.from({ length: count }, (_, at) => (at === count - 1 && last ? last : found[Math.min(at, found.length - 1)])?.kind ?? 'clap');
}
