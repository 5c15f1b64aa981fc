/** The questions of the hall as the desk lists them: which, in what order, and what may be done with each. Pure. */

/** @import {Lang, Poll, Question, Stand, View} from '../types.js' */
import { byNewest, byWanted } from '../lib/asked.js';
import { isCovered, valuesOf } from '../lib/changes.js';

/**
 * @typedef {'wanted' | 'new' | 'unasked'} Order
 * @typedef {Question & {readonly votes: number}} Wanted A question and how many want to know.
 */

/** @type {ReadonlyArray<Order>} */
export const ORDERS = ['wanted', 'new', 'unasked'];

/**
 * The questions that may be seen, with their votes.
 *
 * @param {View} view
 * @returns {Wanted[]}
 */
export function questions(view) {
  /** @type {Question[]} */
  const all = valuesOf(view, 'question:');
  return all.filter(({ post }) => !isCovered(view, `post:${post}`)).map((question) => ({ ...question, votes: Number(view.entries.get(`votes:${question.post}`) ?? 0) }));
}

/**
 * Those that somebody asked to see, in that order. What waits to be asked is the most wanted first, as on the stage.
 *
 * @param {ReadonlyArray<Wanted>} all
 * @param {Order} order
 * @param {string | null} session null: all; empty: those of none.
 * @returns {Wanted[]}
 */
export function ordered(all, order, session) {
  return all
    .filter((question) => session === null || (question.session ?? '') === session)
    .filter(({ stand }) => order !== 'unasked' || stand === 'open')
    .sort(order === 'new' ? byNewest : byWanted);
}

/**
 * What the button or key for *stand* means for a question that stands so: the same again takes it back.
 *
 * @param {Stand} now
 * @param {Stand} stand
 * @returns {Stand}
 */
export function meantStand(now, stand) {
  return now === stand ? 'open' : stand;
}

/**
 * The one of these that stays: the most wanted.
 *
 * @param {ReadonlyArray<Wanted>} chosen
 * @returns {Wanted | null}
 */
export function staying(chosen) {
  return [...chosen].sort(byWanted)[0] ?? null;
}

/**
 * A poll's words in the language of the reader, else in the other.
 *
 * @param {Poll['title']} words
 * @param {Lang} lang
 */
export function inWords(words, lang) {
  return words[lang] ?? words.nl ?? words.en ?? '';
}

/**
 * The polls that the hall votes in now.
 *
 * @param {View} view
 * @returns {Poll[]}
 */
export function openPolls(view) {
  /** @type {Poll[]} */
  const polls = valuesOf(view, 'poll:');
  return polls.filter(({ opened, closed }) => opened > 0 && closed === 0).sort((a, b) => a.opened - b.opened);
}
