/** The decisions of this desk, newest last, for the strip that says what was just done and for undo. Pure. */

/** @import {Decided, Reason} from '../types.js' */
/** @import {Decision} from './decisions.js' */

/**
 * @typedef {object} Done
 * @property {number} n Ours, counts up: the answer of the server comes later than the strip.
 * @property {ReadonlyArray<number>} seqs Of its entries, oldest first (a corrected reason is a second one). Empty until the
 *   server has answered.
 * @property {Decision | 'show-pin' | 'show-star' | 'ban' | 'move' | Asking} decision
 * @property {ReadonlyArray<{id: string, revision: number}>} posts
 * @property {string} name Of the author, where it was one post.
 * @property {string} text
 * @property {Reason | null} reason Of a rejection; null when this page does not know it.
 * @property {{name: string, at: number | null} | null} over Whose release this took away.
 * @property {boolean} undone
 * @property {{url: string, body: unknown} | undefined} [back] How to take it back, where that is no undo of its entries.
 *
 * @typedef {'question' | 'no-question' | 'merge' | 'split' | 'aside' | 'stand-open' | 'stand-on-stage' | 'stand-answered' | 'stand-later'} Asking
 *   What is done with questions of the hall and votes.
 */

/** So many are kept; the history panel has the rest. */
const KEPT = 50;

/**
 * @param {ReadonlyArray<Done>} list
 * @param {Done} done
 * @returns {Done[]}
 */
export function add(list, done) {
  return [...list, done].slice(-KEPT);
}

/**
 * @param {ReadonlyArray<Done>} list
 * @param {number} n
 * @param {Partial<Done>} change
 * @returns {Done[]}
 */
export function amend(list, n, change) {
  return list.map((done) => (done.n === n ? { ...done, ...change } : done));
}

/**
 * The server refused it, so it was not done.
 * @param {ReadonlyArray<Done>} list
 * @param {number} n
 * @returns {Done[]}
 */
export function drop(list, n) {
  return list.filter((done) => done.n !== n);
}

/**
 * What the strip speaks of: the newest one, done or undone.
 * @param {ReadonlyArray<Done>} list
 * @returns {Done | null}
 */
export function newest(list) {
  return list.at(-1) ?? null;
}

/**
 * What undo takes back: the newest that still stands. Pressed again, it goes one further back.
 * @param {ReadonlyArray<Done>} list
 * @returns {Done | null}
 */
export function undoable(list) {
  return list.findLast((done) => !done.undone) ?? null;
}

/**
 * The decisions of this badge that the server still tells of, for a desk that was opened again.
 *
 * @param {ReadonlyArray<Decided>} newest The newest decisions of everybody.
 * @param {string} me Name of the badge.
 * @returns {Done[]}
 */
export function earlier(newest, me) {
  return newest
    .filter((decided) => decided.by === me && decided.decision) // What was done to the screens is the stage's to take back.
    .sort((a, b) => a.seq - b.seq)
    .map((decided, at) => ({
      n: at - newest.length,
      seqs: [decided.seq],
      decision: /** @type {Done['decision']} */ (decided.decision),
      posts: decided.posts.map((id) => ({ id, revision: 0 })),
      name: decided.name,
      text: decided.text,
      reason: null,
      over: null,
      undone: decided.undone,
    }));
}

/**
 * Whether the reason can be corrected: it was a rejection of this page, and it stands.
 * @param {Done | null} done
 * @returns {boolean}
 */
export function correctable(done) {
  return done !== null && done.decision === 'reject' && done.reason !== null && !done.undone;
}
