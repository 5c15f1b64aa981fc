/** @import {Programme, ProgrammeItem, ProgrammeRoom, Session, SessionPart} from '../types.js' */

/**
 * What the programme says at one moment: pure functions of (programme, view item `programme`, now), for every page.
 *
 * The programme itself (`GET …/programme`) has planned times. The view's item says what a person changed since: `shifts` (a session
 * begins so many minutes later) and `onStage` (a room shows another session than the clock says). Take `effective` once for each
 * new programme or item; everything else here works on what it gives. All moments are milliseconds since 1970 of the server's clock,
 * all times of the day are in the programme's own zone: what the hall's clock says, wherever the screen's computer thinks it is.
 *
 * @typedef {object} Timing
 * @property {number} startMs When it begins, shifted.
 * @property {number} endMs When it ends, shifted; never before it begins.
 * @property {number} plannedMs When it was to begin.
 * @property {number} late Minutes after the plan; below 0: earlier.
 * @property {string} day That it begins on, as `dayOf` gives it.
 *
 * @typedef {Session & Timing} Timed
 *
 * @typedef {object} OnStage What is on stage in a room.
 * @property {Timed | null} session null: nothing is.
 * @property {SessionPart} part Somebody speaks, or the hall asks.
 * @property {boolean} chosen A person said so, not the clock.
 *
 * @typedef {object} Agenda Of one day, each list in the order of time.
 * @property {Timed[]} now What runs.
 * @property {Timed[]} next What begins later that day.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A day ends at four in the night: a party is part of the day that it began on. Hours after midnight. */
export const DAY_BEGINS_H = 4;
const NO_ZONE = 'UTC';

/**
 * The sessions with the times that hold, in the order of time, then of rooms.
 *
 * @param {Programme | null} programme
 * @param {ProgrammeItem | null} [item] The view's; without one the plan holds.
 * @returns {Timed[]}
 */
export function effective(programme, item = null) {
  if (!programme) return [];
  const places = new Map(programme.rooms.map(({ id }, place) => [id, place]));
  /** @param {Timed} session */
  const place = ({ room }) => places.get(room ?? '') ?? places.size;
  return programme.sessions
    .map((session) => timed(session, item?.shifts[session.id] ?? 0, programme.zone))
    .sort((a, b) => a.startMs - b.startMs || place(a) - place(b) || compare(a.id, b.id));
}

/**
 * @param {Session} session
 * @param {number} late In minutes.
 * @param {string} zone
 * @returns {Timed}
 */
function timed(session, late, zone) {
  const plannedMs = session.start / 1_000;
  const startMs = plannedMs + late * MINUTE_MS;
  return { ...session, plannedMs, startMs, endMs: Math.max(startMs, session.end / 1_000 + late * MINUTE_MS), late, day: dayOf(startMs, zone) };
}

/**
 * What runs at a moment: what the clock says, and in a room for which a person said otherwise, that.
 *
 * What was said of no room (`onStage['']`) counts where no room is asked for: in a programme that has none.
 *
 * @param {readonly Timed[]} sessions
 * @param {ProgrammeItem | null | undefined} item
 * @param {number} nowMs
 * @param {string | null} [room] Of one room only; its sessions, and those of no room, as a lunch for all.
 * @returns {Timed[]} One that was chosen for another room than its own is told with that room.
 */
export function running(sessions, item, nowMs, room = null) {
  const said = room === null && item?.onStage[''] ? { '': item.onStage[''] } : item?.onStage ?? {};
  if (said['']) return sessions.filter(({ id }) => id === said['']?.session);
  const found = sessions.flatMap((session) => {
    const rooms = Object.keys(said).filter((each) => said[each]?.session === session.id);
    const where = room === null ? rooms[0] : rooms.find((each) => each === room);
    if (where !== undefined) return { ...session, room: where };
    return rooms.length === 0 && runs(session, nowMs) && !(session.room !== null && said[session.room]) ? session : [];
  });
  return room === null ? found : found.filter((session) => session.room === room || (session.room === null && !said[room]));
}

/**
 * The one session that a screen of this room is about. Without a room: the one that runs, unless several do.
 *
 * @param {readonly Timed[]} sessions
 * @param {ProgrammeItem | null | undefined} item
 * @param {number} nowMs
 * @param {string | null} room
 * @returns {OnStage}
 */
export function onStage(sessions, item, nowMs, room) {
  const here = running(sessions, item, nowMs, room);
  // In a room what began there last is on; what has no room only where nothing else is.
  const session = (room === null ? (here.length === 1 ? here[0] : null) : here.findLast((each) => each.room === room) ?? here.at(-1)) ?? null;
  const said = item?.onStage[room ?? ''] ?? item?.onStage[session?.room ?? ''];
  const chosen = Boolean(said) && (said?.session ?? null) === (session?.id ?? null);
  return { session, part: (chosen ? said?.part : null) ?? partOf(session, nowMs), chosen };
}

/**
 * By the clock: the last `questionsS` seconds of a session are the hall's.
 *
 * @param {Timed | null} session
 * @param {number} nowMs
 * @returns {SessionPart}
 */
export function partOf(session, nowMs) {
  return session && session.questionsS > 0 && nowMs >= session.endMs - session.questionsS * 1_000 ? 'questions' : 'talk';
}

/**
 * What runs, and what comes after it the same day.
 *
 * @param {readonly Timed[]} sessions
 * @param {ProgrammeItem | null | undefined} item
 * @param {number} nowMs
 * @param {{zone: string, room?: string | null}} where `room`: only what runs there is now; what comes is always everything.
 * @returns {Agenda}
 */
