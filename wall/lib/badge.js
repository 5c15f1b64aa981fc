/** @import {Problem} from '../types.js' */
import { send } from './http.js';

/**
 * Hand in the badge of the address (`#k=TOKEN`), and take it out of the address bar and the history.
 *
 * @param {string} url `{api}/me`, or `/v1/operator`.
 * @returns {Promise<'none' | 'accepted' | Problem>} 'none': there was no badge in the address.
 */
export async function handIn(url) {
  const token = tokenOf(location.hash);
  if (token === null) return 'none';
  history.replaceState(history.state, '', location.pathname + location.search);
  return offer(url, token);
}

/**
 * Hand in a badge that somebody pasted: the whole link, or its token alone.
 *
 * @param {string} url
 * @param {string} pasted
 * @returns {Promise<'accepted' | Problem>}
 */
export async function offer(url, pasted) {
  const answer = await send('PUT', url, { token: tokenOf(pasted) ?? pasted.trim() });
  return answer.ok ? 'accepted' : answer.problem;
}

/**
 * @param {string} text A fragment or a whole link.
 * @returns {string | null}
 */
export function tokenOf(text) {
  const fragment = text.slice(text.indexOf('#') + 1);
  return text.includes('#') ? new URLSearchParams(fragment).get('k') : null;
}
