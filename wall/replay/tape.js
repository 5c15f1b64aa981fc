/** @import {Change} from '../types.js' */

/**
 * A part of the day, as the server gives it: the view at `from`, and what changed after it and before `until`. All times are µs.
 *
 * @typedef {object} Chunk
 * @property {number} from
 * @property {number | null} until null: nothing comes after it.
 * @property {Readonly<Record<string, unknown>>} view
 * @property {readonly {readonly at: number, readonly changes: readonly Change[]}[]} frames By time.
 */

/**
 * @param {Chunk} chunk
 * @param {number} at
 */
export function holds(chunk, at) {
  return chunk.from <= at && (chunk.until === null || at < chunk.until);
}

/**
 * The whole view at a moment of this part.
 *
 * @param {Chunk} chunk
 * @param {number} at
 * @returns {Record<string, unknown>}
 */
export function viewAt(chunk, at) {
  const view = new Map(Object.entries(chunk.view));
  for (const change of between(chunk, -Infinity, at)) {
    if (change[0] === 'put') view.set(change[1], change[2]);
    else view.delete(change[1]);
  }
  return Object.fromEntries(view);
}

/**
 * What changed after one moment, up to and with another.
 *
 * @param {Chunk} chunk
 * @param {number} after
 * @param {number} upTo
 * @returns {Change[]}
 */
export function between({ frames }, after, upTo) {
  return frames.filter(({ at }) => at > after && at <= upTo).flatMap(({ changes }) => changes);
}

/**
 * When this part brings a post after a moment, or before it.
 *
 * @param {Chunk} chunk
 * @param {number} at
 * @param {1 | -1} way
 * @returns {number | null} null: not in this part.
 */
export function nextPost({ frames }, at, way) {
  const known = frames.filter(({ changes }) => changes.some(bringsPost));
  const found = way > 0 ? known.find((frame) => frame.at > at) : known.findLast((frame) => frame.at < at);
  return found?.at ?? null;
}

/** @param {Change} change */
function bringsPost(change) {
  return change[0] === 'put' && change[1].startsWith('post:');
}
