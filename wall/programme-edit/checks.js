/** @import {Draft, DraftSession} from './model.js' */
import { countGraphemes } from '../lib/graphemes.js';
import { minutesLong } from './model.js';
import { clockOf, msOf } from './moments.js';

/**
 * What is wrong with a programme, and what is odd: pure.
 *
 * @typedef {object} Flaw
 * @property {string} id Of a session or a room.
 * @property {string} field
 * @property {string} code The end of a key of the texts `programme-edit.flaw.…`.
 * @property {boolean} blocks It cannot be saved like this; else it is only said.
 * @property {string} [other] The session that it is about.
 * @property {{n: number, m: number}} [holes] Of a text that is too long: how many characters fit, and how many there are.
 */

/** How many characters fit; the server has the last word. */
const FITS = { title: 200, subtitle: 200, track: 80, hashtag: 60, abstract: 4_000 };
const NAME_FITS = 100;
const ABOUT_FITS = 1_000;
const MAX_QUESTIONS = 240;
/** Two weeks, in minutes. */
const MAX_LONG = 14 * 24 * 60;

/**
 * @param {Draft} draft
 * @returns {Flaw[]}
 */
export function flaws(draft) {
  return [...draft.rooms.flatMap((room) => roomFlaws(draft, room)), ...draft.sessions.flatMap((session) => sessionFlaws(session, draft.zone)), ...overlaps(draft)];
}

/**
 * @param {Draft} draft
 * @param {{id: string, name: string}} room
 * @returns {Flaw[]}
 */
function roomFlaws(draft, { id, name }) {
  if (!name.trim()) return [{ id, field: 'room', code: 'room-name', blocks: true }];
  const twice = draft.rooms.some((other) => other.id !== id && other.name.trim().toLowerCase() === name.trim().toLowerCase());
  return twice ? [{ id, field: 'room', code: 'room-twice', blocks: true }] : tooLong(id, 'room', name, NAME_FITS);
}

/**
 * @param {string} id
 * @param {string} field
 * @param {string} text
 * @param {number} fits
 * @returns {Flaw[]}
 */
function tooLong(id, field, text, fits) {
  const has = text.length > fits ? countGraphemes(text.trim()) : 0;
  return has > fits ? [{ id, field, code: 'long', blocks: true, holes: { n: fits, m: has } }] : [];
}

/**
 * @param {DraftSession} session
 * @param {string} zone
 * @returns {Flaw[]}
 */
function sessionFlaws(session, zone) {
  const { id, title, questions, url, hashtag } = session;
  const found = [...timeFlaws(session, zone), ...speakerFlaws(session)];
  for (const [field, fits] of Object.entries(FITS)) found.push(...tooLong(id, field, String(session[/** @type {keyof typeof FITS} */ (field)]), fits));
  if (!title.trim()) found.push({ id, field: 'title', code: 'title', blocks: true });
  const asked = Number(questions.trim().replace(',', '.'));
  if (!(asked >= 0 && asked <= MAX_QUESTIONS)) found.push({ id, field: 'questions', code: 'minutes', blocks: true });
  else if (asked > (minutesLong(session) ?? asked)) found.push({ id, field: 'questions', code: 'questions-long', blocks: false });
  if (url.trim() && !/^https?:\/\/[^\s]+$/i.test(url.trim())) found.push({ id, field: 'url', code: 'url', blocks: true });
  if (hashtag.trim() && !/^#?[\p{L}\p{M}\p{N}_·・]+$/u.test(hashtag.trim())) found.push({ id, field: 'hashtag', code: 'hashtag', blocks: true });
  return found;
}

/**
 * @param {DraftSession} session
 * @returns {Flaw[]}
 */
function speakerFlaws({ id, speakers }) {
  return speakers.flatMap(({ name, about }, n) => {
    const field = `speaker-${n}`;
    if (about.trim() && !name.trim()) return [{ id, field, code: 'speaker', blocks: true }];
    return [...tooLong(id, field, name, NAME_FITS), ...tooLong(id, `about-${n}`, about, ABOUT_FITS)];
  });
}

/**
 * @param {DraftSession} session
 * @param {string} zone
 * @returns {Flaw[]}
 */
function timeFlaws(session, zone) {
  const { id, day, start, endDay, end } = session;
  const [from, to] = [clockOf(start), clockOf(end)];
  /** @type {Flaw[]} */
  const found = [];
  if (from === null) found.push({ id, field: 'start', code: 'time', blocks: true });
  else if (msOf(day, from, zone) === null) found.push({ id, field: 'start', code: 'no-such-time', blocks: true });
  if (to === null) found.push({ id, field: 'end', code: 'time', blocks: true });
  else if (msOf(endDay, to, zone) === null) found.push({ id, field: 'end', code: 'no-such-time', blocks: true });
  if (from === null || to === null || found.length > 0) return found;
  const long = minutesLong(session);
  if (!long) found.push({ id, field: 'end', code: 'end-before', blocks: true });
  else if (long > MAX_LONG) found.push({ id, field: 'end', code: 'too-long', blocks: true });
  return found;
}

/**
 * Sessions that are in one room at one time; both are told of the other.
 *
 * @param {Draft} draft
 * @returns {Flaw[]}
 */
export function overlaps(draft) {
  /** @type {Map<string, {session: DraftSession, start: number, end: number}[]>} */
  const inRoom = new Map();
  for (const session of draft.sessions) {
    const [from, to] = [clockOf(session.start), clockOf(session.end)];
    if (session.room === null || from === null || to === null) continue;
    const [start, end] = [msOf(session.day, from, draft.zone), msOf(session.endDay, to, draft.zone)];
    if (start === null || end === null || end <= start) continue;
    const here = inRoom.get(session.room) ?? [];
    inRoom.set(session.room, here);
    here.push({ session, start, end });
  }
  return [...inRoom.values()].flatMap(clashes);
}

/**
 * @param {{session: DraftSession, start: number, end: number}[]} here
 * @returns {Flaw[]}
 */
function clashes(here) {
  /** @type {Flaw[]} */
  const found = [];
  const byStart = here.toSorted((a, b) => a.start - b.start);
  byStart.forEach((one, n) => {
    for (const other of byStart.slice(n + 1)) {
      if (other.start >= one.end) break;
      found.push(clash(one.session, other.session), clash(other.session, one.session));
    }
  });
  return found;
}

/**
 * @param {DraftSession} session
 * @param {DraftSession} other
 * @returns {Flaw}
 */
function clash(session, other) {
  return { id: session.id, field: 'start', code: 'overlap', blocks: false, other: other.id };
}
