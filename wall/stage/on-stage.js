/** What is on stage in each room, and what a press of a button would make of it. Pure. */

/** @import {ProgrammeItem, ProgrammeRoom} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
import { onStage } from '../lib/programme.js';

/** Where a programme has no rooms. */
export const EVERYWHERE = '';
/** So far away, the next session is not about to begin. */
const SOON_MS = 12 * 3_600_000;
/** Less than this is on time. In minutes. */
const ON_TIME = 1;

/**
 * @typedef {object} Spot How it stands in a room.
 * @property {string} room
 * @property {string} name Of the room; empty where there is none.
 * @property {Timed | null} session What is on stage.
 * @property {import('../types.js').SessionPart} part
 * @property {boolean} chosen A person said so.
 * @property {Timed | null} byClock What the clock says, where that is another one.
 * @property {Timed | null} next
 * @property {number} late Whole minutes that it goes on after its planned end, or begins after its planned start; below 0: earlier.
 * @property {number} leftMs Until its end; below 0: over time.
 */

/**
 * @param {ReadonlyArray<Timed>} sessions As `effective` gives them.
 * @param {ProgrammeItem | null} item
 * @param {ReadonlyArray<ProgrammeRoom>} rooms
 * @param {number} nowMs
 * @returns {Spot[]} One for each room, or one where there are none.
 */
export function spots(sessions, item, rooms, nowMs) {
  const places = rooms.length > 0 ? rooms : [{ id: EVERYWHERE, name: '' }];
  return places.map(({ id, name }) => spot(sessions, item, { id, name }, nowMs));
}

/**
 * @param {ReadonlyArray<Timed>} sessions
 * @param {ProgrammeItem | null} item
 * @param {{id: string, name: string}} room
 * @param {number} nowMs
 * @returns {Spot}
 */
function spot(sessions, item, { id, name }, nowMs) {
  const here = id === EVERYWHERE ? null : id;
  const on = onStage(sessions, item, nowMs, here);
  const clock = onStage(sessions, item && { ...item, onStage: {} }, nowMs, here).session;
  const next = following(sessions, here, on.session, nowMs);
  return {
    room: id, name, session: on.session, part: on.part, chosen: on.chosen || said(item, id), next,
    byClock: clock?.id === on.session?.id ? null : clock,
    late: lateness(on.session, next, nowMs), leftMs: on.session ? on.session.endMs - nowMs : 0,
  };
}

/**
 * Somebody said that nothing is on stage.
 *
 * @param {ProgrammeItem | null} item
 * @param {string} room
 */
function said(item, room) {
  return item?.onStage[room] !== undefined;
}

/**
 * What comes after this one in the room, or where nothing runs, what begins next.
 *
 * @param {ReadonlyArray<Timed>} sessions In the order of time.
 * @param {string | null} room
 * @param {Timed | null} session
 * @param {number} nowMs
 * @returns {Timed | null}
 */
export function following(sessions, room, session, nowMs) {
  const here = sessions.filter((each) => room === null || each.room === room || each.room === null);
  const at = session ? here.findIndex(({ id }) => id === session.id) : -1;
  const next = at >= 0 ? here.slice(at + 1).find((each) => each.startMs >= (session?.startMs ?? 0) && each.endMs > nowMs) : here.find((each) => each.startMs > nowMs);
  return next && next.startMs - nowMs < SOON_MS ? next : null;
}

/**
 * How late a room is: what was said, or what the clock shows where a session goes on after its end.
 *
 * @param {Timed | null} session
 * @param {Timed | null} next
 * @param {number} nowMs
 */
export function lateness(session, next, nowMs) {
  const of = session ?? next;
  if (!of) return 0;
  const over = session ? Math.floor((nowMs - session.endMs) / 60_000) : 0;
  const late = of.late + Math.max(0, over);
  return Math.abs(late) < ON_TIME ? 0 : late;
}

/**
 * The two parts of a session, for a button that goes to the other one; null where it has no questions by itself nor was told so.
 *
 * @param {Spot} spot
 * @returns {import('../types.js').SessionPart | null}
 */
export function otherPart({ session, part }) {
  if (!session || session.kind !== 'talk') return null;
  return part === 'questions' ? 'talk' : 'questions';
}

/**
 * How the bar is filled: up to its planned end, and the part after it.
 *
 * @param {Timed} session
 * @param {number} nowMs
 * @returns {{done: number, over: number}} Each 0 to 1; together at most 1.
 */
export function bar({ startMs, endMs, late }, nowMs) {
  const plannedEnd = endMs - Math.max(0, late) * 60_000;
  const whole = Math.max(1, Math.max(endMs, nowMs) - startMs);
  const at = Math.min(1, Math.max(0, (nowMs - startMs) / whole));
  const planned = Math.min(1, Math.max(0, (plannedEnd - startMs) / whole));
  return { done: Math.min(at, planned), over: Math.max(0, at - planned) };
}
