/** @import {Author, Translate} from '../types.js' */
import { el } from '../lib/html.js';
import { icon } from '../lib/icon.js';

/**
 * One or two letters for somebody without a picture: of the first and the last word.
 *
 * @param {string} name
 * @returns {string} Empty for an empty name.
 */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...(word ?? '')].find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? '').join('').toUpperCase();
}

/**
 * What an author is called, also when nothing was filled in.
 *
 * @param {Translate} t
 * @param {{readonly name: string}} author
 */
export function nameOf(t, author) {
  return author.name.trim() || t('author.nameless');
}

/**
 * A round picture, or initials; a drop for who gave no name. Decoration: the name stands beside it.
 *
 * @param {Author} author
 */
export function face(author) {
  const letters = el('span', { class: 'face', 'aria-hidden': 'true' }, initials(author.name) || icon('drop', 'small'));
  if (!author.avatar) return letters;
  const picture = el('img', { class: 'face', src: author.avatar, alt: '', width: 44, height: 44, decoding: 'async' });
  picture.addEventListener('error', () => picture.replaceWith(letters), { once: true });
  return picture;
}
