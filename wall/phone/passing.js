/** @import {Problem} from '../types.js' */

/** What comes right by itself: no network, too late, in progress, too fast, too busy, too full. */
const PASSING = new Set([0, 408, 409, 425, 429, 502, 503, 504, 507]);
/** Refused for good, whatever the status: the poll is closed or another one, the code was used, the question is no longer asked,
 * who voted before was forgotten, the server did not understand it.
 */
const FINAL = new Set(['poll-closed', 'poll-changed', 'code-used', 'answered', 'not-shown', 'questions-off', 'forgotten', 'broken']);

/** Whether trying again can help; else a person must change or remove it. @param {Problem} problem */
export function isPassing({ status, code }) {
  return PASSING.has(status) && !FINAL.has(code);
}

/**
 * What the tabs of one symposium and the service worker share.
 *
 * @param {string} slug
 * @param {string} [lane] See `Outbox`.
 */
export function lockOf(slug, lane = '') {
  return `fontein-send-${slug}${lane && `:${lane}`}`;
}
