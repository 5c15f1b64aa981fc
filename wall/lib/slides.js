/** @import {CheckWord, Paper, PaperFile, Programme, ProgrammeItem, Translate} from '../types.js' */
/** @import {PollSlide, QuestionSlide, QuestionsSlide} from './hall-slides.js' */
/** @import {Timed} from './programme.js' */
import { clock, comingHour, currentDay, dayName, dayOf, nowAndNext, ofDay, roomName } from './programme.js';

/**
 * What is written on the scenes of the programme and the papers: plain values, for `screen/scenes.js` to draw. Pure; the same words
 * give the same value, so that a screen draws anew only when something changed.
 *
 * @typedef {{qr: string, short: string}} Way A code that leads somewhere, and the address that is in it, to type.
 * @typedef {{label: string, word: string} | null} Check The word that the phone shows too.
 *
 * @typedef {object} Row A session in a list.
 * @property {string} id
 * @property {string} time When it begins; empty where the one above it begins at the same time.
 * @property {string} late "6 min later"; empty when it is on time.
 * @property {string} title
 * @property {string} who
 * @property {string} room
 * @property {boolean} free A break.
 * @property {'over' | 'on' | 'coming'} state
 *
 * @typedef {object} Facts
 * @property {Translate} t
 * @property {string} lang
 * @property {Programme | null} programme
 * @property {ProgrammeItem | null | undefined} item
 * @property {readonly Timed[]} sessions As `effective` gives them.
 * @property {number} nowMs The server's clock.
 * @property {string | null} room Of this screen.
 * @property {Way & {check?: CheckWord | undefined}} join The symposium's own.
 * @property {string} title Of the symposium.
 * @property {number} shelf How many papers there are.
 * @property {readonly string[]} [languages] Of the symposium.
 */

/** What stands behind the short address of all papers: longer than any code. */
export const ALL_PAPERS = 'PAPERS';
/** More names than this are "and so many others". */
const NAMES_MAX = 4;
const ROW_NAMES_MAX = 3;
/** A longer one is the story of a life. In characters. */
const ABOUT_MAX = 90;
/** Nobody reads further ahead than this from a screen. */
const NEXT_MAX = 12;
/** More sessions of one day than this are not listed on a screen. */
const DAY_MAX = 200;

/**
 * @typedef {{kind: 'programme', label: string, now: Item[], doneFrom: number, doneTo: number, over: string, rows: Row[], join: Way, check: Check}} ProgrammeSlide
 *   `doneFrom`, `doneTo`: of the one session that runs, in ms; 0: none, or several.
 * @typedef {{id: string, over: string, late: string, title: string, who: string}} Item
 *
 * @param {Facts} facts
 * @returns {ProgrammeSlide | null} null: there is nothing to tell.
 */
export function programmeSlide(facts) {
  const { t, sessions, item, nowMs, room, programme } = facts;
  const zone = programme?.zone ?? '';
  const { now, next } = nowAndNext(sessions, item, nowMs, { zone, room });
  const coming = next.length > 0 || now.length > 0 ? next : later(sessions, nowMs);
  const [first] = coming;
  const group = now.length > 0 ? now : coming.filter(({ startMs }) => startMs === first?.startMs);
  if (group.length === 0) return null;
  const rest = coming.filter((each) => !group.includes(each)).slice(0, NEXT_MAX);
  const one = now.length === 1 ? now[0] : null;
  return {
    kind: 'programme',
    label: t('screen.programme'),
    now: group.map((each) => ({ id: each.id, over: now.length > 0 ? overNow(facts, each) : overNext(facts, each), late: lateText(t, each.late), title: each.title, who: names(t, each, NAMES_MAX) })),
    doneFrom: one?.startMs ?? 0,
    doneTo: one?.endMs ?? 0,
    over: rest.length > 0 ? (now.length > 0 ? t('screen.next') : t('screen.then')) : '',
    rows: rows(facts, rest),
    join: joinOf(facts),
    check: checkOf(facts),
  };
}

