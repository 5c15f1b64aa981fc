/**
 * A hash in fours, as people read one aloud.
 *
 * @param {string} hash
 */
export function inFours(hash) {
  return hash.match(/.{1,4}/g)?.join(' ') ?? '';
}

/**
 * The size of a file in words: "812 kB", "1,4 MB".
 *
 * @param {number} bytes
 * @param {string} lang
 */
export function inWords(bytes, lang) {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, Math.round(bytes / 1_000)), 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}
