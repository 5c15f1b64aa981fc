/** @import {Problem} from '../types.js' */
/** @import {Vote} from './cast.js' */
/** @import {Unsent, Waiting} from './outbox.js' */
import { exclusively } from '../lib/lock.js';
import { cast, VOTES } from './cast.js';
import { deliver } from './deliver.js';
import { Outbox } from './outbox.js';
import { isPassing, lockOf } from './passing.js';

/** The service worker waits for a page that is sending: its four photos may be under way. */
const PAGE_MS = 240_000;

/**
 * Send all that an earlier visit left, from the service worker: no page is open. Votes first: they may soon be too late.
 *
 * @param {string} slug
 * @returns {Promise<boolean>} Whether all that can go by itself has gone; else it is worth another try.
 */
export async function deliverAll(slug) {
  const api = `/v1/symposia/${slug}`;
  /** @type {Outbox<Vote>} */
  const votes = new Outbox(slug, VOTES);
  /** @type {Outbox<Unsent>} */
  const posts = new Outbox(slug);
  const castOne = async (/** @type {Vote} */ vote) => {
    const answer = await cast(api, vote);
    return answer.ok ? null : answer.problem;
  };
  const voted = await sweep(votes, lockOf(slug, VOTES), castOne);
  const posted = await sweep(posts, lockOf(slug), (unsent) => deliver(api, posts, unsent));
  return voted && posted;
}

/**
 * What is refused for good stays, for the page to tell.
 *
 * @template {Waiting} T
 * @param {Outbox<T>} outbox
 * @param {string} lock
 * @param {(item: T) => Promise<Problem | null>} bring
 */
async function sweep(outbox, lock, bring) {
  const each = async () => {
    await outbox.reload();
    for (const item of outbox.all) {
      const problem = await bring(item);
      if (problem && isPassing(problem)) return false;
      if (!problem) await outbox.done(item);
    }
    return true;
  };
  try {
    return await exclusively(lock, PAGE_MS, each);
  } finally {
    await outbox.close();
  }
}