/**
 * The first day that comes.
 *
 * @param {readonly Timed[]} sessions
 * @param {number} nowMs
 */
function later(sessions, nowMs) {
  const coming = sessions.filter(({ startMs }) => startMs > nowMs);
  const [first] = coming;
  return first ? ofDay(coming, first.day) : [];
}

/**
 * @param {Facts} facts
 * @param {Timed} session
 */
function overNow({ t, lang, programme }, session) {
  return dots(t('screen.now'), roomName(programme, session.room), t('screen.until', { time: clock(lang, programme?.zone ?? '', session.endMs) }));
}

/**
 * @param {Facts} facts
 * @param {Timed} session
 */
function overNext({ t, lang, programme, nowMs }, session) {
  const zone = programme?.zone ?? '';
  const { day } = session;
  const when = day === dayOf(nowMs, zone) ? t('screen.next') : capital(dayName(lang, day), lang);
  return dots(when, clock(lang, zone, session.startMs), roomName(programme, session.room));
}

/**
 * @typedef {{kind: 'day', label: string, rows: Row[], from: number, join: Way, joinWord: string, check: Check}} DaySlide
 *   `from`: the first that is not over; where not everything fits, what is over is left out.
 *
 * @param {Facts} facts
 * @returns {DaySlide | null}
 */
export function daySlide(facts) {
  const { t, lang, sessions, nowMs, programme } = facts;
  const zone = programme?.zone ?? '';
  const day = currentDay(sessions, nowMs, zone);
  const all = ofDay(sessions, day).slice(0, DAY_MAX);
  if (all.length === 0) return null;
  const list = rows(facts, all);
  const from = list.findIndex(({ state }) => state !== 'over');
  return { kind: 'day', label: dots(t('screen.programme'), dayName(lang, day)), rows: list, from: from === -1 ? 0 : from, join: joinOf(facts), joinWord: t('join'), check: checkOf(facts) };
}

/**
 * @typedef {{kind: 'session', over: string, late: string, house: string, title: string, names: string[], others: string, under: string, note: string, questions: string, join: Way, check: Check}} SessionSlide
 *
 * @param {Facts} facts
 * @param {Timed} session
 * @returns {SessionSlide}
 */
export function sessionSlide(facts, session) {
  const { t, lang, programme, title } = facts;
  const zone = programme?.zone ?? '';
  const { speakers, startMs, endMs, late } = session;
  const shown = speakers.length > NAMES_MAX + 2 ? speakers.slice(0, NAMES_MAX) : speakers;
  const [only] = speakers;
  return {
    kind: 'session',
    over: dots(roomName(programme, session.room), `${clock(lang, zone, startMs)} – ${clock(lang, zone, endMs)}`),
    late: lateText(t, late),
    house: title,
    title: session.title,
    names: shown.map(({ name }) => name),
    others: others(t, speakers.length - shown.length),
    // Who somebody is, in a few words, fits one name; under several it would be a riddle whose it is.
    under: (speakers.length === 1 && (only?.about?.length ?? 0) <= ABOUT_MAX && only?.about) || session.subtitle || '',
    note: session.noPhotos ? t('screen.no-photos') : '',
    questions: session.kind === 'break' ? t('join') : t('screen.questions'),
    join: joinOf(facts, session),
    check: checkOf(facts),
  };
}

/**
 * @typedef {{kind: 'paper', overWord: string, over: string, title: string, names: string[], others: string, facts: string, way: Way, typeIt: string, caption: string, later: string}} PaperSlide
 *
 * @param {Facts} facts
 * @param {Paper} paper
 * @param {Timed | null} session
 * @returns {PaperSlide}
 */
export function paperSlide(facts, paper, session) {
  const { t } = facts;
  const shown = paper.authors.length > NAMES_MAX ? paper.authors.slice(0, NAMES_MAX - 1) : paper.authors;
  return {
    kind: 'paper',
    overWord: session ? t(`screen.form-of.${paper.form}`) : t(`screen.form.${paper.form}`),
    over: session?.title ?? '',
    title: paper.title,
    names: [...shown],
    others: others(t, paper.authors.length - shown.length),
    facts: fileFacts(facts, paper),
    way: wayTo(facts.join, paper.code),
    typeIt: t('screen.or-type'),
    caption: paper.open ? t('screen.read-now') : openText(facts, paper),
    later: paper.open ? t('screen.read-later') : '',
  };
}

