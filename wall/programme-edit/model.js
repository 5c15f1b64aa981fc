/** @import {Programme, Session, SessionKind} from '../types.js' */

/**
 * The programme while it is edited: pure functions, each gives a new draft and leaves the old one alone.
 *
 * A draft holds times as they were typed, by day and clock in the zone of the symposium, so that a talk at nine stays at nine
 * whatever summer time does, and what is wrong can be kept until it is put right. Ids never change.
 *
 * @typedef {{name: string, about: string}} Speaker
 * @typedef {{id: string, name: string}} Room
 *
 * @typedef {object} DraftSession
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {readonly Speaker[]} speakers
 * @property {string | null} room null: everywhere, as a lunch.
 * @property {string} day "2026-11-12"; it ends at four in the night.
 * @property {string} start As typed: "09:30".
 * @property {string} endDay Another day than `day` for what takes longer than that.
 * @property {string} end
 * @property {SessionKind} kind
 * @property {string} questions Minutes, as typed; empty is none.
 * @property {string} lang BCP 47, or empty.
 * @property {string} track
 * @property {string} abstract
 * @property {string} url
 * @property {string} hashtag
 * @property {boolean} noPhotos
 *
 * @typedef {object} Draft
 * @property {string} version
 * @property {string} zone
 * @property {string} origin
 * @property {readonly string[]} days Those without a session too.
 * @property {readonly Room[]} rooms
 * @property {readonly DraftSession[]} sessions
 *
 * @typedef {object} WireSession What goes to the server, and is compared: times in µs.
 * @property {string} id
 * @property {string} title
 * @property {string} subtitle
 * @property {readonly Speaker[]} speakers
 * @property {string | null} room
 * @property {number} start
 * @property {number} end
 * @property {SessionKind} kind
 * @property {number} questionsS
 * @property {string} lang
 * @property {string} track
 * @property {string} abstract
 * @property {string} url
 * @property {string} hashtag
 * @property {boolean} noPhotos
 *
 * @typedef {{version: string, zone: string, origin: string, rooms: readonly Room[], sessions: readonly WireSession[]}} Wire
 */

import { clock, dayOf } from '../lib/programme.js';
import { clockOf, dayAfter, later, minutesOf, msOf } from './moments.js';

const MINUTE_MS = 60_000;
/** What a new session and a new break take, in minutes. */
export const TALK_MINUTES = 45;
export const BREAK_MINUTES = 15;
/** When a day begins that has nothing yet. */
const MORNING = '09:00';
/** A gap of this many minutes ends "all that follows". */
const NIGHT_MINUTES = 6 * 60;
const DAY_MINUTES = 24 * 60;

/**
 * A programme with one day and one room, to begin with.
 *
 * @param {{day: string, zone: string, room: Room}} with_
 * @returns {Draft}
 */
export function empty({ day, zone, room }) {
  return { version: '', zone, origin: '', days: [day], rooms: [room], sessions: [] };
}

// --- from and to the server ---------------------------------------------------------------------------------------

/**
 * @param {Programme & {origin?: string}} programme
 * @returns {Draft}
 */
export function fromWire({ version = '', zone, origin = '', rooms, sessions }) {
  const made = sessions.map((session) => draftOf(session, zone));
  return { version, zone, origin, days: daysOf(made), rooms: rooms.map(({ id, name }) => ({ id, name })), sessions: made };
}

/** What the server said does not change, and is asked after at every key. @type {WeakMap<Session, {zone: string, draft: DraftSession}>} */
const drafts = new WeakMap();

/**
 * @param {Session} session
 * @param {string} zone
 * @returns {DraftSession}
 */
function draftOf(session, zone) {
  const found = drafts.get(session);
  if (found?.zone === zone) return found.draft;
  const draft = madeOf(session, zone);
  drafts.set(session, { zone, draft });
  return draft;
}

/**
 * @param {Session} session
 * @param {string} zone
 * @returns {DraftSession}
 */
function madeOf(session, zone) {
  const [start, end] = [session.start / 1_000, session.end / 1_000];
  return {
    id: session.id, title: session.title, subtitle: session.subtitle ?? '', speakers: session.speakers.map(({ name, about = '' }) => ({ name, about })),
    room: session.room, day: dayOf(start, zone), start: clock('nl', zone, start), endDay: lastDay(start, end, zone), end: clock('nl', zone, end),
    kind: session.kind, questions: session.questionsS ? String(session.questionsS / 60) : '', lang: session.lang ?? '', track: session.track ?? '',
    abstract: session.abstract ?? '', url: session.url ?? '', hashtag: session.hashtag ?? '', noPhotos: session.noPhotos ?? false,
  };
}

