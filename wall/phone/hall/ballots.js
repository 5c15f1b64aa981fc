/** @import {Poll} from '../../types.js' */
/** @import {Talk} from './choices.js' */
import { countGraphemes } from '../../lib/graphemes.js';
import { el } from '../../lib/html.js';
import { icon } from '../../lib/icon.js';
import { inLang, moved, points, wholeNumber } from './choices.js';

/**
 * What is filled in to vote: one for each kind of poll.
 *
 * @typedef {object} Ballot
 * @property {HTMLElement} root
 * @property {() => readonly number[] | string} read The answers as they are sent; a string says what is still to be done.
 *
 * @typedef {object} Room
 * @property {Talk} talk
 * @property {(words: string) => void} fault What cannot be, in words; empty when that is over.
 * @property {(words: string) => void} say For whoever does not see it.
 */

/** Graphemes of an answer in one's own words. */
export const MAX_WORDS = 500;

/**
 * @param {Poll} poll Of a kind that is answered at once.
 * @param {readonly number[] | null} mine What this phone voted before.
 * @param {Room} room
 * @returns {Ballot}
 */
export function ballotOf(poll, mine, room) {
  switch (poll.kind) {
    case 'several':
      return several(poll, mine, room);
    case 'scale':
      return scale(poll, mine, room);
    case 'ranking':
      return ranking(poll, mine, room);
    case 'number':
      return number(poll, mine, room);
    default:
      return single(poll, mine, room);
  }
}

/**
 * @param {Poll} poll
 * @param {readonly number[] | null} mine
 * @param {Room} room
 * @returns {Ballot}
 */
function single(poll, mine, room) {
  const root = group(poll, 'options', room, poll.options.map((words, at) => option(poll, 'radio', at, inLang(words, room.talk.lang), mine)));
  root.addEventListener('change', () => room.fault(''));
  return { root, read: () => orChoose(checked(root), room) };
}

/**
 * @param {Poll} poll
 * @param {readonly number[] | null} mine
 * @param {Room} room
 * @returns {Ballot}
 */
function several(poll, mine, room) {
  const { t, lang } = room.talk;
  const hint = el('p', { class: 'meta', id: `most-${poll.id}` }, t('vote.most', { n: poll.most }));
  const options = poll.options.map((words, at) => option(poll, 'checkbox', at, inLang(words, lang), mine));
  const root = group(poll, 'options', room, [hint, ...options]);
  root.setAttribute('aria-describedby', hint.id);
  root.addEventListener('change', ({ target }) => {
    const over = checked(root).length > poll.most;
    if (over && target instanceof HTMLInputElement) target.checked = false;
    room.fault(over ? t('vote.too-many', { n: poll.most }) : '');
  });
  return { root, read: () => orChoose(checked(root), room) };
}

/**
 * @param {Poll} poll
 * @param {readonly number[] | null} mine
 * @param {Room} room
 * @returns {Ballot}
 */
function scale(poll, mine, room) {
  const ends = poll.ends.map((words) => inLang(words, room.talk.lang));
  const row = el('div', { class: 'scale' }, points(poll).map((point, at) => {
    const end = at === 0 ? ends[0] : point === poll.high ? ends[1] : undefined;
    return option(poll, 'radio', point, { text: String(point), lang: '' }, mine, end ? el('span', { class: 'visually-hidden', lang: end.lang }, `: ${end.text}`) : null);
  }));
  const under = el('div', { class: 'scale-ends meta', 'aria-hidden': 'true' }, ends.map(({ text, lang }, at) => el('span', { lang }, `${at === 0 ? poll.low : poll.high} · ${text}`)));
  const root = group(poll, '', room, [row, under]);
  root.addEventListener('change', () => room.fault(''));
  return { root, read: () => orChoose(checked(root), room) };
}

/**
 * Up and down with buttons: by mouse, finger, keyboard and voice alike.
 *
 * @param {Poll} poll
 * @param {readonly number[] | null} mine
 * @param {Room} room
 * @returns {Ballot}
 */
