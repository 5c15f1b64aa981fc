/** What the desk knows and shows. Values are replaced, never changed. */

/** @import {DeskPost, Decided, View} from '../types.js' */
/** @import {Colleagues} from './colleagues.js' */
/** @import {Done} from './strip.js' */
/** @import {Row} from './queue.js' */
/** @import {Order} from './asked.js' */
/** @import {Told} from './stuffing.js' */
/** @import {Tail} from './tail.js' */
import { isCovered, valuesOf } from '../lib/changes.js';
import { readers, takenRows } from './colleagues.js';
import { NOTHING_MORE } from './tail.js';

/**
 * @typedef {'held' | 'shown' | 'not' | 'found'} Tab `found`: what a search found, of any state.
 * @typedef {'next' | 'show' | 'reject' | 'hide'} Offer
 *
 * @typedef {object} Notice What stands above the post in focus instead of why it waits.
 * @property {string} post
 * @property {string} words Key of the catalogue.
 * @property {Readonly<Record<string, string>>} holes
 * @property {ReadonlyArray<Offer>} offers
 *
 * @typedef {object} History
 * @property {boolean} open
 * @property {'all' | 'mine' | 'undone'} filter
 * @property {ReadonlyArray<Decided>} entries Newest first.
 * @property {number | null} next
 *
 * @typedef {'question' | 'answer'} Kind Of a post that is more than a post: a question of the hall, or the answer to a poll in words.
 *
 * @typedef {object} Asked The questions of the hall, in place of the queue while they are open.
 * @property {boolean} open
 * @property {Order} order
 * @property {ReadonlyArray<Row>} rows
 * @property {string | null} current
 * @property {ReadonlySet<string>} selected
 * @property {string | null} staying Of the chosen ones, that under which the others will be counted; null: the most wanted.
 * @property {boolean} moved The rows are not in the order that they should be in: somebody is reading them.
 *
 * @typedef {object} Search
 * @property {string} words What was typed.
 * @property {{key: string, name: string} | null} author Only of this author.
 *
 * @typedef {object} State
 * @property {Tab} tab
 * @property {boolean} loading A list is being fetched.
 * @property {ReadonlyMap<string, DeskPost>} fetched Of the tabs that are not live.
 * @property {Tail} tail The part of the queue that is not live.
 * @property {Search | null} search A search is open.
 * @property {string | null} session Only posts of this one; empty: of none; null: all.
 * @property {Kind | null} kind Only these; null: all.
 * @property {Asked} asked
 * @property {ReadonlyMap<string, Told>} votes What the server tells of how votes came in, by topic.
 * @property {ReadonlyMap<string, number>} looked When somebody here said of a topic that it is in order, in microseconds.
 * @property {ReadonlyArray<Row>} rows
 * @property {ReadonlyMap<string, ReadonlyArray<string>>} families What a row stands for, itself first, where that is more than itself.
 * @property {Colleagues} colleagues
 * @property {string | null} current
 * @property {DeskPost | null} focus The post in focus as it was last seen; it may have left the list since.
 * @property {ReadonlyMap<string, {revision: number, seen: number}>} seen When each was put before somebody's eyes.
 * @property {ReadonlySet<string>} selected
 * @property {ReadonlyMap<string, number | null>} leaving Decided here: the seq, or null while the answer is awaited.
 * @property {Notice | null} notice
 * @property {ReadonlyArray<Done>} done
 * @property {{words: string, post: string | null} | null} message Said in the strip until the next decision.
 * @property {string | null} wanted Go to this one as soon as it is in the list.
 * @property {History} history
 * @property {'list' | 'post'} page On a small screen these are two pages.
 * @property {boolean} keys Single keys are on.
 * @property {boolean} stopping Asked for here, not yet known to be done.
 * @property {string | null} fault A request failed; the words.
 * @property {'closed' | 'revoked' | null} out Shut out.
 */

/** @returns {State} */
export function start() {
  return {
    tab: 'held', loading: false, fetched: new Map(), tail: NOTHING_MORE, search: null, session: null, kind: null,
    asked: { open: false, order: 'wanted', rows: [], current: null, selected: new Set(), staying: null, moved: false }, votes: new Map(), looked: new Map(),
    rows: [], families: new Map(), colleagues: new Map(), current: null, focus: null, seen: new Map(), selected: new Set(),
    leaving: new Map(), notice: null, done: [], message: null, wanted: null,
    history: { open: false, filter: 'all', entries: [], next: null },
    page: 'list', keys: true, stopping: false, fault: null, out: null,
  };
}

/**
 * Shut out: nothing of what was known may stay on the page.
 *
 * @param {State} state
 * @param {State['out']} out null: not known yet why.
 * @returns {State}
 */
export function shutOut(state, out) {
  return { ...start(), keys: state.keys, out };
}

/** @type {{of: ReadonlyArray<unknown>, found: Map<string, DeskPost>}} */
let lastPosts = { of: [], found: new Map() };

