/** @import {CustomEmoji} from '../types.js' */
import { el } from '../lib/html.js';

/**
 * A stranger's text as nodes, with a network's own emoji as pictures: `:shortcode:` in the text stands for one.
 *
 * @param {string} text
 * @param {ReadonlyArray<CustomEmoji>} emojis
 * @returns {Node[]}
 */
export function emojiText(text, emojis) {
  return pieces(text, emojis).map((piece) =>
    typeof piece === 'string'
      ? document.createTextNode(piece)
      : el('img', { class: 'emoji', src: piece.url, alt: `:${piece.shortcode}:`, width: 20, height: 20, decoding: 'async' }));
}

/**
 * The text cut at its custom emoji.
 *
 * @param {string} text
 * @param {ReadonlyArray<CustomEmoji>} emojis
 * @returns {(string | CustomEmoji)[]}
 */
export function pieces(text, emojis) {
  const known = new Map(emojis.map((emoji) => [`:${emoji.shortcode}:`, emoji]));
  return text
    .split(/(:\w+:)/u)
    .filter(Boolean)
    .map((piece) => known.get(piece) ?? piece);
}
