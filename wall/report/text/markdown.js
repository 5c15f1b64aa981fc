/**
 * What the buttons and keys of the editor do to Markdown. Pure: a text and a selection in, an edit out.
 *
 * @typedef {object} Edit Put `words` in the place of characters `from` up to `to`; `start` up to `end` is selected after that.
 * @property {number} from
 * @property {number} to
 * @property {string} words
 * @property {number} start
 * @property {number} end
 *
 * @typedef {'heading' | 'bullets' | 'numbers' | 'quote'} Kind
 */

const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(?=\S|$)/;
/** @type {Readonly<Record<Kind, RegExp>>} */
const PREFIX = { heading: /^#{1,6}\s+/, bullets: /^\s*[-*+]\s+/, numbers: /^\s*\d{1,9}[.)]\s+/, quote: /^>\s?/ };
const POST = /\{\{post ([a-z2-7]{16})\}\}/g;

/**
 * Put a mark around the selection, or take it away: `**` is strong, `*` is stressed.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} mark
 * @returns {Edit}
 */
export function marked(text, start, end, mark) {
  const [from, to] = tight(text, start, end);
  const words = text.slice(from, to);
  const size = mark.length;
  if (isMarked(text.slice(0, from), text.slice(to), mark)) return { from: from - size, to: to + size, words, start: from - size, end: to - size };
  if (words.length > 2 * size && isMarked(/^\**/.exec(words)?.[0] ?? '', /\**$/.exec(words)?.[0] ?? '', mark)) {
    const bare = words.slice(size, -size);
    return { from, to, words: bare, start: from, end: from + bare.length };
  }
  return { from, to, words: mark + words + mark, start: from + size, end: to + size };
}

/**
 * Make a link of the selection; its address is selected, to be typed or pasted. An address becomes the address itself.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} nameless What a link without words says.
 * @returns {Edit}
 */
export function linked(text, start, end, nameless) {
  const [from, to] = tight(text, start, end);
  const words = text.slice(from, to);
  if (/^(?:https?:\/\/|mailto:)\S+$/.test(words)) return { from, to, words: `[${nameless}](${words})`, start: from + 1, end: from + 1 + nameless.length };
  const made = `[${words || nameless}](https://)`;
  const at = from + made.length - 'https://)'.length;
  return words
    ? { from, to, words: made, start: at, end: from + made.length - 1 }
    : { from, to, words: made, start: from + 1, end: from + 1 + nameless.length };
}

/**
 * Make a heading, a list or a quote of the lines of the selection, or plain lines again.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {Kind} kind
 * @returns {Edit}
 */
export function prefixed(text, start, end, kind) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end;
  const to = text.indexOf('\n', last) < 0 ? text.length : text.indexOf('\n', last);
  const lines = text.slice(from, to).split('\n');
  const full = lines.filter((line) => line.trim());
  const off = full.length > 0 && full.every((line) => PREFIX[kind].test(line));
  let number = 0;
  const made = lines.map((line) => {
    if (off) return line.replace(PREFIX[kind], '');
    if (!line.trim() && lines.length > 1) return line;
    number += 1;
    return prefix(kind, number) + (kind === 'quote' ? line : line.replace(/^\s*(?:[-*+]|\d{1,9}[.)]|#{1,6})\s+/, ''));
  });
  const words = made.join('\n');
  if (start !== end) return { from, to, words, start: from, end: from + words.length };
  const caret = Math.max(from, Math.min(from + words.length, start + words.length - (to - from)));
  return { from, to, words, start: caret, end: caret };
}

/**
 * Enter in a list begins the next item, and ends the list after an empty one.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {Edit | null} null: an ordinary line end.
 */
export function continued(text, caret) {
  const from = text.lastIndexOf('\n', caret - 1) + 1;
  const end = text.indexOf('\n', caret);
  const line = text.slice(from, end < 0 ? text.length : end);
  const found = ITEM.exec(line);
  if (!found || caret < from + found[0].length) return null;
  if (line.length === found[0].length) return { from, to: caret, words: '', start: from, end: from };
  const [, indent = '', sign, number, stop = '', gap = ' '] = found;
  const words = `\n${indent}${sign ?? Number(number) + 1 + stop}${gap}`;
  return { from: caret, to: caret, words, start: caret + words.length, end: caret + words.length };
}

/**
 * Put a pointer to a post into the text, as a quote of its own: a copy of its words would stay when its author takes them back.
 *
 * @param {string} text
 * @param {number} caret
 * @param {string} post Its id.
 * @returns {Edit}
 */
export function withPost(text, caret, post) {
  const end = text.indexOf('\n', caret);
  const line = text.slice(text.lastIndexOf('\n', caret - 1) + 1, end < 0 ? text.length : end);
  // In the middle of a line it comes after that line: a sentence is not cut in two.
  const at = line.trim() ? (end < 0 ? text.length : end) : caret;
  const [before, after] = [text.slice(0, at).trimEnd(), text.slice(at).trimStart()];
  const words = `${before ? '\n\n' : ''}> {{post ${post}}}\n\n`;
  const start = before.length + words.length;
  return { from: before.length, to: text.length - after.length, words, start, end: start };
}

/**
 * Put a note to a paper behind the selection.
 *
 * @param {number} caret
 * @param {{code: string, place: string}} paper `place` as `p. 14`, or empty.
 * @returns {Edit}
 */
export function withPaper(caret, { code, place }) {
  const where = place.replace(/[\]\n]/g, ' ').trim();
  const words = `[^p:${code}${where && ` ${where}`}]`;
  return { from: caret, to: caret, words, start: caret + words.length, end: caret + words.length };
}

/**
 * The posts that a text points at, each once, in order.
 *
 * @param {string} text
 */
export function postsIn(text) {
  return [...new Set([...text.matchAll(POST)].map((found) => found[1] ?? ''))];
}

/**
 * The text in pieces: what is a pointer to a post or a paper, and what is not.
 *
 * @param {string} text
 * @returns {{words: string, pointer: boolean}[]} Together they are the text.
 */
export function pieces(text) {
  return text.split(/((?:>[ \t]?)?\{\{post [a-z2-7]{16}\}\}|\[\^p:[\w-]{1,64}(?:[^\S\n]+[^\]\n]{1,80})?\])/).map((words, n) => ({ words, pointer: n % 2 === 1 })).filter(({ words }) => words);
}

