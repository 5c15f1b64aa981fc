/**
 * What a reader calls a character: an emoji with a skin tone is one.
 *
 * `Intl.Segmenter` where the browser has it; else an approximation that joins combining marks, variation selectors, skin tones,
 * joiners and flags. The server has the last word; ours is for the counter.
 */

const JOINED = /\p{RI}\p{RI}|\r\n|(?:\P{M}(?:[\p{M}\u{FE00}-\u{FE0F}\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}]|\u200D\P{M})*)|\p{M}/gsu;

/** @type {Intl.Segmenter | null} */
const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter('nl', { granularity: 'grapheme' }) : null;

/**
 * @param {string} text
 * @returns {number}
 */
export function countGraphemes(text) {
  if (!segmenter) return countWithout(text);
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/**
 * The count where `Intl.Segmenter` is missing.
 *
 * @param {string} text
 */
export function countWithout(text) {
  return text.match(JOINED)?.length ?? 0;
}

/**
 * The first graphemes of a text.
 *
 * @param {string} text
 * @param {number} count
 */
export function firstGraphemes(text, count) {
  const parts = segmenter ? Array.from(segmenter.segment(text), (part) => part.segment) : (text.match(JOINED) ?? []);
  return parts.slice(0, count).join('');
}
