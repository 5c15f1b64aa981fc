/** @import {Translate} from '../types.js' */
/** @import {Flaw} from './checks.js' */
/** @import {Draft} from './model.js' */

/**
 * What is wrong, in words.
 *
 * @param {Translate} t
 * @param {Draft} draft
 * @param {Flaw} flaw
 */
export function flawWords(t, { sessions }, { code, other, holes }) {
  const title = sessions.find(({ id }) => id === other)?.title.trim() || t('day.untitled');
  return t(`flaw.${code}`, { other: title, ...holes });
}
