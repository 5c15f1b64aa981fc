/** @import {Media} from '../types.js' */
import { countGraphemes, firstGraphemes } from './graphemes.js';

/** Longer descriptions are for who can't see the picture; a caption is for the hall. In characters. */
const CAPTION_MAX = 110;
/** Photos on one card; of more, the number of the others is told. */
export const PHOTOS_MAX = 4;

/**
 * What stands under the photos of a card: their descriptions, so far as they were written.
 *
 * @param {readonly Media[]} media
 * @returns {string} Empty: nobody described them. A long one ends at a word, with "…"; the whole is with the picture.
 */
export function caption(media) {
  const all = [...new Set(media.slice(0, PHOTOS_MAX).map(({ alt }) => alt.trim()).filter(Boolean))].join(' · ');
  if (countGraphemes(all) <= CAPTION_MAX) return all;
  const cut = firstGraphemes(all, CAPTION_MAX - 1);
  const end = cut.search(/[\s·]+\S*$/u);
  return `${end > CAPTION_MAX / 2 ? cut.slice(0, end) : cut}…`;
}

/**
 * The shape of the frame of one photo, width to height: its own, but never so tall or flat that no card could hold it.
 *
 * @param {Media} photo
 */
export function frameRatio({ width, height }) {
  return Math.min(2.2, Math.max(1, width > 0 && height > 0 ? width / height : 1.5));
}
