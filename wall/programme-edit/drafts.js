/** @import {Programme} from '../types.js' */
/** @import {Draft} from './model.js' */

/**
 * What is kept on this computer of a programme that was not saved yet: pure.
 *
 * @typedef {object} Kept
 * @property {Draft} draft
 * @property {Programme | null} known What the server had when the draft was begun; null: nothing.
 * @property {number} at When, in ms.
 */

/**
 * @param {Kept} kept
 * @returns {string}
 */
export function write(kept) {
  return JSON.stringify(kept);
}

/**
 * @param {string | null} text As it was kept; it may be of an older version, or spoilt.
 * @returns {Kept | null}
 */
export function read(text) {
  if (!text) return null;
  try {
    const kept = JSON.parse(text);
    return isDraft(kept?.draft) && (kept.known === null || Array.isArray(kept.known?.sessions)) && Number.isFinite(kept.at) ? kept : null;
  } catch {
    return null; // Not ours, or cut off: then there is nothing kept.
  }
}

/** @param {any} draft */
function isDraft(draft) {
  const texts = ['id', 'title', 'day', 'start', 'endDay', 'end', 'questions', 'abstract', 'url', 'hashtag'];
  return [draft?.days, draft?.rooms, draft?.sessions].every(Array.isArray) && typeof draft.zone === 'string'
    && draft.sessions.every((/** @type {any} */ session) => texts.every((name) => typeof session?.[name] === 'string') && Array.isArray(session.speakers));
}
