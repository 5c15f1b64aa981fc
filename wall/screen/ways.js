/** @import {Both} from '../lib/hall-slides.js' */
/** @import {Breaking} from './scenes.js' */
import { el } from '../lib/html.js';
import { isWhole, said } from './pieces.js';

/**
 * The ways in which a scene of the hall is tried, from the one that looks best to the one in which anything fits.
 *
 * @typedef {object} Way How it is tried.
 * @property {number} step Type of the title, in body sizes.
 * @property {number} list Of what stands under it.
 * @property {Breaking} words
 * @property {boolean} both Texts in both languages.
 * @property {number} columns Of rows.
 * @property {boolean} more With what can be left out.
 */

/** @type {Way} */
export const PLAIN = { step: 1, list: 1, words: 'whole', both: false, columns: 1, more: true };
/** Smaller than this only what is too much for the picture otherwise: type of the title, of the rest. */
export const SMALL = /** @type {const} */ ([[1, 0.85, 'soft'], [1, 0.72, 'any'], [0.85, 0.6, 'any'], [0.7, 0.5, 'any'], [0.58, 0.42, 'any'], [0.48, 0.42, 'any'], [0.4, 0.34, 'any'], [0.33, 0.34, 'any'], [0.27, 0.34, 'any'], [0.22, 0.27, 'any']]);

/** Type of what stands beside a poll, in its usual one. */
const SIDES = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.6, 0.5, 0.45];

/**
 * @param {HTMLElement} place
 * @param {Way} way
 */
export function wearWay(place, { step, list, words, columns }) {
  place.style.setProperty('--step', String(step));
  place.style.setProperty('--list', String(list));
  place.style.setProperty('--columns', String(columns));
  place.dataset['break'] = words;
  fitSide(place);
}

/**
 * What stands beside a poll is as large as it can be by itself: on a screen that is nearly square there is little room for it, and
 * the poll need not be smaller for that.
 *
 * @param {HTMLElement} place
 */
function fitSide(place) {
  const side = place.querySelector('.poll-side');
  if (!(side instanceof HTMLElement)) return;
  for (const share of SIDES) {
    side.style.setProperty('--side', String(share));
    if (side.scrollHeight <= side.clientHeight + 1) return;
  }
}

/**
 * The first way in which everything stands in its place; the last one where none does.
 *
 * @param {HTMLElement} place
 * @param {Iterable<Way>} ways
 * @param {(way: Way) => Node[]} draw Anew only where the way has other things in it, not only another size.
 * @param {(way: Way) => boolean} [also] What else must be.
 * @returns {Way | null} null: none does.
 */
export function firstWhole(place, ways, draw, also = () => true) {
  let drawn = '';
  for (const way of ways) {
    const things = `${way.both} ${way.columns} ${way.more}`;
    if (things !== drawn) place.replaceChildren(...draw(way));
    drawn = things;
    wearWay(place, way);
    if (isWhole(place) && also(way)) return way;
  }
  return null;
}

/**
 * @param {number} pages
 * @param {number} page
 */
export function pager(pages, page) {
  return el('p', { class: 'pager', 'aria-hidden': 'true' }, ...Array.from({ length: pages }, (_, at) => el('i', { class: at === page ? 'here' : '' })));
}

/**
 * A text in one language, or in both.
 *
 * @param {Both} text
 * @param {Way} way
 * @param {number} turn
 */
export function label(text, way, turn) {
  const [first, second] = texts(text, way, turn);
  return el('p', { class: 'poll-label', dir: 'auto', data: { fit: '' } }, said(first), second ? el('span', { class: 'poll-label-other', dir: 'auto' }, said(second)) : null);
}

/**
 * @param {Both} text
 * @param {Way} way
 * @param {number} turn
 * @returns {[string, string]}
 */
export function texts(text, { both }, turn) {
  return both ? [text[0] ?? '', text[1] ?? ''] : [text[turn] ?? text[0] ?? '', ''];
}
