/** The questions of the hall: what is on stage, what comes next, what was answered. Pure. */

/** @import {Asked} from '../lib/hall.js' */
/** @import {Stand} from '../types.js' */
import { byWanted } from '../lib/asked.js';

/** @typedef {{onStage: Asked[], open: Asked[], later: Asked[], answered: Asked[]}} Standing */

/**
 * @param {ReadonlyArray<Asked>} all
 * @returns {Standing} Open ones most wanted first; the others the last one first.
 */
export function standing(all) {
  const of = (/** @type {Stand} */ stand) => all.filter((question) => question.stand === stand);
  const newest = (/** @type {Asked} */ a, /** @type {Asked} */ b) => b.changed - a.changed;
  return { onStage: of('on-stage').sort(newest), open: of('open').sort(byWanted), later: of('later').sort(newest), answered: of('answered').sort(newest) };
}

/**
 * Those of a session and those of none.
 *
 * @param {ReadonlyArray<Asked>} questions
 * @param {string | null} session What is on stage; null: all.
 * @returns {Asked[]}
 */
export function forSession(questions, session) {
  return session === null ? [...questions] : questions.filter((each) => each.session === session || each.session === null);
}
