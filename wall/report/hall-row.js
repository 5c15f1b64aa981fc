/** @import {Poll, Question, Row} from './model.js' */
/** @import {RowParts} from './row-view.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';
import { SAID, percents, places, ranked } from '../lib/results.js';

/**
 * Of a question of the hall: how many want to know, what became of it, and what was answered on stage.
 *
 * @param {Question} question
 * @param {RowParts} parts
 * @returns {Node[]}
 */
export function questionLines(question, { t, times }) {
  const { votes, under, to, stand, changed, name, answer, written } = question;
  const stood = t(`studio.question.${stand}`, { time: changed ? times.time(changed) : '' });
  const said = [t('studio.question.votes', { n: votes }), ...(under.length > 0 ? [t('studio.question.under', { n: under.length })] : []), ...(to ? [t('studio.question.to', { name: to })] : []), stood];
  const lines = [el('p', { class: 'row-line row-asked' }, icon('hand', 'tiny'), el('span', {}, said.join(' · ')))];
  if (written) lines.push(el('p', { class: 'row-line' }, icon('check', 'tiny'), el('span', {}, t('studio.question.written'))));
  else if (answer || name) lines.push(el('p', { class: 'row-line row-answer', dir: 'auto' }, el('span', {}, name ? el('b', {}, el('bdi', {}, name)) : null, name && answer ? ': ' : '', answer)));
  return lines;
}

/**
 * The button that goes to the answer, or to what is written at a poll.
 *
 * @param {Row} row
 * @param {RowParts} parts
 */
export function answerButton({ id, poll }, { t, answer }) {
  return el('button', { type: 'button', class: 'button quiet row-act', 'aria-keyshortcuts': 'a', on: { click: () => answer(id) } }, t(poll ? 'studio.poll.write' : 'studio.question.answer'), el('kbd', { 'aria-hidden': 'true' }, 'A'));
}

/**
 * A poll as a row: whether it is in, what was asked of how many; and where it is the current one, what came out.
 *
 * @param {Row} row
 * @param {Poll} poll
 * @param {boolean} current
 * @param {RowParts} parts
 * @returns {Node[]}
 */
export function pollParts(row, poll, current, parts) {
  const { t, times, lang, choose, open } = parts;
  const title = wording(poll.title, lang);
  const box = el('input', { type: 'checkbox', checked: row.chosen, 'aria-label': t('studio.poll.choose', { title: title.words }), on: { change: () => choose(row.id) } });
  return [
    el('label', { class: 'row-check' }, box),
    el('div', { class: 'row-main' },
      el('button', { type: 'button', class: 'row-open', on: { click: () => open(row.id) } },
        el('span', { class: 'row-head' }, el('span', { class: 'row-source' }, `${t(`studio.poll.${poll.kind}`)} · ${times.time(poll.opened)} · ${t('studio.poll.votes', { n: poll.n })}`)),
        el('span', { class: 'row-text', dir: 'auto', lang: title.lang }, title.words)),
      ...(current ? [result(poll, parts), el('div', { class: 'row-tools' }, answerButton(row, parts))] : [])),
  ];
}

/**
 * @param {Poll} poll
 * @param {RowParts} parts
 */
function result(poll, { t, lang }) {
  if (!poll.closed) return el('p', { class: 'row-line' }, t('studio.poll.open'));
  if (poll.few) return el('p', { class: 'row-line' }, t('studio.poll.few'));
  const rows = resultRows(poll, (words) => wording(words, lang).words, (said) => t(`studio.poll.${said}`));
  const list = el('ul', { role: 'list', class: 'poll-result' }, rows.map(({ label, told }) => el('li', {}, el('span', { dir: 'auto' }, label), ' ', el('b', {}, told))));
  return el('div', {}, poll.middle === null ? null : el('p', { class: 'row-line' }, t('studio.poll.middle', { n: poll.middle })), list);
}

/**
 * What came out, as words and numbers.
 *
 * @param {Poll} poll
 * @param {(words: Readonly<Record<string, string>>) => string} worded
 * @param {(said: string) => string} called How agree, disagree and pass are called.
 * @returns {{label: string, told: string}[]}
 */
export function resultRows(poll, worded, called) {
  const { kind, counts, options, words, low, n } = poll;
  if (kind === 'words') return words.map(([word, times]) => ({ label: word, told: String(times) }));
  if (kind === 'number') return [];
  if (kind === 'statements') {
    return options.map((option, at) => {
      const of = counts.slice(SAID.length * at, SAID.length * (at + 1));
      const shares = percents(of);
      return { label: worded(option), told: of.some(Boolean) ? SAID.map((said, place) => `${called(said)} ${shares[place]}%`).join(', ') : '–' };
    });
  }
  if (kind === 'ranking') {
    const means = places(/** @type {import('../types.js').PollResult} */ ({ n, counts }));
    return ranked(/** @type {import('../types.js').PollResult} */ ({ n, counts })).map((at) => ({ label: worded(options[at] ?? {}), told: (means[at] ?? 0).toFixed(1) }));
  }
  const shares = kind === 'several' ? counts.map((each) => Math.round((100 * each) / n)) : percents(counts);
  return counts.map((each, at) => ({ label: kind === 'scale' ? String(low + at) : worded(options[at] ?? {}), told: `${shares[at]}% (${each})` }));
}

/**
 * Words in this language, else in the one that there is.
 *
 * @param {Readonly<Record<string, string>>} words
 * @param {string} lang
 */
function wording(words, lang) {
  const found = words[lang] ? lang : Object.keys(words).sort()[0] ?? lang;
  return { lang: found, words: words[found] ?? '' };
}
