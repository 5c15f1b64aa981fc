/** @import {Both} from '../lib/hall-slides.js' */
/** @import {Breaking} from './scenes.js' */
import { el } from '../lib/html.js';
import { BODY_SHARE, shortSide } from '../lib/type.js';
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

/** Type of the numbers over columns, in their usual one. */
const NUMBERS = [1, 0.92, 0.85];

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
  fitNumbers(place);
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
  // How one joins stands under its code, where the address has a line for itself, or else beside it.
  for (const [tall, share] of /** @type {[boolean, number][]} */ ([[true, 1], ...SIDES.map((each) => [false, each])])) {
    side.classList.toggle('tall', tall);
    side.style.setProperty('--side', String(share));
    if (side.scrollHeight <= side.clientHeight + 1) return;
  }
}

/**
 * Numbers that are a little too wide for their columns don't make the whole poll smaller.
 *
 * @param {HTMLElement} place
 */
function fitNumbers(place) {
  const numbers = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('.column-n')]);
  for (const share of numbers.length > 0 ? NUMBERS : []) {
    place.style.setProperty('--numbers', String(share));
    if (numbers.every((each) => each.scrollWidth <= each.clientWidth + 1)) return;
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
 * What is drawn has room for its form. In a deep room all type is larger, and a form need not be.
 *
 * @param {Element | null} box
 * @param {number} least In body sizes of a usual room.
 */
export function hasRoom(box, least) {
  return box !== null && box.clientHeight >= least * BODY_SHARE * shortSide({ width: window.innerWidth, height: window.innerHeight });
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
  // Each fits by itself: what runs out of a text at its beginning is not seen from around it, and the second may run the other way.
  return el('p', { class: 'poll-label', dir: 'auto', data: { fit: '' } }, said(first), second ? el('span', { class: 'poll-label-other', dir: 'auto', data: { fit: '' } }, said(second)) : null);
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
