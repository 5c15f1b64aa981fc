/** What came out of a poll, as rows with numbers; and how it moved between before and after. Pure. */

/** @import {Poll, PollResult} from '../types.js' */
/** @import {Known} from './polls.js' */
import { largest, mean, places, ranked, shares, statements as saidOf } from '../lib/results.js';
import { inLang } from './polls.js';

/**
 * @typedef {object} Row
 * @property {string} label
 * @property {string} lang Of the label; empty where it is a number or a stranger's word.
 * @property {number} n How many people; of a ranking how many points.
 * @property {number | null} percent null: it is not counted in parts of all.
 * @property {number | null} place Of a ranking: where it stood on average, to one decimal.
 * @property {number} part Of the bar: 0 to 1.
 * @property {boolean} most Nothing has more.
 * @property {boolean} right Of a quiz that is closed.
 *
 * @typedef {{label: string, lang: string, n: number, percents: readonly number[] | null}} Statement Agree, disagree, pass; null: too few said something.
 *
 * @typedef {object} Moved
 * @property {string} label
 * @property {string} lang
 * @property {number} before Percent.
 * @property {number} after
 */

/**
 * The bars of every kind but statements.
 *
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {string} lang Of the reader.
 * @returns {Row[]} In the order of the poll; of a ranking and of words the first one first.
 */
export function rows(poll, result, lang) {
  switch (poll.kind) {
    case 'single':
    case 'several':
    case 'quiz':
    case 'scale':
      return bars(poll, labels(poll, lang), result.counts, shares(poll, result));
    case 'ranking': {
      const told = bars(poll, labels(poll, lang), result.counts, null);
      const at = places(result);
      return ranked(result).flatMap((option) => (told[option] ? { ...told[option], place: Math.round(10 * (at[option] ?? 0)) / 10 } : []));
    }
    case 'number':
      return bars(poll, result.bins.map(({ low, high }) => ({ text: low === high ? number(low, lang) : `${number(low, lang)} – ${number(high, lang)}`, lang: '' })), result.bins.map(({ n }) => n), null);
    case 'words':
      return bars(poll, result.words.map(([text]) => ({ text, lang: '' })), result.words.map(([, n]) => n), null);
    case 'statements':
      return [];
  }
}

/**
 * @param {Poll} poll
 * @param {ReadonlyArray<{text: string, lang: string}>} names
 * @param {ReadonlyArray<number>} counts
 * @param {ReadonlyArray<number> | null} percents
 * @returns {Row[]}
 */
function bars(poll, names, counts, percents) {
  const top = Math.max(1, ...counts);
  const most = largest(counts);
  return names.map(({ text, lang }, at) => {
    const n = counts[at] ?? 0;
    const percent = percents?.[at] ?? null;
    return { label: text, lang, n, percent, place: null, part: percent === null ? n / top : Math.min(1, percent / 100), most: most.has(at), right: poll.kind === 'quiz' && poll.right === at };
  });
}

/**
 * @param {Poll} poll
 * @param {string} lang
 */
function labels({ kind, options, ends, low, high }, lang) {
  if (kind !== 'scale') return options.map((option) => inLang(option, lang));
  return Array.from({ length: high - low + 1 }, (_, at) => {
    const end = at === 0 ? inLang(ends[0], lang) : at === high - low ? inLang(ends[1], lang) : { text: '', lang: '' };
    return { text: end.text ? `${low + at} (${end.text})` : String(low + at), lang: end.text ? end.lang : '' };
  });
}

/**
 * @param {Poll} poll
 * @param {PollResult} result
 * @param {string} lang
 * @returns {Statement[]}
 */
export function statements({ options }, result, lang) {
  const said = saidOf(result);
  return options.map((option, at) => {
    const { text, lang: of } = inLang(option, lang);
    return { label: text, lang: of, n: said[at]?.n ?? 0, percents: said[at]?.percents ?? null };
  });
}

/**
 * The mean of a scale, to one decimal.
 *
 * @param {Poll} poll
 * @param {PollResult} result
 */
export function middle(poll, result) {
  return Math.round(10 * mean(poll, result)) / 10;
}

/**
 * How it moved, where both were closed with enough votes to tell; of statements who agrees.
 *
 * @param {Known | null} before
 * @param {Known} after
 * @param {string} lang
 * @returns {Moved[]} None where it can't be told.
 */
export function moved(before, after, lang) {
  if (!isTold(before) || !isTold(after)) return [];
  const was = shareOf(before, lang);
  return shareOf(after, lang).flatMap(({ label, lang: of, percent }, at) => {
    const then = was[at]?.percent ?? null;
    return percent === null || then === null ? [] : [{ label, lang: of, before: then, after: percent }];
  });
}

/**
 * @param {Known | null} poll
 * @returns {poll is Known & {result: PollResult}}
 */
function isTold(poll) {
  return poll?.standing === 'closed' && poll.result !== null && !poll.result.few;
}

/**
 * @param {Known & {result: PollResult}} poll
 * @param {string} lang
 * @returns {ReadonlyArray<{label: string, lang: string, percent: number | null}>}
 */
function shareOf(poll, lang) {
  if (poll.kind !== 'statements') return rows(poll, poll.result, lang);
  return statements(poll, poll.result, lang).map(({ label, lang: of, percents }) => ({ label, lang: of, percent: percents?.[0] ?? null }));
}

/**
 * @param {number} value
 * @param {string} lang
 */
export function number(value, lang) {
  return new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(value);
}
