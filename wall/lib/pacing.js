/** @import {Post} from '../types.js' */
import { authorKey } from './post.js';
import { countGraphemes } from './graphemes.js';

/**
 * Which post comes next, and when. Pure: the same posts and the same moments give the same wall.
 *
 * Newest first: a post that this wall never showed comes before all others. Then the day's best again: starred ones, then those
 * that were on least, then longest ago. Fair per author in both: who was on least goes first, so that a flood of one person waits
 * behind the first word of another.
 */

/** At least this long between two arrivals, also in a flood: a hall can't read faster. */
export const GAP_MS = 2_500;
/** How long the newest stands alone before something old comes back. */
const CALM_MS = 9_000;
/** Nobody is kept waiting longer than this by a post that is still being read at the top. */
const CREST_MAX_MS = 8_000;

/**
 * @typedef {object} Turn
 * @property {number} times How often it was on.
 * @property {number} last When it last came on, in ms.
 *
 * @typedef {object} Show What one wall did until now. Replaced, never changed.
 * @property {readonly {readonly id: string, readonly since: number}[]} on Newest arrival first.
 * @property {ReadonlyMap<string, Turn>} turns Posts this wall knows; one that is missing here is fresh.
 * @property {number} movedAt When the last card came on, in ms.
 */

/** @type {Show} */
export const BEGINNING = { on: [], turns: new Map(), movedAt: -Infinity };

/**
 * Time to read a post from the back of a hall, in ms: 4 to 30 s.
 *
 * 60 ms per character is about 170 words a minute: slower than on paper, because people look up and find their place first.
 *
 * @param {Post} post
 */
export function readingMs(post) {
  const ms = 2_000 + 60 * countGraphemes(post.text) + 2_000 * post.media.length;
  return Math.min(30_000, Math.max(4_000, ms));
}

/**
 * The order in which a wall that just started shows what is there: pinned, then newest.
 *
 * @param {readonly Post[]} posts
 * @returns {Post[]}
 */
export function byRelease(posts) {
  return [...posts].sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.released - a.released || compare(a.id, b.id));
}

/**
 * Who comes on now.
 *
 * @param {Show} show
 * @param {readonly Post[]} posts All that may be seen.
 * @param {number} now In ms.
 * @param {boolean} [only] The newest card is too big to move aside: what is not read at the top is never read.
 * @returns {Post | null} null: nobody, for the moment.
 */
export function next(show, posts, now, only = false) {
  // With nobody on there is nothing to read, and nothing to wait for.
  const waitedMs = show.on.length === 0 ? Infinity : now - show.movedAt;
  if (waitedMs < GAP_MS) return null;
  const on = new Set(show.on.map(({ id }) => id));
  const crest = posts.find(({ id }) => id === show.on[0]?.id);
  const fresh = posts.filter(({ id }) => !show.turns.has(id));
  if (fresh.length > 0) return waitedMs < crestMs(crest, fresh.length, only) ? null : first(fresh, show, posts, byFairness);
  if (crest && waitedMs < Math.max(CALM_MS, readingMs(crest))) return null;
  const off = posts.filter(({ id }) => !on.has(id));
  return first(off, show, posts, byWorth) ?? again(show, posts);
}

/**
 * Who comes on now where one post is on at a time: in a spotlight, a playlist, or behind a speaker.
 *
 * @param {Show} show
 * @param {readonly Post[]} posts
 * @param {number} now In ms.
 * @param {{inOrder: boolean, holdMs: number}} how `inOrder`: one after the other as they stand, and round again; else as in a fountain.
 *   `holdMs`: each stays at least so long; Infinity: until somebody chooses another.
 * @returns {Post | null} null: nobody, for the moment.
 */
export function nextSingle(show, posts, now, { inOrder, holdMs }) {
  const at = posts.findIndex(({ id }) => id === show.on[0]?.id);
  const shown = posts[at];
  if (shown && now - show.movedAt < Math.max(holdMs, readingMs(shown))) return null;
  if (inOrder) return posts.length > 1 || !shown ? posts[(at + 1) % posts.length] ?? null : null;
  const pinned = byRelease(posts)[0];
  if (pinned?.pinned) return pinned === shown ? null : pinned;
  return next(show, posts, now, true);
}

/**
 * Those that may leave, the one that should leave first in front: read to its end, and not pinned. Then who was not read yet, so
 * that there is always an answer; pinned ones last.
 *
 * @param {Show} show
 * @param {readonly Post[]} posts
 * @param {number} now
 * @returns {string[]} Ids.
 */
export function leaving(show, posts, now) {
  const known = new Map(posts.map((post) => [post.id, post]));
  return show.on
    .map(({ id, since }) => ({ id, since, rank: reluctance(known.get(id), now - since) }))
    .sort((a, b) => a.rank - b.rank || a.since - b.since)
    .map(({ id }) => id);
}

