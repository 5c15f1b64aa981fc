/** The questions as the chair needs them, and the steps between their standings. Pure. */

/** @import {Asked} from '../lib/hall.js' */
/** @import {Stand} from '../types.js' */
import { nextUp } from '../lib/asked.js';

/**
 * @typedef {{now: Asked | null, next: Asked[], later: Asked[], answered: Asked[]}} Lists
 *
 * @typedef {object} Step What was done last, by this page.
 * @property {string} post
 * @property {Stand} was
 * @property {Stand} to
 * @property {string | null} instead What was on stage before it, and made way.
 */

/**
 * @param {ReadonlyArray<Asked>} questions
 * @param {{session: string | null, only: boolean}} where `session` null: all of them. `only`: those of no session are not for this
 *   badge, as for a speaker.
 * @returns {Lists} Later and answered ones the last first.
 */
export function lists(questions, { session, only }) {
  const here = questions.filter((each) => session === null || each.session === session || (each.session === null && !only));
  const of = (/** @type {Stand} */ stand) => here.filter((each) => each.stand === stand);
  const last = (/** @type {Asked} */ a, /** @type {Asked} */ b) => b.changed - a.changed;
  return { now: of('on-stage').sort(last)[0] ?? null, next: nextUp(of('open')), later: of('later').sort(last), answered: of('answered').sort(last) };
}

/**
 * @param {ReadonlyArray<Asked>} questions
 * @param {string} post
 * @param {Stand} to
 * @returns {Step | null} null: it stands so already, or is not here any more.
 */
export function stepOf(questions, post, to) {
  const question = questions.find((each) => each.post === post);
  if (!question || question.stand === to) return null;
  const before = to === 'on-stage' ? questions.find((each) => each.stand === 'on-stage' && each.session === question.session) : undefined;
  return { post, was: question.stand, to, instead: before?.post ?? null };
}

/**
 * What takes a step back, in order; nothing where somebody did something else with the question since.
 *
 * What made way goes back on stage first: so what took its place leaves it by the same rule that put it there.
 *
 * @param {ReadonlyArray<Asked>} questions
 * @param {Step} step
 * @returns {{post: string, to: Stand}[]}
 */
export function back(questions, { post, was, to, instead }) {
  const question = questions.find((each) => each.post === post);
  if (!question || question.stand !== to) return [];
  const again = instead !== null && questions.some((each) => each.post === instead && each.stand === 'answered') ? [{ post: instead, to: /** @type {Stand} */ ('on-stage') }] : [];
  return [...again, { post, to: was }];
}
