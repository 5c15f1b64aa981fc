/** Which key does what at the desk. Pure: a key event in, the name of a command out. */

/**
 * @typedef {'show' | 'reject' | 'reason-1' | 'reason-2' | 'reason-3' | 'reason-4' | 'hide' | 'pin' | 'star' | 'ban'
 *   | 'undo' | 'edit' | 'move' | 'search' | 'next' | 'previous' | 'select' | 'extend-next' | 'extend-previous' | 'alike' | 'history' | 'back-on'
 *   | 'where' | 'stop' | 'help' | 'close' | 'question' | 'questions' | 'votes' | 'on-stage' | 'answered' | 'later' | 'merge' | 'split'} Command
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
 * @property {boolean} field The key goes to something that takes it itself: a text field, a select, a radio button.
 * @property {boolean} dialog A dialog is open.
 * @property {boolean} on Single keys are switched on (WCAG 2.1.4).
 * @property {boolean} deaf There is no server: nothing may be decided now.
 * @property {boolean} [asked] The questions of the hall are open, and not the queue.
 */

/** Letters are the same in both languages, and those of everywhere mean the same everywhere. @type {Readonly<Record<string, Command>>} */
const EVERYWHERE = {
  u: 'undo',
  m: 'move',
  '/': 'search',
  f: 'where',
  x: 'select',
  l: 'alike',
  g: 'history',
  t: 'back-on',
  q: 'question',
  v: 'questions',
  i: 'votes',
  0: 'stop',
  '?': 'help',
};

/** @type {Readonly<Record<string, Command>>} */
const IN_QUEUE = {
  ...EVERYWHERE,
  a: 'show',
  r: 'reject',
  1: 'reason-1',
  2: 'reason-2',
  3: 'reason-3',
  4: 'reason-4',
  h: 'hide',
  p: 'pin',
  s: 'star',
  b: 'ban',
  e: 'edit',
};

/** Nothing here decides about a post: whoever forgets where they are does no harm. @type {Readonly<Record<string, Command>>} */
const IN_QUESTIONS = {
  ...EVERYWHERE,
  o: 'on-stage',
  w: 'answered',
  n: 'later',
  c: 'merge',
  d: 'split',
};

/** What may still be done without a server: to read, and to look for help. @type {ReadonlySet<Command>} */
const HARMLESS = new Set(['next', 'previous', 'select', 'extend-next', 'extend-previous', 'alike', 'search', 'where', 'help', 'close', 'questions', 'votes']);

/**
 * @param {Key} event
 * @returns {Command | null}
 */
function named(event) {
  switch (event.key) {
    case 'ArrowDown':
      return event.shiftKey ? 'extend-next' : 'next';
    case 'ArrowUp':
      return event.shiftKey ? 'extend-previous' : 'previous';
    case 'Escape':
      return 'close';
    default:
      return null;
  }
}

/**
 * The command of a key-down, or null when the key is not for us.
 *
 * A key that is kept down repeats: only the arrows listen to that, so that one press never decides twice.
 *
 * @param {Key} event
 * @param {Where} where
 * @returns {Command | null}
 */
export function command(event, where) {
  if (where.field || event.ctrlKey || event.altKey || event.metaKey) return null;
  // Whatever is open: the emergency stop is always one key away.
  if (where.dialog && event.key !== '0') return null;
  const arrow = named(event);
  if (arrow) return arrow === 'close' && event.repeat ? null : arrow;
  if (event.repeat || !where.on) return null;
  const single = (where.asked ? IN_QUESTIONS : IN_QUEUE)[event.key.toLowerCase()] ?? null;
  return single && where.deaf && !HARMLESS.has(single) ? null : single;
}
