/** @import {Answer, Problem} from '../types.js' */
import { el } from '../lib/html.js';
import { send } from '../lib/http.js';

/** A PDF is made by another program, and others may be waiting for it. */
const TIMEOUT_MS = 330_000;

/**
 * Fetch a file and hand it to the reader to keep.
 *
 * @param {string} url
 * @param {string} name
 * @returns {Promise<Problem | null>} What went wrong.
 */
export async function fetchFile(url, name) {
  /** @type {Answer<Blob>} */
  const answer = await send('GET', url, undefined, { timeoutMs: TIMEOUT_MS, headers: { Accept: '*/*' } });
  if (!answer.ok) return answer.problem;
  const link = el('a', { href: URL.createObjectURL(answer.data), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return null;
}