/**
 * The day that a session ends on; what ends just as its day does, at four, counts to the next.
 *
 * @param {number} start
 * @param {number} end
 * @param {string} zone
 */
function lastDay(start, end, zone) {
  return end <= start ? dayOf(start, zone) : dayOf(end, zone);
}

/** @param {readonly DraftSession[]} sessions */
function daysOf(sessions) {
  return [...new Set(sessions.map(({ day }) => day))].sort();
}

/**
 * What the server gets. Of a time that is wrong it makes a 0: `problems` says so first, and then nothing is saved.
 *
 * @param {Draft} draft
 * @param {Programme | null} [known] What the server has: a time that was left alone goes back as it came, to the second, and also
 *   when it lies in the hour that happens twice.
 * @returns {Wire}
 */
export function toWire(draft, known = null) {
  const before = known?.zone === draft.zone ? new Map(known.sessions.map((session) => [session.id, session])) : new Map();
  return {
    version: draft.version, zone: draft.zone, origin: draft.origin, rooms: draft.rooms.map(({ id, name }) => ({ id, name: name.trim() })),
    sessions: draft.sessions.map((session) => wireOf(session, draft.zone, before.get(session.id) ?? null)).sort((a, b) => a.start - b.start),
  };
}

/**
 * @param {DraftSession} session
 * @param {string} zone
 * @param {Session | null} before
 * @returns {WireSession}
 */
function wireOf(session, zone, before) {
  const { start, end } = (before && sameTimes(session, draftOf(before, zone)) && before) || timesOf(session, zone);
  return {
    id: session.id, title: session.title.trim(), subtitle: session.subtitle.trim(), speakers: speakersOf(session), room: session.room, start, end,
    kind: session.kind, questionsS: Math.round((minutesTyped(session.questions) ?? 0) * 60), lang: session.lang, track: session.track.trim(),
    abstract: session.abstract.trim(), url: session.url.trim(), hashtag: session.hashtag.trim().replace(/^#/, ''), noPhotos: session.noPhotos,
  };
}

/**
 * A draft that went by way of the server's times, with what was typed where that is no time yet.
 *
 * @param {Draft} draft
 * @param {Draft} typed
 * @returns {Draft}
 */
export function withTyped(draft, typed) {
  const unfinished = new Map(typed.sessions.filter((session) => !hasTimes(session, typed.zone)).map((session) => [session.id, session]));
  const sessions = draft.sessions.map((session) => {
    const was = unfinished.get(session.id);
    return was ? { ...session, day: was.day, start: was.start, endDay: was.endDay, end: was.end } : session;
  });
  return { ...draft, days: [...new Set([...typed.days, ...daysOf(sessions)])].sort(), sessions };
}

/**
 * @param {DraftSession} session
 * @param {string} zone
 */
function hasTimes({ day, start, endDay, end }, zone) {
  return msOf(day, clockOf(start) ?? '', zone) !== null && msOf(endDay, clockOf(end) ?? '', zone) !== null;
}

/** @param {DraftSession} session */
function speakersOf({ speakers }) {
  return speakers.map(({ name, about }) => ({ name: name.trim(), about: about.trim() })).filter(({ name, about }) => name || about);
}

/**
 * @param {DraftSession} a
 * @param {DraftSession} b
 */
function sameTimes(a, b) {
  return a.day === b.day && a.endDay === b.endDay && clockOf(a.start) === b.start && clockOf(a.end) === b.end;
}

/**
 * @param {DraftSession} session
 * @param {string} zone
 * @returns {{start: number, end: number}} µs.
 */
function timesOf({ day, start, endDay, end }, zone) {
  const at = (/** @type {string} */ on, /** @type {string} */ typed) => (msOf(on, clockOf(typed) ?? '', zone) ?? 0) * 1_000;
  return { start: at(day, start), end: at(endDay, end) };
}

/**
 * @param {string} typed
 * @returns {number | null} null: it is no number of minutes.
 */
function minutesTyped(typed) {
  const number = Number(typed.trim().replace(',', '.'));
  return Number.isFinite(number) && number >= 0 && number <= DAY_MINUTES ? number : null;
}

// --- rooms --------------------------------------------------------------------------------------------------------

/**
 * A name for a room's address: "Grote zaal" is "grote-zaal". It stays when the room gets another name.
 *
 * @param {Draft} draft
 * @param {string} name
 */
export function roomId(draft, name) {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40) || 'zaal';
  const taken = new Set(draft.rooms.map(({ id }) => id));
  let id = plain;
  for (let n = 2; taken.has(id); n += 1) id = `${plain}-${n}`;
  return id;
}

