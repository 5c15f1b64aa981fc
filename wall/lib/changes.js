/** @import {Change, Frame, View} from '../types.js' */

/** A page that has heard nothing yet. @type {View} */
export const NOTHING = { epoch: '', position: null, entries: new Map(), covered: new Map(), generation: 0 };

/**
 * Apply one frame to a view.
 *
 * @param {View} view Left alone.
 * @param {Frame} frame
 * @returns {View | 'gap'} 'gap': something was missed; the caller must take a new snapshot.
 */
export function reduce(view, frame) {
  switch (frame.type) {
    case 'snapshot':
      return { ...doubt(view), epoch: frame.epoch, position: frame.to, entries: new Map(Object.entries(frame.view)) };
    case 'changes':
      if (view.position !== frame.from) return 'gap';
      return { ...doubt(view), position: frame.to, entries: changed(view.entries, frame.changes) };
    case 'cover':
      return { ...view, covered: cover(view.covered, frame.keys) };
    case 'own':
    case 'pulse':
    case 'tick':
    case 'bye':
      return view;
    default:
      return ignored(view, frame);
  }
}

/**
 * Lift the covers that the server did not repeat after the frame of that generation.
 *
 * The server repeats a cover after each snapshot and each change for as long as it holds. A repeat comes in a frame of its own,
 * so the page waits a moment before it lifts: showing late is harmless, showing for one frame what was hidden is not.
 *
 * @param {View} view
 * @param {number} generation `view.generation` of a moment ago.
 * @returns {View}
 */
export function settle(view, generation) {
  const still = [...view.covered].filter(([, since]) => since === 0 || since > generation);
  return still.length === view.covered.size ? view : { ...view, covered: new Map(still) };
}

/**
 * @param {View} view
 * @param {string} key
 */
export function isCovered(view, key) {
  return view.covered.has(key) || (key.startsWith('post:') && view.covered.has('all'));
}

/**
 * The values under a prefix that may be seen: covered ones are left out.
 *
 * @template T
 * @param {View} view
 * @param {string} prefix For example `post:`.
 * @returns {T[]}
 */
export function valuesOf(view, prefix) {
  /** @type {T[]} */
  const found = [];
  for (const [key, value] of view.entries) {
    if (key.startsWith(prefix) && !isCovered(view, key)) found.push(/** @type {T} */ (value));
  }
  return found;
}

/** @param {View} view @returns {View} */
function doubt(view) {
  const generation = view.generation + 1;
  return { ...view, generation, covered: new Map([...view.covered].map(([key, since]) => [key, since || generation])) };
}

/**
 * @param {ReadonlyMap<string, unknown>} entries
 * @param {readonly Change[]} changes
 */
function changed(entries, changes) {
  const next = new Map(entries);
  for (const change of changes) {
    if (change[0] === 'put') next.set(change[1], change[2]);
    else next.delete(change[1]);
  }
  return next;
}

/**
 * @param {ReadonlyMap<string, number>} covered
 * @param {readonly string[] | 'all'} keys
 */
function cover(covered, keys) {
  const next = new Map(covered);
  for (const key of keys === 'all' ? ['all'] : keys) next.set(key, 0);
  return next;
}

/**
 * A frame of a kind that this page does not know, from a newer server: nothing changes. The type check finds a kind we forgot.
 *
 * @param {View} view
 * @param {never} _frame
 * @returns {View}
 */
function ignored(view, _frame) {
  return view;
}