/**
 * How many words a reader reads; marks, addresses and pointers are none.
 *
 * @param {string} text
 * @param {string} lang BCP 47.
 */
export function countWords(text, lang) {
  const read = text.replace(POST, ' ').replace(/\[\^p:[^\]\n]*\]/g, ' ').replace(/\]\([^)\n]*\)/g, ' ');
  let count = 0;
  for (const { isWordLike } of new Intl.Segmenter(lang, { granularity: 'word' }).segment(read)) if (isWordLike) count += 1;
  return count;
}

/**
 * @param {Kind} kind
 * @param {number} number
 */
function prefix(kind, number) {
  switch (kind) {
    case 'heading':
      return '## ';
    case 'bullets':
      return '- ';
    case 'numbers':
      return `${number}. `;
    case 'quote':
      return '> ';
  }
}

/**
 * The selection without white space at its ends: `** dit **` is no emphasis.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, number]}
 */
function tight(text, start, end) {
  const words = text.slice(start, end);
  if (!words.trim()) return [start, end];
  return [start + words.length - words.trimStart().length, end - (words.length - words.trimEnd().length)];
}

/**
 * Whether a mark closes in from both sides. Of one star: the two of strong are none.
 *
 * @param {string} before
 * @param {string} after
 * @param {string} mark
 */
function isMarked(before, after, mark) {
  if (!before.endsWith(mark) || !after.startsWith(mark)) return false;
  const [left, right] = [/\**$/.exec(before)?.[0].length ?? 0, /^\**/.exec(after)?.[0].length ?? 0];
  return mark !== '*' || (left % 2 === 1 && right % 2 === 1);
}