/**
 * The posts of the open list by id, without those that were decided here a moment ago. Asked for many times with the same
 * arguments, so that the last answer is kept: the queue may be long.
 *
 * @param {State} state
 * @param {View} view
 * @returns {ReadonlyMap<string, DeskPost>}
 */
export function posts(state, view) {
  const of = [state.tab, state.leaving, state.fetched, state.tail, view.entries, view.covered];
  if (of.some((part, at) => part !== lastPosts.of[at])) lastPosts = { of, found: listed(state, view) };
  return lastPosts.found;
}

/**
 * @param {State} state
 * @param {View} view
 */
function listed(state, view) {
  /** @type {ReadonlyArray<DeskPost>} */
  const all = state.tab === 'held' ? [...behind(state.tail, view), ...valuesOf(view, 'post:')] : [...state.fetched.values()];
  const found = new Map();
  for (const post of all) if (!state.leaving.has(post.id)) found.set(post.id, post);
  return found;
}

/**
 * @param {Tail} tail
 * @param {View} view
 * @returns {DeskPost[]}
 */
function behind(tail, view) {
  if (tail.posts.size === 0) return [];
  const live = new Set([...view.entries.keys()].filter((key) => key.startsWith('post:')).map((key) => key.slice(5)));
  const covered = (/** @type {string} */ id) => view.covered.size > 0 && isCovered(view, `post:${id}`);
  return [...tail.posts.values()].filter(({ id }) => !live.has(id) && !covered(id));
}

/**
 * What a row stands for.
 *
 * @param {State} state
 * @param {string | null} row
 * @returns {ReadonlyArray<string>}
 */
export function family(state, row) {
  return row === null ? [] : (state.families.get(row) ?? [row]);
}

/**
 * The rows that a colleague reads, and who that is.
 * @param {State} state
 */
export function taken(state) {
  return takenRows(readers(state.colleagues), state.families);
}

/**
 * Whether a post is among those that somebody asked for.
 *
 * @param {DeskPost} post
 * @param {Kind | null} kind
 */
export function isOfKind({ question, poll }, kind) {
  return kind === null || (kind === 'question' ? question === true : Boolean(poll));
}

/**
 * Who last decided about this post, as far as the newest decisions tell.
 *
 * @param {View} view
 * @param {string} id
 * @returns {Decided | null}
 */
export function lastAbout(view, id) {
  /** @type {Decided[]} */
  const about = valuesOf(view, 'last:');
  return about.filter((decided) => decided.decision && !decided.undone && decided.posts.includes(id)).sort((a, b) => b.seq - a.seq)[0] ?? null;
}

/**
 * Who of the desk made this revision, by another description or session; null when its author did.
 *
 * @param {View} view
 * @param {{id: string, revision: number}} post
 * @returns {Decided | null}
 */
export function amendedBy(view, post) {
  /** @type {Decided[]} */
  const about = valuesOf(view, 'last:');
  return about.find((act) => act.what === 'amended' && act.posts.includes(post.id) && act.detail === String(post.revision)) ?? null;
}

/**
 * What to say when the post in focus left the queue without us.
 *
 * @param {string} id
 * @param {Decided | null} decided
 * @param {(decided: Decided) => Record<string, string>} holesOf Who and when.
 * @returns {Notice}
 */
export function meanwhile(id, decided, holesOf) {
  if (!decided) return { post: id, words: 'desk.stale.gone', holes: {}, offers: ['next'] };
  const holes = holesOf(decided);
  if (['reject', 'hide', 'ban'].includes(decided.decision)) {
    return { post: id, words: decided.by ? 'desk.meanwhile.rejected' : 'desk.stale.rejected-by-rule', holes, offers: ['next', 'show'] };
  }
  return { post: id, words: decided.by ? 'desk.meanwhile.shown' : 'desk.meanwhile.shown-by-rule', holes, offers: ['next', 'hide'] };
}

/**
 * The seq up to which this post was seen, for the server to compare: now, when it was not noted.
 *
 * @param {State} state
 * @param {DeskPost} post
 * @param {number} now The position of the view.
 */
export function seenOf(state, post, now) {
  const noted = state.seen.get(post.id);
  return noted && noted.revision === post.revision ? noted.seen : now;
}

/**
 * Note that these posts are before somebody's eyes, as they are at this position. What left the list is forgotten: when it
 * comes back, somebody decided about it, and it is read anew.
 *
 * @param {State['seen']} seen
 * @param {Iterable<DeskPost>} shown
 * @param {number} position
 * @param {ReadonlySet<string> | ReadonlyMap<string, unknown>} listed The ids in the list.
 * @returns {State['seen']} The same one when nothing is new.
 */
export function note(seen, shown, position, listed) {
  const fresh = [...shown].filter((post) => seen.get(post.id)?.revision !== post.revision);
  const kept = [...seen].filter(([id]) => listed.has(id));
  if (fresh.length === 0 && kept.length === seen.size) return seen;
  return new Map([...kept, ...fresh.map((post) => /** @type {const} */ ([post.id, { revision: post.revision, seen: position }]))]);
}
