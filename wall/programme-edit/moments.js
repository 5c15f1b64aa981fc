/**
 * Times as people write them, in the zone of the symposium: pure.
 *
 * A moment is a day and a clock. A day ends at four in the night (`lib/programme.js`): "01:00" of Thursday is in the night after it.
 */

import { DAY_BEGINS_H } from '../lib/programme.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAY_MINUTES = 24 * 60;

/**
 * What somebody typed as a time: "9:30", "9.30", "0930" and "9" are times too.
 *
 * @param {string} typed
 * @returns {string | null} "09:30"; null where it is no time.
 */
export function clockOf(typed) {
  const found = /^\s*(\d{1,2})(?:\s*[:.,h ]\s*(\d{2}))?\s*$/.exec(typed) ?? /^\s*(\d{1,2})(\d{2})\s*$/.exec(typed);
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2] ?? 0)];
  return hours < 24 && minutes < 60 ? `${two(hours)}:${two(minutes)}` : null;
}

/**
 * Whether this is a date.
 *
 * @param {string} day "2026-11-12".
 */
export function isDay(day) {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === day;
}

/**
 * A day later or earlier.
 *
 * @param {string} day
 * @param {number} days
 */
export function dayAfter(day, days = 1) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/**
 * Minutes since the day began, at four: "04:00" is 0, "03:59" is 1439.
 *
 * @param {string} clock "09:30".
 */
export function minutesOf(clock) {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return (hours * 60 + minutes - DAY_BEGINS_H * 60 + DAY_MINUTES) % DAY_MINUTES;
}

/**
 * The moment that lies so many minutes further, by the clock on the wall.
 *
 * @param {string} day
 * @param {string} clock
 * @param {number} minutes
 * @returns {{day: string, clock: string}}
 */
export function later(day, clock, minutes) {
  const total = minutesOf(clock) + minutes;
  const days = Math.floor(total / DAY_MINUTES);
  const ofDay = (total - days * DAY_MINUTES + DAY_BEGINS_H * 60) % DAY_MINUTES;
  return { day: days === 0 ? day : dayAfter(day, days), clock: `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}` };
}

/**
 * The moment in milliseconds since 1970.
 *
 * When the clock goes back an hour, an hour happens twice: then it is the first. When it goes forward, an hour does not exist.
 *
 * @param {string} day
 * @param {string} clock
 * @param {string} zone IANA.
 * @returns {number | null} null: that time does not exist on that day, or it is no time.
 */
export function msOf(day, clock, zone) {
  const key = `${zone} ${day} ${clock}`;
  const found = moments.get(key);
  if (found !== undefined) return found;
  const ms = searched(day, clock, zone);
  if (moments.size >= MAX_MOMENTS) moments.clear();
  moments.set(key, ms);
  return ms;
}

/** Searching is slow, and every key that is pressed asks after every session. @type {Map<string, number | null>} */
const moments = new Map();
const MAX_MOMENTS = 20_000;

/**
 * @param {string} day
 * @param {string} clock
 * @param {string} zone
 */
function searched(day, clock, zone) {
  const wall = Date.parse(`${day}T${clock}:00Z`) + (minutesOf(clock) >= DAY_MINUTES - DAY_BEGINS_H * 60 ? DAY_MS : 0);
  if (Number.isNaN(wall)) return null;
  // The zone's clock at most a day before and after this one: between them lies the offset that holds.
  const guesses = [wall - DAY_MS, wall + DAY_MS].map((near) => wall - offsetMs(near, zone));
  const fitting = guesses.filter((ms) => ms + offsetMs(ms, zone) === wall);
  return fitting.length > 0 ? Math.min(...fitting) : null;
}

/**
 * What the clocks in a zone say more than those of UTC.
 *
 * @param {number} ms
 * @param {string} zone
 */
function offsetMs(ms, zone) {
  const parts = formatter(zone).formatToParts(ms);
  /** @param {Intl.DateTimeFormatPartTypes} type */
  const part = (type) => Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(ms / 1_000) * 1_000;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/** @param {string} zone */
function formatter(zone) {
  const found = formatters.get(zone);
  if (found) return found;
  /** @type {Intl.DateTimeFormatOptions} */
  const all = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' };
  const made = new Intl.DateTimeFormat('en', { ...all, timeZone: isZone(zone) ? zone : 'UTC' });
  formatters.set(zone, made);
  return made;
}

/**
 * Whether this browser knows a zone.
 *
 * @param {string} zone
 */
export function isZone(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, '0');
}
