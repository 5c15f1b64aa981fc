/** @import {HallSwitches, Poll, Question, SceneValue, Tally, View} from '../types.js' */
/** @import {Timed} from './programme.js' */
import { isCovered, valuesOf } from './changes.js';

/**
 * What the hall asks and is asked, as one screen sees it, and what of it comes onto the screen by itself. Pure.
 *
 * @typedef {Question & {votes: number}} Asked
 * @typedef {Poll & {tally: Tally}} Polled
 *
 * @typedef {object} Hall
 * @property {HallSwitches} switches
 * @property {readonly Asked[]} questions That may be seen.
 * @property {readonly Polled[]} polls That were opened.
 *
 * @typedef {object} Where
 * @property {readonly Timed[]} sessions As `effective` gives them.
 * @property {string | null} room Of the screen; null: it is of the whole house.
 */

/** So long a result stays by itself, from the moment that the poll was closed. */
export const RESULT_MS = 30_000;

/** Until the server says otherwise. @type {HallSwitches} */
const AT_FIRST = { questions: false, reactions: false, follows: true };
/** @type {Tally} */
const NOBODY = { n: 0, result: null };

/**
 * @param {View} view
 * @returns {Hall}
 */
export function hallOf(view) {
  const questions = /** @type {Question[]} */ (valuesOf(view, 'question:')).filter(({ post }) => !isCovered(view, `post:${post}`));
  const polls = /** @type {Poll[]} */ (valuesOf(view, 'poll:')).filter(({ opening }) => opening > 0);
  return {
    switches: /** @type {HallSwitches | undefined} */ (view.entries.get('hall')) ?? AT_FIRST,
    questions: questions.map((question) => ({ ...question, votes: /** @type {number | undefined} */ (view.entries.get(`votes:${question.post}`)) ?? 0 })),
    polls: polls.map((poll) => ({ ...poll, tally: tallyOf(view, poll) })),
  };
}

/**
 * Answers in people's own words are gone at once when everybody's words are.
 *
 * @param {View} view
 * @param {Poll} poll
 * @returns {Tally}
 */
function tallyOf(view, { id, kind }) {
  const tally = /** @type {Tally | undefined} */ (view.entries.get(`tally:${id}`)) ?? NOBODY;
  return kind === 'words' && view.covered.has('all') ? { n: tally.n, result: null } : tally;
}

/** @param {Poll} poll */
export function isOpen({ opening, closed }) {
  return opening > 0 && closed === 0;
}

/**
 * Whether a screen is about it: what is of no session, or of one in this room. A screen of the whole house is about everything.
 *
 * @param {{session: string | null}} thing
 * @param {Where} where
 */
export function concerns({ session }, { sessions, room }) {
  if (session === null || room === null) return true;
  const its = sessions.find(({ id }) => id === session)?.room ?? null;
  return its === null || its === room;
}

/**
 * @param {Hall} hall
 * @param {Where} where
 * @returns {Asked | null} Which came on stage last.
 */
export function questionOnStage({ questions }, where) {
  return latest(questions.filter((each) => each.stand === 'on-stage' && concerns(each, where)), ({ changed }) => changed);
}

/**
 * @param {Hall} hall
 * @param {Where} where
 * @returns {Polled | null} The open one, else the one that was closed last.
 */
export function pollNow({ polls }, where) {
  const here = polls.filter((each) => concerns(each, where));
  return latest(here.filter(isOpen), ({ opened }) => opened) ?? latest(here, ({ closed }) => closed);
}

/**
 * What comes by itself: the question on stage, the open poll, and for a while the result of one that was closed; of several, what
 * happened last. Only onto the fountain, and onto the title card of the very session: whatever else a person chose stays.
 *
 * @param {Hall} hall
 * @param {SceneValue} directed What the screen would show.
 * @param {Where & {nowMs: number}} where `nowMs`: the server's clock.
 * @returns {SceneValue | null} null: nothing does.
 */
export function following(hall, { scene, session }, where) {
  if (!hall.switches.follows || (scene !== 'fountain' && scene !== 'session')) return null;
  /** @param {{session: string | null}} thing */
  const mayCome = (thing) => (scene === 'fountain' ? concerns(thing, where) : thing.session !== null && thing.session === session);
  const found = [
    ...hall.questions.filter((each) => each.stand === 'on-stage' && mayCome(each)).map(({ post, changed }) => ({ at: changed, value: /** @type {SceneValue} */ ({ scene: 'question', post }) })),
    ...hall.polls.filter((each) => (isOpen(each) || where.nowMs < each.closed / 1_000 + RESULT_MS) && mayCome(each)).map(({ id, opened, closed }) => ({ at: closed || opened, value: /** @type {SceneValue} */ ({ scene: 'poll', poll: id }) })),
  ];
  return latest(found, ({ at }) => at)?.value ?? null;
}

/**
 * @template T
 * @param {readonly T[]} things
 * @param {(thing: T) => number} when
 * @returns {T | null}
 */
function latest(things, when) {
  return things.reduce((/** @type {T | null} */ last, thing) => (last !== null && when(last) >= when(thing) ? last : thing), null);
}
