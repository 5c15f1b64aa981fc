/** @import {Draft, DraftSession} from './model.js' */
import { minutesLong, ofDay, startOf } from './model.js';
import { minutesOf } from './moments.js';

/**
 * Where a day's sessions stand in a grid of rooms and times: pure.
 *
 * A row is the time between two moments at which something begins or ends, so that a row is as high as its words need, and a night
 * without sessions takes no room. What is in one room at one time stands side by side.
 *
 * @typedef {object} Cell
 * @property {string} id
 * @property {number} row From 1.
 * @property {number} rows How many.
 * @property {number} column From 1.
 * @property {number} columns How many.
 *
 * @typedef {object} Grid
 * @property {readonly string[]} times When each row begins.
 * @property {readonly {room: string | null, columns: number}[]} rooms Of each room how many columns it takes; null: a column for what is in
 *   no room while others are in theirs.
 * @property {readonly Cell[]} cells
 */

const DAY_MINUTES = 24 * 60;

/**
 * @param {Draft} draft
 * @param {string} day
 * @returns {Grid}
 */
export function grid(draft, day) {
  const spans = ofDay(draft, day).map((session) => span(session));
  const edges = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const aside = spans.some((one) => !one.room && isAside(one, spans));
  /** @type {(string | null)[]} */
  const names = [...draft.rooms.map(({ id }) => id), ...(aside || draft.rooms.length === 0 ? [null] : [])];
  const groups = names.map((room) => lanes(spans.filter((one) => (room === null ? !one.room && (aside ? isAside(one, spans) : true) : one.room === room))));
  const widths = groups.map((group) => Math.max(1, ...group.map(({ lane }) => lane + 1)));
  const total = widths.reduce((a, b) => a + b, 0);
  const row = (/** @type {number} */ minutes) => edges.indexOf(minutes) + 1;
  const placed = new Map(groups.flatMap((group, n) => {
    const first = widths.slice(0, n).reduce((a, b) => a + b, 1);
    return group.map(({ id, lane }) => /** @type {const} */ ([id, first + lane]));
  }));
  const cells = spans.map(({ id, start, end }) => {
    const column = placed.get(id);
    return { id, row: row(start), rows: Math.max(1, row(end) - row(start)), column: column ?? 1, columns: column ? 1 : total };
  });
  return { times: edges.slice(0, -1).map(clockAt), rooms: names.map((room, n) => ({ room, columns: widths[n] ?? 1 })), cells };
}

/**
 * @typedef {{id: string, room: string | null, start: number, end: number}} Span Minutes since the day began.
 */

/**
 * @param {DraftSession} session
 * @returns {Span}
 */
function span(session) {
  const start = startOf(session);
  // What is wrong with a time is said elsewhere; here it only needs a place.
  const long = Math.max(5, minutesLong(session) ?? 5);
  return { id: session.id, room: session.room, start, end: Math.min(Math.max(DAY_MINUTES, start + 5), start + long) };
}

/**
 * Whether something that is in no room happens while something is in a room.
 *
 * @param {Span} one
 * @param {readonly Span[]} spans
 */
function isAside(one, spans) {
  return spans.some((other) => other.id !== one.id && other.start < one.end && one.start < other.end);
}

/**
 * @param {readonly Span[]} spans In the order of time.
 * @returns {{id: string, lane: number}[]}
 */
function lanes(spans) {
  /** @type {number[]} */
  const ends = [];
  return spans.map(({ id, start, end }) => {
    const free = ends.findIndex((until) => until <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = end;
    return { id, lane };
  });
}

/** @param {number} minutes Since four in the night. */
function clockAt(minutes) {
  const ofDay_ = (minutes + DAY_MINUTES - minutesOf('00:00')) % DAY_MINUTES;
  return `${String(Math.floor(ofDay_ / 60)).padStart(2, '0')}:${String(ofDay_ % 60).padStart(2, '0')}`;
}
