/** Which key does what in the studio. Pure: a key event in, the name of a command out. */

/**
 * @typedef {'next' | 'previous' | 'next-section' | 'previous-section' | 'choose' | 'pull' | 'up' | 'down' | 'merge' | 'names'
 *   | 'insert' | 'answer' | 'undo' | 'search' | 'help' | 'close'} Command
 *
 * @typedef {object} Key The part of a KeyboardEvent that counts.
 * @property {string} key
 * @property {boolean} [repeat]
 * @property {boolean} [shiftKey]
 * @property {boolean} [ctrlKey]
 * @property {boolean} [altKey]
 * @property {boolean} [metaKey]
 *
 * @typedef {object} Where
 * @property {boolean} field The key goes to something that takes it itself: a text field, a select.
 * @property {boolean} arrows It goes to something that takes the arrows: a radio button, a text that scrolls.
 * @property {boolean} dialog A dialog is open.
 * @property {boolean} on Single keys are switched on (WCAG 2.1.4).
 * @property {boolean} deaf There is no server: nothing may be chosen now.
 */

/** Letters are the same in both languages. @type {Readonly<Record<string, Command>>} */
export const SINGLE = {
  x: 'choose',
  s: 'pull',
  m: 'merge',
  n: 'names',
  i: 'insert',
  a: 'answer',
  u: 'undo',
  '/': 'search',
  '?': 'help',
};

/** What needs no server. @type {ReadonlySet<Command>} */
const HARMLESS = new Set(['next', 'previous', 'next-section', 'previous-section', 'insert', 'answer', 'search', 'help', 'close']);

/**
 * @param {Key} event
 * @returns {Command | null}
 */
function arrow(event) {
  const down = event.key === 'ArrowDown';
  if (!down && event.key !== 'ArrowUp') return null;
  if (event.altKey) return event.shiftKey ? null : down ? 'down' : 'up';
  if (event.shiftKey) return down ? 'next-section' : 'previous-section';
  return down ? 'next' : 'previous';
}

/**
 * The command of a key-down, or null when the key is not for us.
 *
 * A key that is kept down repeats: only walking through the list listens to that, so that one press never chooses twice.
 *
 * @param {Key} event
 * @param {Where} where
 * @returns {Command | null}
 */
export function command(event, where) {
  if (where.field || where.dialog || event.ctrlKey || event.metaKey) return null;
  if (where.arrows && event.key.startsWith('Arrow')) return null;
  const found = event.key === 'Escape' ? 'close' : arrow(event) ?? (event.altKey || !where.on ? null : SINGLE[event.key.toLowerCase()] ?? null);
  if (found === null || (event.repeat && found !== 'next' && found !== 'previous')) return null;
  return where.deaf && !HARMLESS.has(found) ? null : found;
}