export function nowAndNext(sessions, item, nowMs, { zone, room = null }) {
  const now = running(sessions, item, nowMs, room);
  const on = new Set(now.map(({ id }) => id));
  return { now, next: ofDay(sessions, dayOf(nowMs, zone)).filter(({ id, startMs }) => startMs > nowMs && !on.has(id)) };
}

/**
 * The coming hour, for a screen that shows nobody's words: what runs, what begins within the hour, and else what begins first.
 *
 * @param {readonly Timed[]} sessions
 * @param {ProgrammeItem | null | undefined} item
 * @param {number} nowMs
 * @param {string} zone
 * @returns {Timed[]}
 */
export function comingHour(sessions, item, nowMs, zone) {
  const { now, next } = nowAndNext(sessions, item, nowMs, { zone });
  const soon = next.filter(({ startMs }) => startMs <= nowMs + HOUR_MS);
  const [first] = next;
  return [...now, ...(soon.length > 0 || !first ? soon : next.filter(({ startMs }) => startMs === first.startMs))];
}

/**
 * The sessions of one day.
 *
 * @param {readonly Timed[]} sessions
 * @param {string} day As `dayOf` gives it.
 * @returns {Timed[]}
 */
export function ofDay(sessions, day) {
  return sessions.filter((each) => each.day === day);
}

/**
 * The day that a programme is at: today, or where today has nothing, the next day that has something, or else the last one.
 *
 * @param {readonly Timed[]} sessions
 * @param {number} nowMs
 * @param {string} zone
 * @returns {string} Empty where there are no sessions.
 */
export function currentDay(sessions, nowMs, zone) {
  const today = dayOf(nowMs, zone);
  const days = sessions.map(({ day }) => day).sort();
  return days.find((day) => day >= today) ?? days.at(-1) ?? '';
}

/**
 * What ended in a room not longer ago than this, the last one first.
 *
 * @param {readonly Timed[]} sessions
 * @param {number} nowMs
 * @param {string | null} room null: anywhere.
 * @param {number} withinS Seconds.
 * @returns {Timed[]}
 */
export function justEnded(sessions, nowMs, room, withinS) {
  return sessions
    .filter((each) => each.endMs <= nowMs && nowMs < each.endMs + withinS * 1_000 && (room === null || each.room === room))
    .sort((a, b) => b.endMs - a.endMs);
}

/**
 * How far a session is: 0 as it begins, 1 at its end.
 *
 * @param {Timing} session
 * @param {number} nowMs
 */
export function progress({ startMs, endMs }, nowMs) {
  if (endMs <= startMs) return nowMs < startMs ? 0 : 1;
  return Math.min(1, Math.max(0, (nowMs - startMs) / (endMs - startMs)));
}

/**
 * Sessions that begin at the same moment share one time.
 *
 * @param {readonly Timed[]} sessions In the order of time.
 * @returns {Timed[][]}
 */
export function byTime(sessions) {
  /** @type {Timed[][]} */
  const groups = [];
  for (const session of sessions) {
    const last = groups.at(-1);
    if (last?.[0]?.startMs === session.startMs) last.push(session);
    else groups.push([session]);
  }
  return groups;
}

/**
 * The name of a room; empty where it has none, and where there is no other room than this one.
 *
 * @param {{rooms: readonly ProgrammeRoom[]} | null | undefined} programme
 * @param {string | null} room
 */
export function roomName(programme, room) {
  return programme?.rooms.find(({ id }) => id === room)?.name ?? '';
}

/**
 * The day that a moment belongs to, in a zone. What is before four in the night belongs to the day before.
 *
 * @param {number} ms
 * @param {string} zone IANA; one that this browser does not know counts as UTC.
 * @returns {string} '2026-11-12'.
 */
export function dayOf(ms, zone) {
  const { year, month, day, hour } = wallTime(ms, zone);
  const date = Date.UTC(year, month - 1, day) - (hour < DAY_BEGINS_H ? DAY_MS : 0);
  return new Date(date).toISOString().slice(0, 10);
}

/**
 * "13:42", in the zone of the programme.
 *
 * @param {string} lang
 * @param {string} zone
 * @param {number} ms
 */
export function clock(lang, zone, ms) {
  return formatter(lang, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}

/**
 * "donderdag 12 november".
 *
 * @param {string} lang
 * @param {string} day As `dayOf` gives it.
 */
export function dayName(lang, day) {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) ? '' : formatter(lang, NO_ZONE, { weekday: 'long', day: 'numeric', month: 'long' }).format(ms);
}

/**
 * @param {Timed} session
 * @param {number} nowMs
 */
function runs({ startMs, endMs }, nowMs) {
  return startMs <= nowMs && nowMs < endMs;
}

/**
 * The parts of the date that a clock in this zone shows.
 *
 * @param {number} ms
 * @param {string} zone
 */
function wallTime(ms, zone) {
  const parts = formatter('en', zone, { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', hourCycle: 'h23' }).formatToParts(ms);
  /** @param {Intl.DateTimeFormatPartTypes} type */
  const part = (type) => Number(parts.find((each) => each.type === type)?.value);
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour') };
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formatters = new Map();

/**
 * Making one is slow, and a programme asks thousands of times.
 *
 * @param {string} lang
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatter(lang, zone, options) {
  const key = `${lang} ${zone} ${JSON.stringify(options)}`;
  const found = formatters.get(key);
  if (found) return found;
  const made = inZone(lang, zone, options);
  formatters.set(key, made);
  return made;
}

/**
 * @param {string} lang
 * @param {string} zone
 * @param {Intl.DateTimeFormatOptions} options
 */
function inZone(lang, zone, options) {
  try {
    return new Intl.DateTimeFormat(lang, { ...options, timeZone: zone || NO_ZONE });
  } catch {
    return new Intl.DateTimeFormat(lang, { ...options, timeZone: NO_ZONE }); // A zone that is younger than this browser.
  }
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}
