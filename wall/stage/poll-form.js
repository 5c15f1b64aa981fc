/** A poll in the making: what its editor holds, what is not right yet, and what the server gets. Pure. */

/** @import {Lang, Poll, PollKind} from '../types.js' */
import { countGraphemes } from '../lib/graphemes.js';

/**
 * @typedef {{nl: string, en: string}} Both
 * @typedef {'live' | 'voted' | 'closed'} Reveal When a phone sees the result.
 *
 * @typedef {object} PollForm All as it was typed, also what this kind does not use: nothing is lost by choosing another one.
 * @property {PollKind} kind
 * @property {ReadonlyArray<Lang>} langs In which it is asked: at least one.
 * @property {Both} title
 * @property {ReadonlyArray<Both>} options
 * @property {readonly [Both, Both]} ends Of a scale.
 * @property {string} most Of several options.
 * @property {{low: string, high: string}} scale
 * @property {{low: string, high: string}} number
 * @property {number | null} right Of a quiz: which option.
 * @property {number} seconds
 * @property {number} quizSeconds A quiz always has a time.
 * @property {Reveal} reveal
 * @property {boolean} binding
 * @property {string | null} session
 * @property {boolean} withSession
 * @property {string | null} again
 *
 * @typedef {{field: string, code: string, n?: number}} Fault `field`: the id of what to go to.
 */

/** @type {ReadonlyArray<PollKind>} */
export const KINDS = ['single', 'several', 'scale', 'ranking', 'words', 'number', 'quiz', 'statements'];
/** @type {ReadonlyArray<Lang>} */
export const LANGS = ['nl', 'en'];
/** @type {ReadonlyArray<Reveal>} */
export const REVEALS = ['live', 'voted', 'closed'];
/** The server takes no longer ones. In graphemes. */
export const LONGEST = { title: 200, option: 120, end: 40 };
/** A scale has at most so many points, and none further from 0. */
const MOST_POINTS = 11;
const MOST_NUMBER = 1_000_000_000;
const QUIZ_S = 20;

/** @param {PollKind} kind */
export function hasOptions(kind) {
  return !['scale', 'words', 'number'].includes(kind);
}

/** @param {PollKind} kind How many options it has at most. */
export function mostOptions(kind) {
  return kind === 'statements' ? 100 : 20;
}

/** @param {PollKind} kind Whether printed codes can vote in it: an answer in words is a post of a phone. */
export function canBind(kind) {
  return kind !== 'words';
}

/** @returns {Both} */
export const nothing = () => ({ nl: '', en: '' });

/**
 * @param {ReadonlyArray<Lang>} langs
 * @returns {PollForm}
 */
export function emptyForm(langs) {
  return {
    kind: 'single', langs, title: nothing(), options: [nothing(), nothing()], ends: [nothing(), nothing()], most: '2', scale: { low: '1', high: '5' },
    number: { low: '0', high: '100' }, right: null, seconds: 0, quizSeconds: QUIZ_S, reveal: 'closed', binding: false, session: null, withSession: false, again: null,
  };
}

/**
 * @param {Poll} poll
 * @returns {PollForm} What an editor shows of it.
 */
export function formOf(poll) {
  const empty = emptyForm(LANGS.filter((lang) => poll.title[lang]));
  const range = { low: String(poll.low), high: String(poll.high) };
  return {
    ...empty, kind: poll.kind, title: { ...nothing(), ...poll.title }, options: poll.options.length > 0 ? poll.options.map((each) => ({ ...nothing(), ...each })) : empty.options,
    ends: [{ ...nothing(), ...poll.ends[0] }, { ...nothing(), ...poll.ends[1] }], most: poll.kind === 'several' ? String(poll.most) : empty.most,
    scale: poll.kind === 'scale' ? range : empty.scale, number: poll.kind === 'number' ? range : empty.number, right: poll.right,
    seconds: poll.kind === 'quiz' ? 0 : poll.seconds, quizSeconds: (poll.kind === 'quiz' && poll.seconds) || QUIZ_S, reveal: REVEALS.find((each) => each === poll.reveal) ?? 'closed', binding: poll.binding,
    session: poll.session, withSession: poll.withSession, again: poll.again,
  };
}

