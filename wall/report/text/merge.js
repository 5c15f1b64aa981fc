/**
 * Texts that two people wrote at once, line by line: what differs, and whether both can stand. Pure.
 *
 * Blank lines are no lines: only whether a line begins a paragraph counts. So a text that the server tidied is still the same text.
 *
 * @typedef {object} Line
 * @property {string} words Without white space at its end.
 * @property {boolean} first It begins a paragraph.
 * @property {number} from Where it begins in its text.
 * @property {number} to
 *
 * @typedef {object} Hunk Lines `from` up to `to` of one text are lines `start` up to `end` of the other.
 * @property {number} from
 * @property {number} to
 * @property {number} start
 * @property {number} end
 *
 * @typedef {object} Change Put `words` in the place of characters `from` up to `to`.
 * @property {number} from
 * @property {number} to
 * @property {string} words
 */

/** Pairs of lines that are compared at most: a text of 2,000 lines that is all new. More than that is a conflict. */
const MAX_PAIRS = 4_000_000;

/**
 * @param {string} text
 * @returns {Line[]}
 */
export function linesOf(text) {
  /** @type {Line[]} */
  const lines = [];
  let from = 0;
  let first = true;
  for (const line of text.split('\n')) {
    const words = line.trimEnd();
    if (words) lines.push({ words, first, from, to: from + words.length });
    first = !words;
    from += line.length + 1;
  }
  const [top] = lines;
  if (top) top.first = true;
  return lines;
}

/**
 * @param {readonly Line[]} lines
 * @returns {string}
 */
export function joined(lines) {
  return lines.map(({ words, first }, n) => `${n === 0 ? '' : first ? '\n\n' : '\n'}${words}`).join('');
}

/**
 * Whether they say the same, line by line.
 *
 * @param {string} one
 * @param {string} other
 */
export function same(one, other) {
  return one === other || joined(linesOf(one)) === joined(linesOf(other));
}

/**
 * Where two texts differ, from the top down; between two hunks they are the same.
 *
 * @param {readonly Line[]} before
 * @param {readonly Line[]} after
 * @returns {Hunk[] | null} null: too much to compare.
 */
export function hunksOf(before, after) {
  let top = 0;
  while (top < before.length && top < after.length && alike(before[top], after[top])) top += 1;
  let [end, stop] = [before.length, after.length];
  while (end > top && stop > top && alike(before[end - 1], after[stop - 1])) [end, stop] = [end - 1, stop - 1];
  const [rows, columns] = [end - top, stop - top];
  if (rows * columns > MAX_PAIRS) return null;
  const longest = commonLengths(before.slice(top, end), after.slice(top, stop));
  /** @type {Hunk[]} */
  const hunks = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && alike(before[top + row], after[top + column])) {
      [row, column] = [row + 1, column + 1];
      continue;
    }
    const [from, start] = [row, column];
    while ((row < rows || column < columns) && !(row < rows && column < columns && alike(before[top + row], after[top + column]))) {
      const down = row < rows ? longest[(row + 1) * (columns + 1) + column] ?? 0 : -1;
      const right = column < columns ? longest[row * (columns + 1) + column + 1] ?? 0 : -1;
      if (down >= right) row += 1;
      else column += 1;
    }
    hunks.push({ from: top + from, to: top + row, start: top + start, end: top + column });
  }
  return hunks;
}

/**
 * What both wrote, in one text.
 *
 * @param {string} base What both began with.
 * @param {string} mine
 * @param {string} theirs
 * @returns {string | null} null: both changed the same lines, or wrote in the same spot. A person must choose.
 */
export function merged(base, mine, theirs) {
  const [lines, own, other] = [linesOf(base), linesOf(mine), linesOf(theirs)];
  const [ours, foreign] = [hunksOf(lines, own), hunksOf(lines, other)];
  if (!ours || !foreign) return null;
  const changes = [...ours.map((hunk) => ({ ...hunk, by: own })), ...foreign.map((hunk) => ({ ...hunk, by: other }))]
    .sort((a, b) => a.from - b.from || a.to - b.to);
  /** @type {Line[]} */
  const made = [];
  let place = 0;
  /** @type {(Hunk & {by: Line[]}) | null} */
  let last = null;
  for (const change of changes) {
    if (last && equal(last, change)) continue;
    if (last && collide(last, change)) return null;
    made.push(...lines.slice(place, change.from), ...change.by.slice(change.start, change.end));
    place = change.to;
    last = change;
  }
  return joined([...made, ...lines.slice(place)]);
}

/**
 * How to make one text of another, change by change from the top down: what stays the same keeps its caret.
 *
 * @param {string} text
 * @param {string} wanted
 * @returns {Change[]}
 */
export function changesTo(text, wanted) {
  const [lines, others] = [linesOf(text), linesOf(wanted)];
  const hunks = hunksOf(lines, others) ?? [{ from: 0, to: lines.length, start: 0, end: others.length }];
  return hunks.map(({ from, to, start, end }) => {
    // A line owns the gap above it; the first has none, and so gives way up to the line that follows it.
    const rise = from === 0 || start === 0;
    const left = rise ? [0, 0] : [lines[from - 1]?.to ?? 0, others[start - 1]?.to ?? 0];
    const right = rise
      ? [lines[to]?.from ?? text.length, others[end]?.from ?? wanted.length]
      : [to > from ? lines[to - 1]?.to ?? text.length : left[0], end > start ? others[end - 1]?.to ?? wanted.length : left[1]];
    return { from: left[0] ?? 0, to: right[0] ?? 0, words: wanted.slice(left[1], right[1]) };
  });
}

/**
 * @param {string} text
 * @param {readonly Change[]} changes As `changesTo` gives them.
 */
export function changed(text, changes) {
  return changes.toReversed().reduce((made, { from, to, words }) => made.slice(0, from) + words + made.slice(to), text);
}

/**
 * @param {Line | undefined} one
 * @param {Line | undefined} other
 */
function alike(one, other) {
  return one?.words === other?.words && one?.first === other?.first;
}

/**
 * @param {Hunk & {by: Line[]}} one
 * @param {Hunk & {by: Line[]}} other
 */
function equal(one, other) {
  const [own, theirs] = [one.by.slice(one.start, one.end), other.by.slice(other.start, other.end)];
  return one.from === other.from && one.to === other.to && own.length === theirs.length && own.every((line, n) => alike(line, theirs[n]));
}

/**
 * Lines that follow each other may each be changed by somebody; where something is put in, its order would be a guess.
 *
 * @param {Hunk} one
 * @param {Hunk} next
 */
function collide(one, next) {
  const putsIn = one.from === one.to || next.from === next.to;
  return next.from < one.to || (next.from === one.to && putsIn);
}

/**
 * Of each pair of places, how many lines are common to what follows: a table of rows + 1 by columns + 1.
 *
 * @param {readonly Line[]} before
 * @param {readonly Line[]} after
 */
function commonLengths(before, after) {
  const width = after.length + 1;
  const longest = new Uint16Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const at = row * width + column;
      longest[at] = alike(before[row], after[column])
        ? (longest[at + width + 1] ?? 0) + 1
        : Math.max(longest[at + width] ?? 0, longest[at + 1] ?? 0);
    }
  }
  return longest;
}
