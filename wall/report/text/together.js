/** Two texts that were written at once, passage by passage. Pure. */

/** @import {Line} from './merge.js' */
import { hunksOf, joined, linesOf } from './merge.js';

/**
 * @typedef {'theirs' | 'mine' | 'both'} Choice
 *
 * @typedef {{kind: 'same', lines: Line[]} | {kind: 'differs', theirs: Line[], mine: Line[]}} Passage
 */

/**
 * @param {string} theirs
 * @param {string} mine
 * @returns {Passage[]} From the top down; all of both.
 */
export function passages(theirs, mine) {
  const [left, right] = [linesOf(theirs), linesOf(mine)];
  const hunks = hunksOf(left, right) ?? [{ from: 0, to: left.length, start: 0, end: right.length }];
  /** @type {Passage[]} */
  const found = [];
  let place = 0;
  for (const { from, to, start, end } of hunks) {
    if (from > place) found.push({ kind: 'same', lines: left.slice(place, from) });
    found.push(...pairs(left.slice(from, to), right.slice(start, end)));
    place = to;
  }
  if (place < left.length) found.push({ kind: 'same', lines: left.slice(place) });
  return found;
}

/**
 * As many lines on both sides: each is one to choose.
 *
 * @param {Line[]} theirs
 * @param {Line[]} mine
 * @returns {Passage[]}
 */
function pairs(theirs, mine) {
  if (theirs.length !== mine.length) return [{ kind: 'differs', theirs, mine }];
  return theirs.map((line, n) => ({ kind: 'differs', theirs: [line], mine: mine.slice(n, n + 1) }));
}

/**
 * What stands unless a person says otherwise: nobody's words are lost, and none stand there twice.
 *
 * @param {Passage} passage
 * @returns {Choice}
 */
export function proposed(passage) {
  if (passage.kind === 'same') return 'theirs';
  const [theirs, mine] = [wordsOf(passage.theirs), wordsOf(passage.mine)];
  if (theirs.includes(mine)) return 'theirs';
  return mine.includes(theirs) ? 'mine' : 'both';
}

/**
 * One text of the passages.
 *
 * @param {readonly Passage[]} all
 * @param {readonly Choice[]} choices One for each passage; those of the same words do not count.
 * @returns {string}
 */
export function composed(all, choices) {
  return joined(all.flatMap((passage, n) => {
    if (passage.kind === 'same') return passage.lines;
    switch (choices[n] ?? proposed(passage)) {
      case 'theirs':
        return passage.theirs;
      case 'mine':
        return passage.mine;
      case 'both':
        return [...passage.theirs, ...passage.mine];
    }
  }));
}

/**
 * The words of some lines, as they stood.
 *
 * @param {readonly Line[]} lines
 */
export function wordsOf(lines) {
  return joined(lines);
}
