/** @import {PaperFile, Paper, Translate} from '../types.js' */
/** @import {Timed} from '../lib/programme.js' */

/**
 * The keepers' shelf: pure functions.
 *
 * @typedef {PaperFile & {name?: string, flags?: readonly string[], old?: boolean, at: number}} KeptFile Also with what staff are told.
 * @typedef {Omit<Paper, 'files'> & {abstract: string, embargo: boolean, files: readonly KeptFile[], fetched?: number, at: number}} KeptPaper
 * @typedef {{at: number, n: number, distinct: number}} Hour `at` in µs.
 * @typedef {{title: string, authors: readonly string[], abstract: string, lang: string}} Suggestion
 */

const HOUR_US = 3_600_000_000;
/** More bars than this are narrower than a finger can follow. */
const MAX_BARS = 48;

/**
 * The sections of the page: every session that somebody may put papers at, in the order of time, then what belongs to none.
 *
 * @param {readonly KeptPaper[]} papers
 * @param {readonly Timed[]} sessions
 * @param {string | null} only A speaker's session; null: staff, who may everything.
 * @returns {{session: Timed | null, papers: readonly KeptPaper[]}[]}
 */
export function sections(papers, sessions, only) {
  if (only !== null) {
    const own = sessions.find(({ id }) => id === only) ?? null;
    return [{ session: own, papers: papers.filter(({ session }) => session === only) }];
  }
  const known = new Set(sessions.map(({ id }) => id));
  const talks = sessions.filter(({ id, kind }) => kind !== 'break' || papers.some(({ session }) => session === id));
  const rows = talks.map((session) => ({ session, papers: papers.filter((paper) => paper.session === session.id) }));
  return [...rows, { session: null, papers: papers.filter(({ session }) => session === null || !known.has(session)) }];
}

/** "rapport_2026-def.pdf" → "rapport 2026 def". @param {string} name */
export function titleOf(name) {
  const bare = name.replace(/\.[a-z0-9]{1,5}$/i, '').replace(/[_\s]+/g, ' ').trim();
  return bare.replace(/(\S)-(?=\S)/g, '$1 ') || name;
}

/**
 * What the file says of itself, where the paper says something else.
 *
 * @param {Suggestion | null | undefined} suggestion
 * @param {KeptPaper} paper
 * @returns {{field: 'title' | 'authors' | 'abstract', words: string, change: Record<string, unknown>}[]}
 */
export function offers(suggestion, paper) {
  if (!suggestion) return [];
  const found = [];
  const { title, authors, abstract } = suggestion;
  if (title && title !== paper.title) found.push({ field: /** @type {const} */ ('title'), words: title, change: { title } });
  if (authors.length > 0 && authors.join('\n') !== paper.authors.join('\n')) found.push({ field: /** @type {const} */ ('authors'), words: authors.join(', '), change: { authors } });
  if (abstract && !paper.abstract) found.push({ field: /** @type {const} */ ('abstract'), words: abstract, change: { abstract } });
  return found;
}

/**
 * "nog 2 minuten": how long an upload takes, told no finer than anybody can trust.
 *
 * @param {number | null} seconds
 * @param {Translate} t
 */
export function leftWords(seconds, t) {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  if (seconds < 10) return t('shelf.left.moment');
  if (seconds < 55) return t('shelf.left.seconds', { n: Math.ceil(seconds / 10) * 10 });
  return t('shelf.left.minutes', { n: Math.ceil(seconds / 60) });
}

/**
 * Hours without a hole between the first and the last, at most so many as fit: the newest.
 *
 * @param {readonly Hour[]} hours In any order.
 * @returns {Hour[]}
 */
export function filledHours(hours) {
  if (hours.length === 0) return [];
  const byHour = new Map(hours.map((hour) => [Math.floor(hour.at / HOUR_US), hour]));
  const last = Math.max(...byHour.keys());
  const first = Math.max(Math.min(...byHour.keys()), last - MAX_BARS + 1);
  return Array.from({ length: last - first + 1 }, (_, step) => byHour.get(first + step) ?? { at: (first + step) * HOUR_US, n: 0, distinct: 0 });
}

/**
 * Bars of a small chart.
 *
 * @param {readonly Hour[]} hours Without holes.
 * @param {number} width
 * @param {number} height
 * @returns {{x: number, y: number, width: number, height: number}[]}
 */
export function bars(hours, width, height) {
  const most = Math.max(1, ...hours.map(({ n }) => n));
  const step = Math.min(12, width / Math.max(1, hours.length));
  return hours.map(({ n }, at) => {
    const tall = n === 0 ? 1 : Math.max(2, (n / most) * height);
    return { x: round(at * step), y: round(height - tall), width: round(Math.max(1, step - 2)), height: round(tall) };
  });
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