/**
 * @typedef {{id: string, title: string, who: string, way: Way}} PaperRow
 * @typedef {{kind: 'papers', overWord: string, over: string, rows: PaperRow[], singles: PaperSlide[]}} PapersSlide `singles`: each by itself, where not more fit.
 *
 * @param {Facts} facts
 * @param {readonly Paper[]} papers At least one.
 * @param {Timed | null} session
 * @returns {PapersSlide}
 */
export function papersSlide(facts, papers, session) {
  const { t, join } = facts;
  return {
    kind: 'papers',
    overWord: session ? t('screen.papers-of') : t('screen.papers'),
    over: session?.title ?? '',
    rows: papers.map((paper) => ({ id: paper.id, title: paper.title, who: listed(t, paper.authors, ROW_NAMES_MAX), way: wayTo(join, paper.code) })),
    singles: papers.map((paper) => paperSlide(facts, paper, session)),
  };
}

/**
 * @typedef {{kind: 'safe', title: string, over: string, rows: Row[], join: Way, joinWord: string, papers: Way | null, papersWord: string}} SafeSlide
 *
 * @param {Facts} facts
 * @returns {SafeSlide | null} null: nothing comes any more, or nothing is known.
 */
export function safeSlide(facts) {
  const { t, sessions, item, nowMs, programme, join, title } = facts;
  const soon = comingHour(sessions, item, nowMs, programme?.zone ?? '');
  if (soon.length === 0) return null;
  return {
    kind: 'safe', title, over: t('screen.hour'), rows: rows(facts, soon),
    join: joinOf(facts), joinWord: t('join'),
    papers: facts.shelf > 0 ? wayTo(join, ALL_PAPERS) : null, papersWord: t('screen.all-papers'),
  };
}

/**
 * A screen that is being paired.
 *
 * @typedef {{kind: 'pair', title: string, code: string, how: string, address: string, name: string}} PairSlide `name`: it was paired, and is called so.
 *
 * @param {Translate} t
 * @param {{code: string, address: string, name: string}} state `code`: empty while there is none.
 * @returns {PairSlide}
 */
export function pairSlide(t, { code, address, name }) {
  return {
    kind: 'pair', name, code,
    title: name ? t('screen.pair.done', { name }) : t('screen.pair.title'),
    how: name ? '' : t(code ? 'screen.pair.how' : 'screen.pair.wait'),
    address: name ? '' : address,
  };
}

/** @typedef {QuestionSlide | QuestionsSlide | PollSlide} HallSlide */
/** @typedef {ProgrammeSlide | DaySlide | SessionSlide | PaperSlide | PapersSlide | SafeSlide | PairSlide | HallSlide} Slide */

/**
 * @param {Facts} facts
 * @param {readonly Timed[]} sessions In the order of time.
 * @returns {Row[]}
 */
function rows({ t, lang, programme, nowMs }, sessions) {
  const zone = programme?.zone ?? '';
  return sessions.map((each, index) => ({
    id: each.id,
    time: sessions[index - 1]?.startMs === each.startMs ? '' : clock(lang, zone, each.startMs),
    late: sessions[index - 1]?.startMs === each.startMs && sessions[index - 1]?.late === each.late ? '' : lateText(t, each.late),
    title: each.title,
    who: names(t, each, ROW_NAMES_MAX),
    room: roomName(programme, each.room),
    free: each.kind === 'break',
    state: each.endMs <= nowMs ? 'over' : each.startMs <= nowMs ? 'on' : 'coming',
  }));
}

/**
 * Where the code of a screen leads: of a screen in a room, to that room; of a title card, to the session.
 *
 * @param {Facts} facts
 * @param {Timed | null} [session]
 * @returns {Way}
 */
