/** The list that is read before a version is frozen: what was found, and what is well. Pure. */

/** @import {Check} from './types.js' */

/**
 * Where a line leads: to a text, to posts, or to how people are named.
 *
 * @typedef {{kind: 'text', place: string} | {kind: 'posts', posts: readonly string[]} | {kind: 'names'}} Way
 *
 * @typedef {object} CheckLine
 * @property {string} code The end of a key `freeze.check.…`.
 * @property {'fine' | 'warns' | 'stops'} level
 * @property {number} n
 * @property {Way | null} way
 */

/** What is always said, and the codes that say that it is not well. */
const ALWAYS = /** @type {const} */ ([
  ['sources', ['gone', 'source-unreachable']],
  ['names', []],
  ['photos', ['no-alt']],
  ['summary', ['no-summary']],
  ['sessions', ['empty-session']],
]);

/**
 * @param {readonly Check[]} checks
 * @param {readonly string[]} unsaved Places with words that the server does not have.
 * @returns {CheckLine[]} First what stops, then the rest in a fixed order.
 */
export function checkLines(checks, unsaved) {
  const told = new Set(ALWAYS.flatMap(([, codes]) => codes.map(String)));
  const lines = ALWAYS.flatMap(([code, codes]) => {
    const found = checks.filter((check) => codes.some((each) => each === check.code)).map(line);
    /** @type {CheckLine} */
    const fine = { code, level: 'fine', n: 0, way: code === 'names' ? { kind: 'names' } : null };
    return found.length > 0 ? found : [fine];
  });
  const others = checks.filter(({ code }) => !told.has(code)).map(line);
  const [first] = unsaved;
  /** @type {CheckLine[]} */
  const own = first === undefined ? [] : [{ code: 'unsaved', level: 'stops', n: unsaved.length, way: { kind: 'text', place: first } }];
  return [...own, ...lines, ...others].sort((a, b) => Number(b.level === 'stops') - Number(a.level === 'stops'));
}

/**
 * @param {Check} check
 * @returns {CheckLine}
 */
function line({ code, level, n, posts = [], places = [] }) {
  const [place] = places;
  return { code, level, n, way: place !== undefined ? { kind: 'text', place } : posts.length > 0 ? { kind: 'posts', posts } : null };
}
