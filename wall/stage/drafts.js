/** Text slides that were written before, and the playlist in the making: kept on this device only. Pure. */

/** @typedef {{title: string, text: string}} Draft */

/** More would not be found back. */
export const MAX_DRAFTS = 12;

/**
 * @param {string | null} stored
 * @returns {Draft[]} None where nothing is kept, or something else than this page wrote.
 */
export function readDrafts(stored) {
  return list(stored).filter(isDraft);
}

/**
 * @param {string | null} stored
 * @returns {string[]}
 */
export function readIds(stored) {
  return list(stored).filter((one) => typeof one === 'string');
}

/**
 * @param {ReadonlyArray<Draft>} drafts
 * @param {Draft} draft
 * @returns {Draft[]} With *draft* first, once.
 */
export function withDraft(drafts, draft) {
  return [draft, ...without(drafts, draft)].slice(0, MAX_DRAFTS);
}

/**
 * @param {ReadonlyArray<Draft>} drafts
 * @param {Draft} draft
 * @returns {Draft[]}
 */
export function without(drafts, { title, text }) {
  return drafts.filter((one) => one.title !== title || one.text !== text);
}

/**
 * @param {string | null} stored
 * @returns {any[]}
 */
function list(stored) {
  try {
    const read = JSON.parse(stored ?? '[]');
    return Array.isArray(read) ? read : [];
  } catch (fault) {
    console.info('what was kept cannot be read', fault);
    return [];
  }
}

/**
 * @param {unknown} one
 * @returns {one is Draft}
 */
function isDraft(one) {
  return typeof one === 'object' && one !== null && 'title' in one && 'text' in one && typeof one.title === 'string' && typeof one.text === 'string';
}
