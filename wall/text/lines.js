/** @import {InLanguages, Lang, Translate} from '../types.js' */
/** @import {Polled} from '../lib/hall.js' */
import { isOpen } from '../lib/hall.js';
import { mean, places, ranked, shares, statements } from '../lib/results.js';

/**
 * A sentence, and in it what the poll itself says, in a language of its own. '' where it says nothing there.
 *
 * @typedef {{before: string, label: string, lang: string, after: string}} Line
 */

/** Where a label comes to stand; no text has it. */
const LABEL = '\0';

/**
 * A poll in sentences, for who hears the wall: while it is open what may be chosen, once a result may be seen what came out. Pure;
 * `server/web/text_polls.py` tells the same to who has no JavaScript.
 *
 * @param {Polled} poll
 * @param {{t: Translate, lang: string}} words
 * @returns {{title: string, lang: string, state: string, lines: Line[]}}
 */
export function pollLines(poll, { t, lang }) {
  const { n, result } = poll.tally;
  const state = t(isOpen(poll) ? 'text.poll.open' : 'text.poll.closed', { n });
  const lines = !result ? choices(poll, lang) : result.few ? [plain(t('text.poll.few'))] : resultLines(poll, result, { t, lang });
  const [own, title] = inLang(poll.title, lang);
  return { title, lang: own, state, lines };
}

/**
 * @param {Polled} poll
 * @param {string} lang
 * @returns {Line[]}
 */
function choices(poll, lang) {
  if (!isOpen(poll)) return [];
  const ends = poll.ends.map((end, at) => labelled(`${at === 0 ? poll.low : poll.high}: ${LABEL}`, end, lang));
  return [...poll.options.map((option) => labelled(LABEL, option, lang)), ...ends];
}

/**
 * @param {Polled} poll
 * @param {NonNullable<Polled['tally']['result']>} result
 * @param {{t: Translate, lang: string}} words
 * @returns {Line[]}
 */
function resultLines(poll, result, { t, lang }) {
  const part = shares(poll, result);
  const one = new Intl.NumberFormat(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  /** @param {string} key @param {number} at @param {Record<string, number | string>} holes */
  const line = (key, at, holes) => labelled(t(key, { label: LABEL, ...holes }), poll.options[at] ?? {}, lang);
  switch (poll.kind) {
    case 'scale':
      return [t('text.poll.mean', { n: one.format(mean(poll, result)) }), ...result.counts.map((n, at) => t('text.poll.line', { label: poll.low + at, share: part[at] ?? 0, n }))].map(plain);
    case 'number':
      return [plain(t('text.poll.middle', { n: new Intl.NumberFormat(lang).format(result.middle ?? 0) }))];
    case 'words':
      return result.words.map(([word, n]) => plain(t('text.poll.word', { word, n })));
    case 'ranking':
      return ranked(result).map((at, place) => line('text.poll.place', at, { place: place + 1, mean: one.format(places(result)[at] ?? 0) }));
    case 'statements':
      return statements(result).map(({ percents: said }, at) => (said ? line('text.poll.statement', at, { agree: said[0] ?? 0, disagree: said[1] ?? 0, pass: said[2] ?? 0 }) : labelled(`${LABEL}: ${t('text.poll.few')}`, poll.options[at] ?? {}, lang)));
    default:
      return poll.options.map((_, at) => line(poll.right === at ? 'text.poll.right' : 'text.poll.line', at, { share: part[at] ?? 0, n: result.counts[at] ?? 0 }));
  }
}

/**
 * @param {string} before
 * @returns {Line}
 */
function plain(before) {
  return { before, label: '', lang: '', after: '' };
}

/**
 * @param {string} sentence With `LABEL` where the label comes.
 * @param {InLanguages} label
 * @param {string} wanted
 * @returns {Line}
 */
function labelled(sentence, label, wanted) {
  const [before = '', after = ''] = sentence.split(LABEL);
  const [lang, words] = inLang(label, wanted);
  return { before, label: words, lang, after };
}

/**
 * In this language, else in the other one.
 *
 * @param {InLanguages} text
 * @param {string} lang
 * @returns {[lang: string, words: string]}
 */
function inLang(text, lang) {
  const own = text[/** @type {Lang} */ (lang)];
  return own === undefined ? Object.entries(text)[0] ?? [lang, ''] : [lang, own];
}
