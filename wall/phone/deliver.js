/** @import {Problem} from '../types.js' */
/** @import {Outbox, Unsent} from './outbox.js' */
import { send } from '../lib/http.js';
import { exclusively } from '../lib/lock.js';
import { Outbox as Kept } from './outbox.js';

const UPLOAD_MS = 90_000;
/** What comes right by itself: no network, too late, in progress, too fast, too busy, too full. */
const PASSING = new Set([0, 408, 409, 425, 429, 502, 503, 504, 507]);
/** The service worker waits for a page that is sending: its four photos may be under way. */
const PAGE_MS = 240_000;

/** Whether trying again can help; else a person must change or remove it. @param {Problem} problem */
export function isPassing(problem) {
  return PASSING.has(problem.status);
}

/** What the tabs of one symposium and the service worker share. @param {string} slug */
export function lockOf(slug) {
  return `fontein-send-${slug}`;
}

/**
 * Bring one post to the server. A photo that was uploaded long ago may be gone from there: then it goes up again, once per try.
 *
 * @param {string} api
 * @param {Pick<Outbox, 'put'>} outbox Keeps which photos the server has.
 * @param {Unsent} unsent
 * @returns {Promise<Problem | null>} null: the server has it, durably.
 */
export async function deliver(api, outbox, unsent) {
  const problem = await attempt(api, outbox, unsent);
  if (problem?.code !== 'unknown-picture') return problem;
  for (const photo of unsent.photos) photo.id = null;
  await outbox.put(unsent);
  return attempt(api, outbox, unsent);
}

/**
 * Send all that an earlier visit left, from the service worker: no page is open.
 *
 * @param {string} slug
 * @returns {Promise<boolean>} Whether all that can go by itself has gone; else it is worth another try.
 */
export async function deliverAll(slug) {
  const outbox = new Kept(slug);
  try {
    return await exclusively(lockOf(slug), PAGE_MS, () => deliverEach(`/v1/symposia/${slug}`, outbox));
  } finally {
    await outbox.close();
  }
}

/**
 * @param {string} api
 * @param {Outbox} outbox
 */
async function deliverEach(api, outbox) {
  await outbox.reload();
  for (const unsent of outbox.all) {
    const problem = await deliver(api, outbox, unsent);
    if (problem && isPassing(problem)) return false;
    if (!problem) await outbox.remove(unsent.key);
  }
  return true;
}

/**
 * @param {string} api
 * @param {Pick<Outbox, 'put'>} outbox
 * @param {Unsent} unsent
 * @returns {Promise<Problem | null>}
 */
async function attempt(api, outbox, unsent) {
  return (await uploadPhotos(api, outbox, unsent)) ?? (await post(api, unsent));
}

/**
 * @param {string} api
 * @param {Pick<Outbox, 'put'>} outbox
 * @param {Unsent} unsent
 * @returns {Promise<Problem | null>}
 */
async function uploadPhotos(api, outbox, unsent) {
  for (const photo of unsent.photos) {
    if (photo.id) continue;
    const form = new FormData();
    form.set('file', photo.blob, 'photo.jpg');
    const answer = await send('POST', `${api}/media`, form, { timeoutMs: UPLOAD_MS });
    if (!answer.ok) return answer.problem;
    photo.id = answer.data.id;
    await outbox.put(unsent);
  }
  return null;
}

/**
 * @param {string} api
 * @param {Unsent} unsent
 * @returns {Promise<Problem | null>}
 */
async function post(api, { key, text, name, session, room, photos }) {
  const media = photos.map(({ id, alt }) => ({ id, alt }));
  const more = { ...(name ? { name } : {}), ...(session ? { session } : {}), ...(room ? { room } : {}), ...(media.length > 0 ? { media } : {}) };
  const answer = await send('POST', `${api}/posts`, { text, consent: true, ...more }, { idempotencyKey: key });
  return answer.ok ? null : answer.problem;
}
