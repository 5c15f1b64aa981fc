/** First letter that has a direction; the scripts that run from the right. */
const STRONG = /\p{L}/u;
const RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/**
 * Which way a text runs: as its first letter does. What a browser finds with `dir="auto"`, but known beforehand, so that all of a
 * card can follow its words.
 *
 * @param {string} text
 * @returns {'ltr' | 'rtl' | null} null: no letter in it.
 */
export function direction(text) {
  const first = STRONG.exec(text.replace(/[#@][\p{L}\p{N}\p{M}_]+|https?:\S+/gu, ''))?.[0] ?? STRONG.exec(text)?.[0];
  if (first === undefined) return null;
  return RIGHT.test(first) ? 'rtl' : 'ltr';
}