/**
 * @param {Show} show
 * @param {string} id Comes on, as the newest.
 * @param {readonly string[]} gone Leave for it.
 * @param {number} now
 * @returns {Show}
 */
export function enter(show, id, gone, now) {
  const turns = new Map(show.turns);
  turns.set(id, { times: (turns.get(id)?.times ?? 0) + 1, last: now });
  const on = [{ id, since: now }, ...show.on.filter((one) => one.id !== id && !gone.includes(one.id))];
  return { on, turns, movedAt: now };
}

/**
 * A wall that starts with these on, all at once; everything else that is there counts as seen.
 *
 * @param {Show} show
 * @param {readonly Post[]} posts
 * @param {readonly string[]} ids Newest first.
 * @param {number} now
 * @returns {Show}
 */
export function begin(show, posts, ids, now) {
  const turns = new Map(show.turns);
  for (const { id } of posts) if (!turns.has(id)) turns.set(id, { times: 0, last: -Infinity });
  for (const id of ids) turns.set(id, { times: (turns.get(id)?.times ?? 0) + 1, last: now });
  return { on: ids.map((id) => ({ id, since: now })), turns, movedAt: now };
}

/**
 * Forget what may no longer be seen. Keeps the memory of a wall as small as its view.
 *
 * @param {Show} show
 * @param {readonly Post[]} posts
 * @returns {Show}
 */
export function prune(show, posts) {
  const known = new Set(posts.map(({ id }) => id));
  if (show.on.every(({ id }) => known.has(id)) && show.turns.size <= known.size) return show;
  return {
    ...show,
    on: show.on.filter(({ id }) => known.has(id)),
    turns: new Map([...show.turns].filter(([id]) => known.has(id))),
  };
}

/**
 * How long the crest keeps its place while others wait: it stays in the picture afterwards, so half its reading time will do; in
 * a flood only the gap.
 *
 * @param {Post | undefined} crest
 * @param {number} waiting
 * @param {boolean} only
 */
function crestMs(crest, waiting, only) {
  if (crest && only) return readingMs(crest);
  if (!crest || waiting > 5) return GAP_MS;
  return Math.min(CREST_MAX_MS, Math.max(GAP_MS, readingMs(crest) / 2));
}

/**
 * @param {Post | undefined} post
 * @param {number} onMs
 */
function reluctance(post, onMs) {
  if (!post) return 0;
  if (post.pinned) return 3;
  return onMs >= readingMs(post) ? 1 : 2;
}

/**
 * Everything is on already: the longest there rises again, so that a small wall lives too.
 *
 * @param {Show} show
 * @param {readonly Post[]} posts
 * @returns {Post | null}
 */
function again(show, posts) {
  if (show.on.length < 3) return null;
  const known = new Map(posts.map((post) => [post.id, post]));
  const last = show.on.findLast(({ id }) => known.get(id)?.pinned === false);
  return (last && known.get(last.id)) ?? null;
}

/**
 * @typedef {{post: Post, turn: Turn | undefined, authorTimes: number, authorOn: boolean}} Candidate
 *
 * @param {readonly Post[]} candidates
 * @param {Show} show
 * @param {readonly Post[]} posts
 * @param {(a: Candidate, b: Candidate) => number} order
 * @returns {Post | null}
 */
function first(candidates, show, posts, order) {
  const on = new Set(show.on.map(({ id }) => id));
  /** @type {Map<string, {times: number, on: boolean}>} */
  const authors = new Map();
  for (const post of posts) {
    const before = authors.get(authorKey(post)) ?? { times: 0, on: false };
    const times = before.times + (show.turns.get(post.id)?.times ?? 0);
    authors.set(authorKey(post), { times, on: before.on || on.has(post.id) });
  }
  const ranked = candidates.map((post) => {
    const author = authors.get(authorKey(post));
    return { post, turn: show.turns.get(post.id), authorTimes: author?.times ?? 0, authorOn: author?.on ?? false };
  });
  return ranked.sort(order)[0]?.post ?? null;
}

/** @param {Candidate} a @param {Candidate} b */
function byFairness(a, b) {
  return (
    Number(b.post.pinned) - Number(a.post.pinned) || a.authorTimes - b.authorTimes || b.post.released - a.post.released || compare(a.post.id, b.post.id)
  );
}

/** @param {Candidate} a @param {Candidate} b */
function byWorth(a, b) {
  return (
    Number(b.post.pinned) - Number(a.post.pinned) ||
    Number(a.authorOn) - Number(b.authorOn) ||
    worth(a) - worth(b) ||
    (a.turn?.last ?? 0) - (b.turn?.last ?? 0) ||
    b.post.released - a.post.released ||
    compare(a.post.id, b.post.id)
  );
}

/** A starred post comes back twice as often. @param {Candidate} candidate */
function worth({ post, turn }) {
  return (turn?.times ?? 0) / (post.starred ? 2 : 1) - (post.starred ? 0.5 : 0);
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}
