/** @import {Poll, PollResult} from '../types.js' */

/** What came out of a poll, as numbers to draw and to say. Pure. */

/** Of a statement, in the order of its counts. */
export const SAID = /** @type {const} */ (['agree', 'disagree', 'pass']);
/** Fewer answers than this to one statement are not told: somebody's could be guessed. */
export const ENOUGH = 5;

/**
 * Whole per cents of counts of which each vote is in one: together exactly 100. What is cut off goes to those that lost most by it.
 *
 * @param {readonly number[]} counts
 * @returns {number[]} All 0 where nobody voted.
 */
export function percents(counts) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return counts.map(() => 0);
  const whole = counts.map((count) => Math.floor((100 * count) / all));
  const order = counts.map((count, at) => ({ at, lost: (100 * count) % all })).sort((a, b) => b.lost - a.lost || a.at - b.at);
  const missing = 100 - whole.reduce((sum, each) => sum + each, 0);
  for (const { at } of order.slice(0, missing)) whole[at] = (whole[at] ?? 0) + 1;
  return whole;
}

/**
 * For each option, which share of the voters chose it, in whole per cents. Where one may choose several they are more than 100 together.
 *
 * @param {Poll} poll
 * @param {PollResult} result
 * @returns {number[]}
 */
export function shares(poll, { n, counts }) {
  if (poll.kind === 'several') return counts.map((count) => (n > 0 ? Math.round((100 * count) / n) : 0));
  return percents(counts);
}

/**
 * Which are the largest; none where all are equal, or nobody voted.
 *
 * @param {readonly number[]} counts
 * @returns {Set<number>}
 */
export function largest(counts) {
  const most = Math.max(0, ...counts);
  const found = counts.flatMap((count, at) => (count === most ? [at] : []));
  return new Set(most === 0 || (found.length === counts.length && counts.length > 1) ? [] : found);
}

/**
 * Of a scale.
 *
 * @param {Poll} poll
 * @param {PollResult} result
 * @returns {number}
 */
export function mean({ low }, { counts }) {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return n > 0 ? counts.reduce((sum, count, at) => sum + count * (low + at), 0) / n : low;
}

/**
 * Of a ranking: in which place each option stood on average; 1 is the first.
 *
 * @param {PollResult} result
 * @returns {number[]}
 */
export function places({ n, counts }) {
  return counts.map((points) => (n > 0 ? counts.length - points / n : counts.length));
}

/**
 * The options of a ranking, the first one first.
 *
 * @param {PollResult} result
 * @returns {number[]}
 */
export function ranked({ counts }) {
  return counts.map((_, at) => at).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
}

/**
 * Of each statement: how many answered, and how in whole per cents; null where too few did.
 *
 * @param {PollResult} result
 * @returns {{n: number, percents: readonly number[] | null}[]}
 */
export function statements({ counts }) {
  return Array.from({ length: Math.floor(counts.length / SAID.length) }, (_, at) => {
    const said = counts.slice(at * SAID.length, (at + 1) * SAID.length);
    const n = said.reduce((sum, count) => sum + count, 0);
    return { n, percents: n < ENOUGH ? null : percents(said) };
  });
}
