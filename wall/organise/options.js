/** What people type in the fields of a network. Pure. */

/**
 * @param {string} text Words between spaces, commas or semicolons, with or without # before or a slash at the end.
 * @returns {string[]} Each once, whatever its capitals.
 */
export function asWords(text) {
  const all = text.split(/[\s,;]+/u).map((word) => word.replace(/^[#＃]+/u, '').replace(/\/+$/u, '')).filter(Boolean);
  return all.filter((word, at) => all.findIndex((other) => other.toLowerCase() === word.toLowerCase()) === at);
}

/**
 * @param {'words' | 'secrets' | 'seconds' | 'moment'} type
 * @param {string} text
 */
export function filled(type, text) {
  return type === 'words' ? asWords(text).length > 0 : text.trim() !== '';
}

/**
 * @param {ReadonlyArray<string>} one
 * @param {ReadonlyArray<string>} other
 */
export function same(one, other) {
  return one.length === other.length && one.every((word, at) => word === other[at]);
}