/**
 * @param {Draft} draft
 * @param {Room} room
 * @returns {Draft}
 */
export function addRoom(draft, room) {
  return { ...draft, rooms: [...draft.rooms, room] };
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {string} name
 * @returns {Draft}
 */
export function renameRoom(draft, id, name) {
  return { ...draft, rooms: draft.rooms.map((room) => (room.id === id ? { id, name } : room)) };
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {-1 | 1} by Places.
 * @returns {Draft} The same one at the end of the list.
 */
export function moveRoom(draft, id, by) {
  const from = draft.rooms.findIndex((room) => room.id === id);
  const other = draft.rooms[from + by];
  const room = draft.rooms[from];
  if (!room || !other) return draft;
  return { ...draft, rooms: draft.rooms.map((each) => (each === room ? other : each === other ? room : each)) };
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {{to: string | null} | 'with-sessions'} what Where its sessions go; null is: to no room.
 * @returns {Draft}
 */
export function removeRoom(draft, id, what) {
  const rooms = draft.rooms.filter((room) => room.id !== id);
  const sessions = what === 'with-sessions'
    ? draft.sessions.filter(({ room }) => room !== id)
    : draft.sessions.map((session) => (session.room === id ? { ...session, room: what.to } : session));
  return { ...draft, rooms, sessions };
}

// --- days ---------------------------------------------------------------------------------------------------------

/**
 * The days, in order.
 *
 * @param {Draft} draft
 */
export function days({ days: kept, sessions }) {
  return [...new Set([...kept, ...sessions.map(({ day }) => day)])].sort();
}

/**
 * @param {Draft} draft
 * @param {string} day
 * @returns {Draft}
 */
export function addDay(draft, day) {
  return days(draft).includes(day) ? draft : { ...draft, days: [...draft.days, day].sort() };
}

/**
 * A day goes, with what is on it.
 *
 * @param {Draft} draft
 * @param {string} day
 * @returns {Draft}
 */
export function removeDay(draft, day) {
  return { ...draft, days: draft.days.filter((each) => each !== day), sessions: draft.sessions.filter((session) => session.day !== day) };
}

/**
 * The sessions of a day, by time and then by room.
 *
 * @param {Draft} draft
 * @param {string} day
 */
export function ofDay({ rooms, sessions }, day) {
  const place = (/** @type {string | null} */ room) => rooms.findIndex(({ id }) => id === room);
  return sessions.filter((session) => session.day === day).sort((a, b) => startOf(a) - startOf(b) || place(a.room) - place(b.room));
}

// --- sessions -----------------------------------------------------------------------------------------------------

/**
 * A new session behind the last one of its day and room.
 *
 * @param {Draft} draft
 * @param {{id: string, day: string, room: string | null, kind: SessionKind, title: string, lang: string}} session
 * @returns {Draft}
 */
export function addSession(draft, { id, day, room, kind, title, lang }) {
  const before = draft.sessions.filter((each) => each.day === day && each.endDay === day && (room === null || each.room === room || each.room === null));
  const ends = before.map(({ end }) => clockOf(end)).filter((end) => end !== null);
  const start = ends.length > 0 ? ends.reduce((a, b) => (minutesOf(a) >= minutesOf(b) ? a : b)) : MORNING;
  const end = later(day, start, kind === 'break' ? BREAK_MINUTES : TALK_MINUTES);
  /** @type {DraftSession} */
  const made = { id, title, subtitle: '', speakers: [], room, day, start, endDay: end.day, end: end.clock, kind, questions: '', lang, track: '', abstract: '', url: '', hashtag: '', noPhotos: false };
  return { ...addDay(draft, day), sessions: [...draft.sessions, made] };
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {Partial<DraftSession>} change
 * @returns {Draft}
 */
export function changeSession(draft, id, change) {
  return { ...draft, sessions: draft.sessions.map((session) => (session.id === id ? { ...session, ...change, id } : session)) };
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @returns {Draft}
 */
export function removeSession(draft, id) {
  return { ...draft, sessions: draft.sessions.filter((session) => session.id !== id) };
}

/**
 * The same session once more, right behind the first. Its own hashtag and address stay with the first.
 *
 * @param {Draft} draft
 * @param {string} id
 * @param {string} newId
 * @returns {Draft}
 */
export function duplicateSession(draft, id, newId) {
  const session = draft.sessions.find((each) => each.id === id);
  if (!session) return draft;
  const copy = moved({ ...session, id: newId, hashtag: '', url: '' }, minutesLong(session) ?? 0);
  return { ...draft, sessions: [...draft.sessions, copy] };
}

/**
 * A session begins at another time, and takes as long as it did.
 *
 * @param {Draft} draft
 * @param {string} id
 * @param {string} typed
 * @returns {Draft}
 */
export function startAt(draft, id, typed) {
  const session = draft.sessions.find((each) => each.id === id);
  const [was, is] = [session && clockOf(session.start), clockOf(typed)];
  if (!session || !was || !is || minutesLong(session) === null) return changeSession(draft, id, { start: typed });
  const end = later(session.endDay, clockOf(session.end) ?? '', minutesOf(is) - minutesOf(was));
  return changeSession(draft, id, { start: typed, endDay: end.day, end: end.clock });
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {string} typed
 * @returns {Draft}
 */
export function endAt(draft, id, typed) {
  const session = draft.sessions.find((each) => each.id === id);
  return session ? changeSession(draft, id, { end: typed, endDay: session.day }) : draft;
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {number} minutes
 * @returns {Draft}
 */
export function lastFor(draft, id, minutes) {
  const session = draft.sessions.find((each) => each.id === id);
  const start = session && clockOf(session.start);
  if (!session || !start) return draft;
  const end = later(session.day, start, minutes);
  return changeSession(draft, id, { endDay: end.day, end: end.clock });
}

/**
 * @param {Draft} draft
 * @param {string} id
 * @param {string} day
 * @returns {Draft}
 */
export function moveToDay(draft, id, day) {
  const session = draft.sessions.find((each) => each.id === id);
  if (!session) return draft;
  const longer = Math.round((Date.parse(session.endDay) - Date.parse(session.day)) / (DAY_MINUTES * MINUTE_MS));
  return changeSession(addDay(draft, session.day), id, { day, endDay: dayAfter(day, longer) });
}

/**
 * Move a session, and with `rest` all that follows it in its room, until there is nothing for six hours.
 *
 * @param {Draft} draft
 * @param {string} id
 * @param {number} minutes
 * @param {boolean} [rest]
 * @returns {Draft}
 */
export function shift(draft, id, minutes, rest = false) {
  const session = draft.sessions.find((each) => each.id === id);
  if (!session) return draft;
  const ids = new Set([session, ...(rest ? following(draft, session) : [])].map((each) => each.id));
  return { ...draft, sessions: draft.sessions.map((each) => (ids.has(each.id) ? moved(each, minutes) : each)) };
}

/**
 * @param {Draft} draft
 * @param {DraftSession} session
 */
function following(draft, session) {
  const after = ofDay(draft, session.day).filter((each) => each.id !== session.id && each.room === session.room && startOf(each) >= startOf(session));
  const found = [];
  let end = startOf(session) + (minutesLong(session) ?? 0);
  for (const each of after) {
    if (startOf(each) - end >= NIGHT_MINUTES) break;
    found.push(each);
    end = Math.max(end, startOf(each) + (minutesLong(each) ?? 0));
  }
  return found;
}

/**
 * @param {DraftSession} session
 * @param {number} minutes
 * @returns {DraftSession} The same one where its times are wrong.
 */
function moved(session, minutes) {
  const [start, end] = [clockOf(session.start), clockOf(session.end)];
  if (start === null || end === null) return session;
  const [from, to] = [later(session.day, start, minutes), later(session.endDay, end, minutes)];
  return { ...session, day: from.day, start: from.clock, endDay: to.day, end: to.clock };
}

/**
 * Minutes since the day began; at its end where the time is wrong, so that it is seen.
 *
 * @param {DraftSession} session
 */
export function startOf({ start }) {
  const typed = clockOf(start);
  return typed === null ? DAY_MINUTES : minutesOf(typed);
}

/**
 * How long a session takes by the clock on the wall, in minutes.
 *
 * @param {DraftSession} session
 * @returns {number | null} null: its times are wrong, or it would end before it begins.
 */
export function minutesLong({ day, start, endDay, end }) {
  const [from, to] = [clockOf(start), clockOf(end)];
  if (from === null || to === null) return null;
  const days_ = Math.round((Date.parse(endDay) - Date.parse(day)) / (DAY_MINUTES * MINUTE_MS));
  const minutes = days_ * DAY_MINUTES + minutesOf(to) - minutesOf(from);
  return minutes >= 0 ? minutes : null;
}
