/** @import {Translate} from '../types.js' */

/** Who of our own people did something, in sentences. */

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** As the server tells its own terminal from a badge. */
const OPERATOR = 'operator';

/**
 * A name inside a sentence of ours, so that its writing direction stays its own.
 * @param {string} name
 */
export function isolate(name) {
  return `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}`;
}

/**
 * Who did something, as a sentence of ours begins.
 *
 * @param {Translate} t
 * @param {string | null | undefined} by Empty where the badge is no longer known.
 */
export function doer(t, by) {
  if (!by) return t('doer.somebody');
  return by === OPERATOR ? t('doer.operator') : by;
}

/**
 * The same in the middle of a sentence of ours.
 *
 * @param {Translate} t
 * @param {string | null | undefined} by
 */
export function byWhom(t, by) {
  const words = doer(t, by);
  return by && by !== OPERATOR ? isolate(words) : `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
