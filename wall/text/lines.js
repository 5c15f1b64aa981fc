/** @import {InLanguages, Lang, Translate} from '../types.js' */
/** @import {Polled} from '../lib/hall.js' */
import { isOpen } from '../lib/hall.js';
import { mean, places, ranked, shares, statements } from '../lib/results.js';

/**
 * A poll in sentences, for who hears the wall: while it is open what may be chosen, once a result may be seen what came out. Pure;
 * `server/web/text_polls.py` tells the same to who has no JavaScript.
 *
 * @param {Polled} poll
 * @param {{t: Translate, lang: string}} words
 * @returns {{title: string, lang: string, state: string, lines: string[]}}
 */
export function pollLines(poll, { t, lang }) {
  const { n, result } = poll.tally;
  const state = t(isOpen(poll) ? 'text.poll.open' : 'text.poll.closed', { n });
  const lines = !result ? choices(poll, lang) : result.few ? [t('text.poll.few')] : resultLines(poll, result, { t, lang });
  return { title: inLang(poll.title, lang), lang: poll.title[/** @type {Lang} */ (lang)] ? lang : (Object.keys(poll.title)[0] ?? lang), state, lines };
}

/**
 * @param {Polled} poll
 * @param {string} lang
 */
function choices(poll, lang) {
  if (!isOpen(poll)) return [];
  const ends = poll.ends.map((end, at) => `${at === 0 ? poll.low : poll.high}: ${inLang(end, lang)}`);
  return [...poll.options.map((option) => inLang(option, lang)), ...ends];
}

/**
 * @param {Polled} poll
 * @param {NonNullable<Polled['tally']['result']>} result
 * @param {{t: Translate, lang: string}} words
 * @returns {string[]}
 */
function resultLines(poll, result, { t, lang }) {
  const options = poll.options.map((option) => inLang(option, lang));
  const part = shares(poll, result);
  const one = new Intl.NumberFormat(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  switch (poll.kind) {
    case 'scale':
      return [t('text.poll.mean', { n: one.format(mean(poll, result)) }), ...result.counts.map((n, at) => t('text.poll.line', { label: poll.low + at, share: part[at] ?? 0, n }))];
    case 'number':
      return [t('text.poll.middle', { n: new Intl.NumberFormat(lang).format(result.middle ?? 0) })];
    case 'words':
      return result.words.map(([word, n]) => t('text.poll.word', { word, n }));
    case 'ranking':
      return ranked(result).map((at, place) => t('text.poll.place', { place: place + 1, label: options[at] ?? '', mean: one.format(places(result)[at] ?? 0) }));
    case 'statements':
      return statements(result).map(({ percents: said }, at) => (said ? t('text.poll.statement', { label: options[at] ?? '', agree: said[0] ?? 0, disagree: said[1] ?? 0, pass: said[2] ?? 0 }) : `${options[at] ?? ''}: ${t('text.poll.few')}`));
    default:
      return options.map((label, at) => t(poll.right === at ? 'text.poll.right' : 'text.poll.line', { label, share: part[at] ?? 0, n: result.counts[at] ?? 0 }));
  }
}

/**
 * @param {InLanguages} text
 * @param {string} lang
 */
function inLang(text, lang) {
  return text[/** @type {Lang} */ (lang)] ?? text.nl ?? text.en ?? '';
}
