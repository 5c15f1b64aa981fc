/** @import {InLanguages, Poll, Translate} from '../../types.js' */
import { SAID } from '../../lib/results.js';

/**
 * What can be chosen in a poll, and what was, in words. Pure.
 *
 * @typedef {{t: Translate, lang: string}} Talk
 */

/**
 * In the reader's language, else in the other one.
 *
 * @param {InLanguages | undefined} words
 * @param {string} lang
 * @returns {{text: string, lang: string}}
 */
export function inLang(words = {}, lang) {
  const own = lang === 'nl' || lang === 'en' ? words[lang] : undefined;
  if (own) return { text: own, lang };
  const [other, text] = Object.entries(words)[0] ?? [lang, ''];
  return { text, lang: other };
}

/** The points of a scale. @param {Pick<Poll, 'low' | 'high'>} poll */
export function points({ low, high }) {
  return Array.from({ length: high - low + 1 }, (_, at) => low + at);
}

/**
 * A whole number as people type it ("1.250", "1 250", "-3"), null where it is none of this poll.
 *
 * @param {string} typed
 * @param {Pick<Poll, 'low' | 'high'>} poll
 */
export function wholeNumber(typed, { low, high }) {
  const bare = typed.trim().replace(/^[-−](?=\d)/u, '-').replace(/(?<=\d)[.,'\s](?=\d{3}(?!\d))/gu, '');
  const number = /^-?\d{1,12}$/.test(bare) ? Number(bare) : Number.NaN;
  return number >= low && number <= high ? number : null;
}

/**
 * An order in which one option went up or down; the same one where it stands at that end.
 *
 * @param {readonly number[]} order
 * @param {number} option
 * @param {-1 | 1} by
 * @returns {number[]}
 */
export function moved(order, option, by) {
  const from = order.indexOf(option);
  const to = from + by;
  const other = order[to];
  if (from < 0 || other === undefined) return [...order];
  return order.map((each, at) => (at === from ? other : at === to ? option : each));
}

/**
 * How a phone answered each of a set of statements: 0 not, 1 agree, 2 disagree, 3 pass.
 *
 * @param {Pick<Poll, 'options'>} poll
 * @param {readonly number[] | null} mine As the server has it.
 * @param {Iterable<readonly number[]>} waiting Answers that are still on their way: `[statement, answer]`.
 * @returns {number[]}
 */
export function answered({ options }, mine, waiting) {
  const said = options.map((_, at) => mine?.[at] ?? 0);
  for (const [at = -1, answer = 0] of waiting) if (at in said) said[at] = answer + 1;
  return said;
}

/**
 * What a phone voted.
 *
 * @param {Poll} poll
 * @param {readonly number[]} answers As they are sent; of statements as `answered` gives them.
 * @param {Talk} talk
 * @returns {string}
 */
export function tellAnswers(poll, answers, { t, lang }) {
  const option = (/** @type {number} */ at) => inLang(poll.options[at], lang).text;
  switch (poll.kind) {
    case 'single':
    case 'quiz':
    case 'several':
      return answers.map(option).join(', ');
    case 'ranking':
      return answers.map((at, place) => t('vote.nr', { n: place + 1, option: option(at) })).join(', ');
    case 'scale':
    case 'number':
      return answers.map((number) => number.toLocaleString(lang)).join();
    case 'statements':
      return t('vote.yours-statements', { n: answers.filter((said) => said > 0).length });
    case 'words':
      return '';
  }
}

/** The words for an answer to a statement: 0, 1 or 2. @param {number} at */
export function saidKey(at) {
  return `vote.${SAID[at] ?? SAID[2]}`;
}