/**
 * The same poll, to be asked again later: all but its moment.
 *
 * @param {Poll} poll
 * @returns {PollForm}
 */
export function askedAgain(poll) {
  return { ...formOf(poll), withSession: false, again: poll.id };
}

/**
 * @param {Poll} poll
 * @returns {PollForm} One like it, that stands by itself.
 */
export function copyOf(poll) {
  return { ...formOf(poll), withSession: false, again: null };
}

// --- options ---------------------------------------------------------------------------------------------------

/** @param {PollForm} form @returns {PollForm} With room for one more, as far as there may be more. */
export function withOption(form) {
  return form.options.length < mostOptions(form.kind) ? { ...form, options: [...form.options, nothing()] } : form;
}

/**
 * @param {PollForm} form
 * @param {number} at
 * @returns {PollForm} Without it; the right answer stays the same one, or is gone with it.
 */
export function withoutOption(form, at) {
  const right = form.right === null || form.right === at ? null : form.right > at ? form.right - 1 : form.right;
  return { ...form, options: form.options.filter((_, n) => n !== at), right };
}

/**
 * @param {PollForm} form
 * @param {number} at
 * @param {-1 | 1} by
 * @returns {PollForm} One place earlier or later; the ends hold it, and the right answer goes along.
 */
export function movedOption(form, at, by) {
  const to = at + by;
  const [one, other] = [form.options[at], form.options[to]];
  if (!one || !other) return form;
  const right = form.right === at ? to : form.right === to ? at : form.right;
  return { ...form, options: form.options.map((each, n) => (n === at ? other : n === to ? one : each)), right };
}

/** @param {PollForm} form The places of the options that have words: empty ones are left out, but of a poll that must be like an earlier one. */
function filled({ options, langs, again }) {
  return options.flatMap((option, at) => (again !== null || langs.some((lang) => option[lang].trim()) ? [at] : []));
}

// --- checking --------------------------------------------------------------------------------------------------

/**
 * What is not right yet, in the order of the page.
 *
 * @param {PollForm} form
 * @returns {Fault[]} None: it can be kept.
 */
export function faults(form) {
  const { kind, langs, title } = form;
  return [
    ...langs.flatMap((lang) => wordFaults(`poll-title-${lang}`, title[lang], LONGEST.title, 'title-missing')),
    ...(hasOptions(kind) ? optionFaults(form) : []),
    ...(kind === 'several' ? mostFaults(form) : []),
    ...(kind === 'scale' ? scaleFaults(form) : []),
    ...(kind === 'number' ? numberFaults(form) : []),
    ...(kind === 'quiz' && (form.right === null || !filled(form).includes(form.right)) ? [{ field: 'poll-right-0', code: 'right-missing' }] : []),
  ];
}

/**
 * @param {string} field
 * @param {string} words
 * @param {number} most
 * @param {string} missing The code where there are none.
 * @returns {Fault[]}
 */
function wordFaults(field, words, most, missing) {
  const n = countGraphemes(words.trim());
  if (n === 0) return [{ field, code: missing }];
  return n > most ? [{ field, code: 'too-long', n: n - most }] : [];
}

/** @param {PollForm} form @returns {Fault[]} */
function optionFaults(form) {
  const { kind, langs, options } = form;
  const [first = 'nl'] = langs;
  const places = filled(form);
  const least = kind === 'statements' ? 1 : 2;
  if (places.length < least) {
    const empty = options.findIndex((_, at) => !places.includes(at));
    return [{ field: `poll-option-${Math.max(0, empty)}-${first}`, code: kind === 'statements' ? 'no-statement' : 'too-few' }];
  }
  return places.flatMap((at) => langs.flatMap((lang) => {
    const words = options[at]?.[lang] ?? '';
    const twice = words.trim() !== '' && places.some((other) => other < at && same(options[other]?.[lang] ?? '', words));
    return twice ? [{ field: `poll-option-${at}-${lang}`, code: 'twice' }] : wordFaults(`poll-option-${at}-${lang}`, words, LONGEST.option, 'language-missing');
  }));
}

