/**
 * The part of the queue that the live view does not tell: fetched page by page, oldest first, as one scrolls. Pure.
 *
 * Nobody tells when one of these changes, so pages are fetched again in turn, and what a page should have had and has not
 * is gone. The law has the last word in any case.
 */

/** @import {DeskPost} from '../types.js' */

/** Behind every place of the live view. */
export const BEHIND = 1_000_000;

/**
 * @typedef {object} Tail
 * @property {ReadonlyMap<string, DeskPost>} posts Oldest first.
 * @property {boolean} whole Everything that waited was fetched.
 */

/** @type {Tail} */
export const NOTHING_MORE = { posts: new Map(), whole: false };

/**
 * Take in a page.
 *
 * @param {Tail} tail
 * @param {string | null} after The post that the page was asked to follow; null for the first page.
 * @param {{posts: ReadonlyArray<DeskPost>, next: string | null}} page
 * @returns {Tail}
 */
export function taken(tail, after, { posts, next }) {
  const known = [...tail.posts.keys()];
  const from = after === null ? 0 : known.indexOf(after) + 1;
  const ids = new Set(posts.map((post) => post.id));
  const last = next === null ? known.length : known.findLastIndex((id) => ids.has(id)) + 1;
  const gone = new Set(known.slice(from, Math.max(from, last)).filter((id) => !ids.has(id)));
  const kept = [...tail.posts].filter(([id]) => !gone.has(id));
  const merged = new Map([...kept, ...posts.map((post) => /** @type {const} */ ([post.id, post]))]);
  return { posts: placed(merged), whole: tail.whole || next === null };
}

/**
 * @param {ReadonlyMap<string, DeskPost>} posts
 * @returns {Map<string, DeskPost>}
 */
function placed(posts) {
  return new Map([...posts].map(([id, post], n) => [id, post.place === BEHIND + n ? post : { ...post, place: BEHIND + n }]));
}

/**
 * Without these: they were decided.
 *
 * @param {Tail} tail
 * @param {Iterable<string>} ids
 * @returns {Tail} The same one when none of them was there.
 */
export function without(tail, ids) {
  const gone = [...ids].filter((id) => tail.posts.has(id));
  if (gone.length === 0) return tail;
  const posts = new Map(tail.posts);
  for (const id of gone) posts.delete(id);
  return { ...tail, posts };
}

/**
 * The post that the next page follows: the last one that is known.
 *
 * @param {Tail} tail
 * @returns {string | null}
 */
export function end(tail) {
  return [...tail.posts.keys()].at(-1) ?? null;
}
