/** Which rows of a long list are drawn, and where. Pure: heights in pixels in, places out. */

/**
 * @typedef {object} Places
 * @property {ReadonlyArray<number>} tops Of each row, and below the last one the height of the whole list.
 * @property {ReadonlyMap<string, number>} at Which row has this id.
 */

/**
 * @param {ReadonlyArray<{id: string}>} rows
 * @param {(id: string) => number} heightOf
 * @returns {Places}
 */
export function places(rows, heightOf) {
  const tops = [0];
  const at = new Map();
  let top = 0;
  rows.forEach(({ id }, n) => {
    at.set(id, n);
    top += heightOf(id);
    tops.push(top);
  });
  return { tops, at };
}

/**
 * The rows that touch a stretch of the list.
 *
 * @param {ReadonlyArray<number>} tops
 * @param {number} from
 * @param {number} to
 * @param {number} [more] So many more rows on either side.
 * @returns {{first: number, end: number}} `end` is the first one beyond.
 */
export function stretch(tops, from, to, more = 0) {
  const rows = tops.length - 1;
  if (rows === 0 || to <= from) return { first: 0, end: 0 };
  const first = Math.max(0, reaching(tops, from) - 1);
  const end = Math.min(rows, reaching(tops, to));
  return { first: Math.max(0, first - more), end: Math.max(0, Math.min(rows, end + more)) };
}

/**
 * How many tops lie at or above *y*, but below it where one is exactly there and *y* is not the start.
 *
 * @param {ReadonlyArray<number>} tops
 * @param {number} y
 */
function reaching(tops, y) {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? 0) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How far to scroll, so that what is being read stays where it is though rows above it came or went.
 *
 * @param {Places} before
 * @param {Places} now
 * @param {ReadonlyArray<string>} anchors Ids, the most important first.
 * @returns {number}
 */
export function shift(before, now, anchors) {
  for (const id of anchors) {
    const was = before.at.get(id);
    const is = now.at.get(id);
    if (was !== undefined && is !== undefined) return (now.tops[is] ?? 0) - (before.tops[was] ?? 0);
  }
  return 0;
}
