import { send } from '../lib/http.js';

/** Longer than the stage waits before it calls a screen quiet. In seconds. */
const TTL_S = 30;
const NAME = 'fontein-screen';

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

/** @type {string | null} */
let id = null;

/** A name for this screen, kept over a reload where the browser allows it. It says nothing about anyone. */
export function screenId() {
  id ??= kept() ?? keep(random());
  return id;
}

function kept() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null; // Storage is switched off: the screen gets a new name at each load.
  }
}

/** @param {string} name */
function keep(name) {
  try {
    sessionStorage.setItem(NAME, name);
  } catch {
    return name; // As above.
  }
  return name;
}

/** Without `randomUUID`: that exists only over https. */
function random() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