/** @param {string} a @param {string} b */
function same(a, b) {
  return a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();
}

/** @param {PollForm} form @returns {Fault[]} */
function mostFaults(form) {
  const n = filled(form).length;
  const most = whole(form.most);
  return n >= 2 && (most === null || most < 1 || most > n) ? [{ field: 'poll-most', code: 'most-wrong', n }] : [];
}

/** @param {PollForm} form @returns {Fault[]} */
function scaleFaults({ scale, ends, langs }) {
  const [low, high] = [whole(scale.low), whole(scale.high)];
  const points = low === null || high === null ? 0 : high - low + 1;
  const wrong = low === null || Math.abs(low) > MOST_POINTS || points < 2 || points > MOST_POINTS;
  const words = ends.flatMap((end, at) => (langs.some((lang) => end[lang].trim()) ? langs.flatMap((lang) => wordFaults(`poll-end-${at}-${lang}`, end[lang], LONGEST.end, 'language-missing')) : []));
  return [...(wrong ? [{ field: 'poll-low', code: 'scale-wrong' }] : []), ...words];
}

/** @param {PollForm} form @returns {Fault[]} */
function numberFaults({ number }) {
  const [low, high] = [whole(number.low), whole(number.high)];
  const fits = low !== null && high !== null && low < high && Math.abs(low) <= MOST_NUMBER && Math.abs(high) <= MOST_NUMBER;
  return fits ? [] : [{ field: 'poll-low', code: 'number-wrong' }];
}

/** @param {string} typed @returns {number | null} null: no whole number. */
function whole(typed) {
  return /^\s*[-−]?\d{1,12}\s*$/u.test(typed) ? Number(typed.replace('−', '-')) : null;
}

// --- sending ---------------------------------------------------------------------------------------------------

/**
 * What the server gets. The form has no faults.
 *
 * @param {PollForm} form
 */
export function bodyOf(form) {
  const { kind, langs } = form;
  const places = hasOptions(kind) ? filled(form) : [];
  const range = kind === 'scale' ? form.scale : kind === 'number' ? form.number : { low: '0', high: '0' };
  return {
    kind, title: said(form.title, langs), options: places.map((at) => said(form.options[at] ?? nothing(), langs)),
    ends: kind === 'scale' ? form.ends.map((end) => said(end, langs)) : [], most: kind === 'several' ? (whole(form.most) ?? 1) : 1,
    low: whole(range.low) ?? 0, high: whole(range.high) ?? 0, right: kind === 'quiz' && form.right !== null ? places.indexOf(form.right) : null,
    seconds: kind === 'quiz' ? form.quizSeconds : form.seconds, reveal: form.reveal, binding: form.binding && canBind(kind),
    session: form.session, again: form.again, withSession: form.withSession && form.session !== null,
  };
}

/**
 * @param {Both} words
 * @param {ReadonlyArray<Lang>} langs
 * @returns {Partial<Both>} In the languages of the poll, without empty ones.
 */
function said(words, langs) {
  return Object.fromEntries(langs.map((lang) => [lang, words[lang].replace(/\s+/gu, ' ').trim()]).filter(([, each]) => each));
}

/**
 * What two forms would send is the same.
 *
 * @param {PollForm} one
 * @param {PollForm} other
 */
export function isSame(one, other) {
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
}

/**
 * Whether nothing was typed yet: there is nothing to lose.
 *
 * @param {PollForm} form
 */
export function isBlank({ title, options, ends }) {
  return [title, ...options, ...ends].every(({ nl, en }) => !nl.trim() && !en.trim());
}
