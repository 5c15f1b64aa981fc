/** The code that a screen shows, as somebody types it. Pure. */

/** What the server gives: no two signs that look or sound alike, and no vowels. */
export const ALPHABET = 'CDFHJKMNPRTVWXY34679';
export const LENGTH = 4;

/**
 * What was typed or pasted, without what cannot be in a code: spaces, dashes, the words around it.
 *
 * @param {string} typed
 * @returns {string} At most `LENGTH` signs.
 */
export function codeIn(typed) {
  const whole = typed.toUpperCase().match(new RegExp(`(?<![\\p{L}\\p{N}])[${ALPHABET}](?:[ -]?[${ALPHABET}]){${LENGTH - 1}}(?![\\p{L}\\p{N}])`, 'u'));
  return [...(whole?.[0] ?? typed.toUpperCase())].filter((sign) => ALPHABET.includes(sign)).join('').slice(0, LENGTH);
}
