/** The polls as the stage knows them: in which state, since when, and which one keeps another from opening. Pure. */

/** @import {InLanguages, Lang, Poll, PollResult, Tally} from '../types.js' */

/**
 * @typedef {'draft' | 'open' | 'closed'} Standing
 * @typedef {Poll & {standing: Standing, n: number, result: PollResult | null}} Known With what came in.
 */

/** @param {Pick<Poll, 'opening' | 'closed'>} poll @returns {Standing} */
export function standing({ opening, closed }) {
  if (!opening) return 'draft';
  return closed ? 'closed' : 'open';
}

/**
 * @param {ReadonlyMap<string, unknown>} entries Of the stage's view.
 * @returns {Known[]} What is open first, then drafts in the order in which they were made, then what was closed, the last one first.
 */
export function pollsOf(entries) {
  /** @type {Known[]} */
  const found = [];
  for (const [key, value] of entries) {
    if (!key.startsWith('poll:')) continue;
    const poll = /** @type {Poll} */ (value);
    const tally = /** @type {Tally | undefined} */ (entries.get(`tally:${poll.id}`));
    found.push({ ...poll, standing: standing(poll), n: tally?.n ?? 0, result: tally?.result ?? null });
  }
  return found.sort((a, b) => PLACE[a.standing] - PLACE[b.standing] || b.closed - a.closed || b.opened - a.opened);
}

const PLACE = { open: 0, draft: 1, closed: 2 };

/**
 * The open poll that keeps this one from opening: in a session one at a time, and one that is for all alone.
 *
 * @param {ReadonlyArray<Known>} polls
 * @param {Pick<Poll, 'id' | 'session'>} poll
 * @returns {Known | null}
 */
export function inTheWay(polls, { id, session }) {
  return polls.find((other) => other.id !== id && other.standing === 'open' && (session === null || other.session === null || other.session === session)) ?? null;
}

/**
 * In the reader's language, else in the other one.
 *
 * @param {InLanguages | undefined} words
 * @param {string} lang
 * @returns {{text: string, lang: string}}
 */
export function inLang(words, lang) {
  const own = words?.[/** @type {Lang} */ (lang)];
  if (own) return { text: own, lang };
  const [other, text] = Object.entries(words ?? {}).find(([, each]) => each) ?? [lang, ''];
  return { text, lang: other };
}

/**
 * How long it is open, and how long it still is.
 *
 * @param {Poll} poll
 * @param {number} nowMs The server's clock.
 * @returns {{s: number, leftS: number | null}} Whole seconds, never below 0; `leftS` null: until somebody closes it.
 */
export function running({ opened, closed, endsAt }, nowMs) {
  const until = closed ? closed / 1_000 : nowMs;
  return {
    s: Math.max(0, Math.floor((until - opened / 1_000) / 1_000)),
    leftS: endsAt === null || closed ? null : Math.max(0, Math.ceil((endsAt / 1_000 - nowMs) / 1_000)),
  };
}

/** @param {number} seconds @returns {string} "1:05", "1:02:05". */
export function minutes(seconds) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * The poll that this one asks once more, and the one that asks this one once more: the last of them.
 *
 * @param {ReadonlyArray<Known>} polls
 * @param {Poll} poll
 * @returns {{before: Known | null, after: Known | null}}
 */
export function pairOf(polls, { id, again }) {
  const later = polls.filter((each) => each.again === id);
  return { before: polls.find((each) => each.id === again) ?? null, after: later.find((each) => each.standing !== 'draft') ?? later[0] ?? null };
}
