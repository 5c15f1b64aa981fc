/** Which session the chair's page is about, and how much of it is left. Pure. */

/** @import {ProgrammeItem, ProgrammeRoom} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */
import { onStage } from '../lib/programme.js';

const MINUTE_MS = 60_000;
/** From here on the time that is left is told apart. */
const SOON_MS = 5 * MINUTE_MS;

/**
 * @typedef {object} When
 * @property {readonly Timed[]} sessions As `effective` gives them.
 * @property {ProgrammeItem | null} item
 * @property {number} nowMs The server's clock.
 *
 * @typedef {'early' | 'running' | 'soon' | 'over'} Phase
 */

/**
 * @param {When} when
 * @param {string} chosen A session's id, `room:` and a room's id, or empty: whatever is on stage.
 * @param {string | null} own A speaker's session: nothing else is possible.
 * @returns {Timed | null} null: nothing is on stage.
 */
export function sessionOf({ sessions, item, nowMs }, chosen, own) {
  const wanted = own ?? (chosen.startsWith('room:') ? '' : chosen);
  if (wanted) return sessions.find(({ id }) => id === wanted) ?? null;
  if (chosen) return onStage(sessions, item, nowMs, chosen.slice('room:'.length)).session;
  const whole = onStage(sessions, item, nowMs, null).session;
  return whole ?? (item?.rooms ?? []).map(({ id }) => onStage(sessions, item, nowMs, id).session).find((session) => session !== null) ?? null;
}

/**
 * What can be chosen: each room where there are several, and the sessions of this day.
 *
 * @param {When} when
 * @param {string} day
 * @returns {{rooms: readonly ProgrammeRoom[], sessions: Timed[]}}
 */
export function choices({ sessions, item }, day) {
  const rooms = item?.rooms ?? [];
  return { rooms: rooms.length > 1 ? rooms : [], sessions: sessions.filter((session) => session.kind !== 'break' && session.day === day) };
}

/**
 * @param {Timed} session
 * @param {number} nowMs
 * @returns {{phase: Phase, minutes: number}} Whole minutes until it begins, until its end, or since.
 */
export function left({ startMs, endMs }, nowMs) {
  if (nowMs < startMs) return { phase: 'early', minutes: Math.ceil((startMs - nowMs) / MINUTE_MS) };
  const ms = endMs - nowMs;
  if (ms <= 0) return { phase: 'over', minutes: Math.floor((nowMs - endMs) / MINUTE_MS) };
  return { phase: ms <= SOON_MS ? 'soon' : 'running', minutes: Math.ceil(ms / MINUTE_MS) };
}
