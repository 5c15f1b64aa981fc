/** @import {Answer, Poll, Tally} from '../types.js' */
import { send } from '../lib/http.js';

/**
 * Votes, as they wait in the outbox. Sent again they are the same vote, so that each counts once.
 *
 * @typedef {object} Ballot A vote in a poll.
 * @property {'vote'} kind
 * @property {string} key Of the poll, of a set of statements one for each: the newest takes the place of the one that waits.
 * @property {number} at Milliseconds since 1970, on this phone.
 * @property {string} poll
 * @property {number} opening Of the poll that was seen.
 * @property {readonly number[]} answers
 * @property {string} [code] Printed.
 * @property {string} request Idempotency key.
 *
 * @typedef {object} Want "I want to know this too", or no longer.
 * @property {'want'} kind
 * @property {string} key
 * @property {number} at
 * @property {string} post
 * @property {boolean} on
 *
 * @typedef {Ballot | Want} Vote
 * @typedef {Poll & {tally: Tally, mine: readonly number[] | null}} ToldPoll `GET polls/{id}`.
 */

/** The lane of the outbox where these wait. */
export const VOTES = 'votes';

/**
 * Bring one vote to the server.
 *
 * @param {string} api
 * @param {Vote} vote
 * @returns {Promise<Answer<ToldPoll | null>>} What the poll is like now, where it was one.
 */
export async function cast(api, vote) {
  if (vote.kind === 'want') {
    const { post, on } = vote;
    const answer = await send(on ? 'PUT' : 'DELETE', `${api}/questions/${post}/vote`);
    return answer.ok ? { ...answer, data: null } : answer;
  }
  const { poll, opening, answers, code, request } = vote;
  return send('POST', `${api}/polls/${poll}/votes`, { opening, answers, ...(code ? { code } : {}) }, { idempotencyKey: request });
}
