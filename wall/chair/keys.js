/** Which key does what on stage. Pure. The keys of a presenter's clicker work too: they are Page Down and Page Up. */

/**
 * @typedef {'next' | 'answered' | 'later' | 'undo' | 'signal' | 'help' | 'ask-1' | 'ask-2' | 'ask-3' | 'ask-4' | 'ask-5' | 'ask-6' | 'ask-7' | 'ask-8' | 'ask-9'} Command
 *
 * @typedef {object} Key The part of a KeyboardEvent that counts.
 * @property {string} key
 * @property {boolean} [repeat]
 * @property {boolean} [ctrlKey]
 * @property {boolean} [altKey]
 * @property {boolean} [metaKey]
 */

/** @type {Readonly<Record<string, Command>>} */
const CLICKER = { PageDown: 'next', PageUp: 'undo' };

/** Single keys can be switched off (WCAG 2.1.4). @type {Readonly<Record<string, Command>>} */
const SINGLE = { n: 'next', a: 'answered', l: 'later', u: 'undo', s: 'signal', '?': 'help' };

/**
 * @param {Key} event
 * @param {{field: boolean, dialog: boolean, on: boolean}} where `field`: the key goes to a text field or menu. `on`: single keys work.
 * @returns {Command | null}
 */
export function command({ key, repeat = false, ctrlKey = false, altKey = false, metaKey = false }, { field, dialog, on }) {
  if (repeat || ctrlKey || altKey || metaKey || field || dialog) return null;
  const always = CLICKER[key];
  if (always) return always;
  if (key === '?') return 'help';
  if (!on) return null;
  if (/^[1-9]$/u.test(key)) return /** @type {Command} */ (`ask-${key}`);
  return SINGLE[key.toLowerCase()] ?? null;
}
