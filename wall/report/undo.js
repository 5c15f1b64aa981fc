/** What was done on this page, newest last, so that it can be taken back. Pure. */

/**
 * @typedef {object} Done
 * @property {number} seq Its entry.
 * @property {string} what Key of the catalogue: what it was, in a few words.
 * @property {{section: string, post: string, after: string | null}} [back] Of a move: where it stood. A colleague may have moved
 *   others since; then the entry cannot be taken back as a whole, but this post can.
 */

/** So many steps back are kept. */
export const STEPS = 100;

/**
 * @param {readonly Done[]} done
 * @param {Done} step
 * @returns {readonly Done[]}
 */
export function push(done, step) {
  return [...done, step].slice(-STEPS);
}

/**
 * Read what was kept: nothing of it when it is not ours.
 *
 * @param {string | null} kept
 * @returns {readonly Done[]}
 */
export function read(kept) {
  try {
    const steps = JSON.parse(kept ?? '[]');
    return Array.isArray(steps) ? steps.filter(isStep).slice(-STEPS) : [];
  } catch {
    return [];
  }
}

/** @param {any} step @returns {step is Done} */
function isStep(step) {
  return Number.isInteger(step?.seq) && typeof step?.what === 'string';
}
