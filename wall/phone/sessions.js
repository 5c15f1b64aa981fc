/** @import {ProgrammeItem} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
import { onStage, running } from '../lib/programme.js';

/**
 * What a phone can say of where its post belongs.
 *
 * @typedef {object} Belongs
 * @property {Timed | null} automatic What the server will take, as far as the phone can tell: by the room, or what runs alone.
 * @property {Timed[]} offered What can be chosen instead: what runs, and what was chosen.
 * @property {Timed | null} chosen By hand, or by the code that was scanned.
 */

/**
 * Which sessions a post can be about now. Breaks are no choice: nobody writes about lunch on purpose.
 *
 * @param {readonly Timed[]} sessions
 * @param {ProgrammeItem | null} item
 * @param {number} nowMs
 * @param {{room: string | null, chosen: string | null}} phone `room`: of the screen whose code was scanned.
 * @returns {Belongs}
 */
export function belongs(sessions, item, nowMs, { room, chosen: wanted }) {
  const automatic = onStage(sessions, item, nowMs, room).session;
  const chosen = sessions.find(({ id }) => id === wanted) ?? null;
  const now = running(sessions, item, nowMs).filter(({ kind }) => kind !== 'break');
  const offered = chosen && !now.some(({ id }) => id === chosen.id) ? [chosen, ...now] : now;
  return { automatic, offered: offered.filter(({ id }) => id !== automatic?.id || id === chosen?.id), chosen };
}

/**
 * Whether a post that goes now may have no photos: who speaks does not want to be pictured.
 *
 * @param {Belongs} belongs
 */
export function hasNoPhotos({ automatic, chosen }) {
  return Boolean((chosen ?? automatic)?.noPhotos);
}
