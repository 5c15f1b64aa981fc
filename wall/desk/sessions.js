/** The sessions of the programme, as the desk names them. Pure. */

/** @import {Timed} from '../lib/programme.js' */
import { clock, dayName, dayOf } from '../lib/programme.js';

/**
 * Whether a post is among those that somebody asked for.
 *
 * @param {{readonly session: string | null}} post
 * @param {string | null} session null: all; empty: those of none.
 */
export function isOfSession(post, session) {
  return session === null || (post.session ?? '') === session;
}

/**
 * What a session is called; one that has gone from the programme still has a name of its own.
 *
 * @param {ReadonlyMap<string, Timed>} sessions
 * @param {string | null | undefined} id
 * @returns {string} Empty for none.
 */
export function titleOf(sessions, id) {
  return id ? (sessions.get(id)?.title ?? id) : '';
}

/**
 * @typedef {object} Day
 * @property {string} name
 * @property {ReadonlyArray<{id: string, words: string}>} sessions
 */

/**
 * To choose from, by day, in the order of time; breaks only when one is asked for by name.
 *
 * @param {ReadonlyArray<Timed>} sessions
 * @param {{lang: string, zone: string, keep?: string | null}} how `keep`: this one too, whatever it is.
 * @returns {Day[]}
 */
export function byDay(sessions, { lang, zone, keep = null }) {
  /** @type {Map<string, {id: string, words: string}[]>} */
  const days = new Map();
  for (const { id, title, kind, startMs } of sessions) {
    if (kind === 'break' && id !== keep) continue;
    const day = dayOf(startMs, zone);
    days.set(day, [...(days.get(day) ?? []), { id, words: `${clock(lang, zone, startMs)} ${title}` }]);
  }
  return [...days].map(([day, all]) => ({ name: dayName(lang, day), sessions: all }));
}

/**
 * The session that all of these belong to.
 *
 * @param {ReadonlyArray<{readonly session: string | null}>} posts
 * @returns {string | null | undefined} undefined: they differ.
 */
export function common(posts) {
  const all = new Set(posts.map(({ session }) => session));
  return all.size === 1 ? [...all][0] : undefined;
}
