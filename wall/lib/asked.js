/**
 * In which order the hall's questions come up. Pure: the same questions give the same order.
 *
 * Most wanted first; but a question that nobody saw can't be wanted by many, so every third place is for the newest.
 */

/** One place of so many is a new question's. */
export const NEW_EVERY = 3;

/**
 * @typedef {object} Asked What the order needs of a question.
 * @property {string} post
 * @property {number} votes
 * @property {number} asked When, in µs.
 */

/**
 * Most wanted first; of as many votes the one that waits longest.
 *
 * @param {Asked} a
 * @param {Asked} b
 */
export function byWanted(a, b) {
  return b.votes - a.votes || a.asked - b.asked || compare(a.post, b.post);
}

/**
 * @param {Asked} a
 * @param {Asked} b
 */
export function byNewest(a, b) {
  return b.asked - a.asked || compare(b.post, a.post);
}

/**
 * Who comes up next: most wanted, with every third place for the newest of those that did not come up yet.
 *
 * @template {Asked} Q
 * @param {Iterable<Q>} questions Those that may be asked.
 * @param {number} [count] At most so many; all without it.
 * @returns {Q[]} Each once.
 */
export function nextUp(questions, count = Infinity) {
  const wanted = [...questions].sort(byWanted);
  const newest = [...wanted].sort(byNewest);
  const most = Math.min(count, wanted.length);
  /** @type {Set<Q>} */
  const up = new Set();
  for (let place = 1; up.size < most; place++) {
    const from = place % NEW_EVERY === 0 ? newest : wanted;
    const next = from.find((question) => !up.has(question));
    if (next) up.add(next);
  }
  return [...up];
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
