import { send } from '../lib/http.js';
import { screenId } from './identity.js';

/** Longer than the stage waits before it calls a screen quiet. In seconds. */
const TTL_S = 30;

/**
 * Tell the stage that this screen lives, and what it shows. A lost beat is not repeated: the next one says more.
 *
 * @param {string} api
 * @param {{scene: string, shows: number, delayMs: number | null, reachM?: number, tooFar?: boolean}} value `delayMs`: arrival to painting, of the newest shown.
 *   `reachM`: from how far its type can be read, in metres, where the picture's height is known; `tooFar`: the last row sits beyond that.
 */
export async function beat(api, value) {
  const name = new URLSearchParams(location.search).get('name');
  await send('POST', `${api}/pulses`, { topic: 'screen', key: screenId(), value: { ...value, ...(name ? { name } : {}) }, ttl: TTL_S });
}
