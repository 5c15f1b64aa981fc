/** @import {Check, Way} from '../lib/slides.js' */
import { el } from '../lib/html.js';
import { soften } from '../lib/hyphens.js';
import { writeAddress } from './furniture.js';

/** What the scenes are made of. */

/**
 * @param {string} text A stranger's, or the programme's.
 */
export function said(text) {
  return soften(text);
}

/**
 * The address that is in it stands beside it, as text.
 *
 * @param {string} qr
 */
export function tile(qr) {
  const image = el('img', { class: 'qr tile', src: qr, alt: '', width: 600, height: 600 });
  // Without a network a code that was never shown before does not come; its address is there to type.
  image.addEventListener('error', () => image.classList.add('gone'), { once: true });
  return image;
}

/** @param {Way} way */
export function address({ short }) {
  const line = el('p', { class: 'scene-address', data: { fit: '' } });
  writeAddress(line, short);
  return line;
}

/** @param {Check} check */
export function checkWord(check) {
  return check ? el('p', { class: 'scene-check', data: { fit: '' } }, `${check.label} `, el('b', {}, check.word)) : null;
}

/**
 * How one joins, in a column of its own.
 *
 * @param {{join: Way, joinWord: string, check: Check}} slide
 */
export function aside({ join, joinWord, check }) {
  return el('div', { class: 'scene-join' }, tile(join.qr), el('div', { class: 'scene-join-words' }, el('p', { class: 'scene-join-title' }, joinWord), address(join), checkWord(check)));
}

/**
 * Everything stands in its place, and no word runs out of its own.
 *
 * @param {HTMLElement} place
 * @param {boolean} [high] Also from above to below.
 */
export function isWhole(place, high = true) {
  if ((high && place.scrollHeight > place.clientHeight + 1) || place.scrollWidth > place.clientWidth + 1) return false;
  const parts = /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll('[data-fit]'));
  return [...parts].every((each) => each.scrollWidth <= each.clientWidth + 1 && (each.dataset['fit'] !== 'high' || each.scrollHeight <= each.clientHeight + 3));
}
