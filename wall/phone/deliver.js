/** @import {Problem} from '../types.js' */
/** @import {Outbox, Unsent} from './outbox.js' */
import { send } from '../lib/http.js';

const UPLOAD_MS = 90_000;

/**
 * Bring one post to the server. A photo that was uploaded long ago may be gone from there: then it goes up again, once per try.
 *
 * @param {string} api
 * @param {Pick<Outbox<Unsent>, 'put'>} outbox Keeps which photos the server has.
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
 * @param {string} api
 * @param {Pick<Outbox<Unsent>, 'put'>} outbox
 * @param {Unsent} unsent
 * @returns {Promise<Problem | null>}
 */
async function attempt(api, outbox, unsent) {
  return (await uploadPhotos(api, outbox, unsent)) ?? (await post(api, unsent));
}

/**
 * @param {string} api
 * @param {Pick<Outbox<Unsent>, 'put'>} outbox
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
async function post(api, { key, text, photos, at: _, ...rest }) {
  const media = photos.map(({ id, alt }) => ({ id, alt }));
  const told = Object.entries(rest).filter(([, value]) => value); // What is empty need not be said.
  const more = { ...Object.fromEntries(told), ...(media.length > 0 ? { media } : {}) };
  const answer = await send('POST', `${api}/posts`, { text, consent: true, ...more }, { idempotencyKey: key });
  return answer.ok ? null : answer.problem;
}
