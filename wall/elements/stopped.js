/** @import {Switch, Translate} from '../types.js' */
import { dayTime } from '../lib/time.js';
import { byWhom } from './doer.js';

/**
 * "Noodstop sinds 13:42, door Anouk." The name is one of our own people: it may stand in a sentence.
 *
 * @param {Translate} t
 * @param {string} lang
 * @param {'stop' | 'pause'} what
 * @param {Switch} state
 */
export function since(t, lang, what, state) {
  const time = dayTime(lang, state.at / 1000);
  return state.by ? t(`${what}.since-by`, { time, name: byWhom(t, state.by) }) : t(`${what}.since`, { time });
}
