/** @import {Asked} from '../lib/hall.js' */
/** @import {Translate} from '../types.js' */

/** Marks a stranger's words, so that their direction does not turn the sentence around. */
const isolate = (/** @type {string} */ words) => `\u2068${words}\u2069`;

/**
 * "12 mensen · van Noor · voor Karim · met 2 andere vragen".
 *
 * @param {Translate} t
 * @param {Asked} question
 */
export function meta(t, { votes, name, to, merged }) {
  return [
    t('chair.people', { n: votes }), name ? t('chair.of', { name: isolate(name) }) : t('chair.anonymous'), to ? t('chair.for', { name: isolate(to) }) : '',
    merged > 0 ? t('chair.with', { n: merged }) : '',
  ].filter(Boolean).join(' · ');
}