function ranking(poll, mine, room) {
  const { t, lang } = room.talk;
  let order = mine ? [...mine] : poll.options.map((_, at) => at);
  /** @type {Map<number, HTMLElement>} */
  const rows = new Map();
  const list = el('ol', { class: 'ranking', role: 'list' });
  /**
   * @param {number} at
   * @param {-1 | 1} by
   */
  const move = (at, by) => {
    order = moved(order, at, by);
    place();
    room.say(t('vote.moved', { option: inLang(poll.options[at], lang).text, n: order.indexOf(at) + 1 }));
  };
  const place = () => {
    const inOrder = order.flatMap((at) => rows.get(at) ?? []);
    const held = inOrder.findIndex((row) => row.contains(document.activeElement));
    // Moving a row takes its focus away: the one that has it stays, and the others move around it.
    if (held >= 0) inOrder[held]?.before(...inOrder.slice(0, held));
    list.append(...inOrder.slice(held + 1));
    inOrder.forEach((row, index) => {
      row.querySelector('.rank')?.replaceChildren(String(index + 1));
      row.querySelector('.up')?.setAttribute('aria-disabled', String(index === 0));
      row.querySelector('.down')?.setAttribute('aria-disabled', String(index === order.length - 1));
    });
  };
  poll.options.forEach((words, at) => {
    const { text, lang: its } = inLang(words, lang);
    const button = (/** @type {'up' | 'down'} */ way, /** @type {-1 | 1} */ by) =>
      el('button', { type: 'button', class: `button quiet ${way}`, 'aria-label': t(`vote.${way}`, { option: text }), on: { click: () => move(at, by) } }, icon(way));
    rows.set(at, el('li', {}, el('span', { class: 'rank' }), el('span', { class: 'rank-text', lang: its }, text), button('up', -1), button('down', 1)));
  });
  place();
  return { root: group(poll, '', room, [el('p', { class: 'meta' }, t('vote.rank')), list]), read: () => order };
}

/**
 * @param {Poll} poll
 * @param {readonly number[] | null} mine
 * @param {Room} room
 * @returns {Ballot}
 */
function number(poll, mine, room) {
  const { t, lang } = room.talk;
  const holes = { low: poll.low.toLocaleString(lang), high: poll.high.toLocaleString(lang) };
  const input = el('input', { id: `number-${poll.id}`, class: 'input', type: 'text', inputmode: poll.low < 0 ? 'text' : 'numeric', autocomplete: 'off', value: mine?.[0] ?? '' });
  input.addEventListener('input', () => room.fault(''));
  const root = el('p', { class: 'field' }, el('label', { for: input.id }, t('vote.number', holes)), input);
  return {
    root,
    read: () => {
      const value = wholeNumber(input.value, poll);
      return value === null ? t('vote.number-bad', holes) : [value];
    },
  };
}

/**
 * An answer in one's own words.
 *
 * @param {Poll} poll
 * @param {string} before
 * @param {Room} room
 * @returns {{root: HTMLElement, read: () => {text: string} | string}}
 */
export function wordsBallot(poll, before, room) {
  const { t } = room.talk;
  const input = el('textarea', { id: `words-${poll.id}`, class: 'input', rows: 2, dir: 'auto', autocapitalize: 'sentences' }, before);
  input.addEventListener('input', () => room.fault(''));
  const root = el('p', { class: 'field' }, el('label', { for: input.id }, t('vote.words')), input);
  return {
    root,
    read: () => {
      const text = input.value.trim();
      const over = countGraphemes(text) - MAX_WORDS;
      if (over > 0) return t('vote.words-long', { n: over });
      return text ? { text } : t('vote.words-empty');
    },
  };
}

/**
 * @param {Poll} poll
 * @param {string} look
 * @param {Room} room
 * @param {HTMLElement[]} children
 */
function group(poll, look, { talk }, children) {
  const { text, lang } = inLang(poll.title, talk.lang);
  return el('fieldset', { class: look }, el('legend', { class: 'visually-hidden', lang }, text), children);
}

/**
 * @param {Poll} poll
 * @param {'radio' | 'checkbox'} type
 * @param {number} value
 * @param {{text: string, lang: string}} words
 * @param {readonly number[] | null} mine
 * @param {HTMLElement | null} [more]
 */
function option(poll, type, value, { text, lang }, mine, more = null) {
  const input = el('input', { type, name: `answer-${poll.id}`, value, checked: mine?.includes(value) ?? false });
  return el('label', { class: 'option' }, input, el('span', { lang: lang || null }, text, more));
}

/** @param {HTMLElement} root */
function checked(root) {
  return [...root.querySelectorAll('input')].filter((input) => input.checked).map((input) => Number(input.value));
}

/**
 * @param {readonly number[]} answers
 * @param {Room} room
 */
function orChoose(answers, { talk }) {
  return answers.length > 0 ? answers : talk.t('vote.choose');
}