export function joinOf({ programme, room, join }, session = null) {
  const code = programme?.rooms.find(({ id }) => id === room)?.code;
  return wayTo(join, code ?? session?.code ?? null);
}

/**
 * @param {Way} join
 * @param {string | null | undefined} code
 * @returns {Way} Where there is no code, how one joins.
 */
export function wayTo({ qr, short }, code) {
  if (!code) return { qr, short };
  const plain = /\/[^/A-Z]+$/.test(short) ? code.toLowerCase() : code;
  return { qr: `${qr}${qr.includes('?') ? '&' : '?'}code=${encodeURIComponent(code)}`, short: `${short}/${plain}` };
}

/**
 * @param {Facts} facts
 * @returns {Check}
 */
export function checkOf({ t, join, lang }) {
  const word = join.check?.[/** @type {'nl' | 'en'} */ (lang)];
  return word ? { label: t('screen.check'), word } : null;
}

/**
 * @param {Translate} t
 * @param {number} late In minutes.
 */
function lateText(t, late) {
  if (late === 0) return '';
  return late > 0 ? t('screen.late', { n: late }) : t('screen.early', { n: -late });
}

/**
 * @param {Translate} t
 * @param {Timed} session
 * @param {number} most
 */
function names(t, { speakers }, most) {
  return listed(t, speakers.map(({ name }) => name), most);
}

/**
 * @param {Translate} t
 * @param {readonly string[]} all
 * @param {number} most
 */
function listed(t, all, most) {
  const shown = all.length > most ? all.slice(0, most - 1) : all;
  return [shown.join(', '), others(t, all.length - shown.length)].filter(Boolean).join(' ');
}

/**
 * @param {Translate} t
 * @param {number} n
 */
function others(t, n) {
  return n > 0 ? t('screen.others', { n }) : '';
}

/**
 * "34 bladzijden · pdf · 1,2 MB": of the newest file, in the language of the screen where there is one.
 *
 * @param {Facts} facts
 * @param {Paper} paper
 */
function fileFacts({ t, lang }, { files, link }) {
  const file = files.findLast((each) => each.lang === lang) ?? files.at(-1);
  if (!file) return link ? hostOf(link) : '';
  return dots(file.pages ? t('screen.pages', { n: file.pages }) : '', typeName(file), sizeText(lang, file.size));
}

/**
 * @param {Facts} facts
 * @param {Paper} paper
 */
function openText({ t, lang, programme, nowMs }, { opensAt }) {
  if (opensAt === null || opensAt / 1_000 <= nowMs) return t('screen.opens-later');
  const zone = programme?.zone ?? '';
  const ms = opensAt / 1_000;
  const time = clock(lang, zone, ms);
  const day = dayOf(ms, zone);
  return t('screen.opens-at', { time: day === dayOf(nowMs, zone) ? time : `${dayName(lang, day)}, ${time}` });
}

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/epub+zip': 'epub',
  'text/plain': 'txt',
};

/** @param {PaperFile} file */
function typeName({ type }) {
  const name = type.split('/').at(-1) ?? '';
  return TYPES[type] ?? (/^[a-z0-9]{1,5}$/.test(name) ? name : '');
}

/**
 * "1,2 MB".
 *
 * @param {string} lang
 * @param {number} bytes
 */
export function sizeText(lang, bytes) {
  const [n, unit, digits] = bytes >= 950_000 ? [bytes / 1e6, 'MB', bytes < 9.5e6 ? 1 : 0] : [Math.max(1, bytes / 1_000), 'kB', 0];
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(n)}\u00A0${unit}`;
}

/** @param {string} link */
function hostOf(link) {
  try {
    return new URL(link).host;
  } catch {
    return '';
  }
}

/** @param {...string} parts */
function dots(...parts) {
  return parts.filter(Boolean).join(' · ');
}

/**
 * @param {string} text
 * @param {string} lang
 */
function capital(text, lang) {
  return text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);
}
