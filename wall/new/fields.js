/** The four fields of a new symposium: from what was typed to what is sent, and what is wrong with it. Pure. */

import { tags } from '../elements/addresses.js';

/**
 * @typedef {'title' | 'hashtags' | 'date' | 'short'} Field
 * @typedef {Record<Field, string>} Typed
 * @typedef {{title: string, hashtags: string[], date: string, short: string}} Fields
 */

/** @type {ReadonlyArray<Field>} In the order of the page. */
export const FIELDS = ['title', 'hashtags', 'date', 'short'];

/** Without 0 and 1: read aloud, or from the back of the hall, they are O and I. */
const SHORT = /^[A-Z2-9]{2,5}$/;
const TAG = /^(?=.*\p{L})[\p{L}\p{M}\p{N}_]{1,100}$/u;

/**
 * @param {Typed} typed
 * @returns {Fields}
 */
export function read(typed) {
  return {
    title: typed.title.trim().replace(/\s+/gu, ' '),
    hashtags: tags(typed.hashtags),
    date: typed.date,
    short: typed.short.trim().toUpperCase(),
  };
}

/**
 * What a person can see is wrong before the server says so.
 *
 * @param {Fields} fields
 * @returns {Partial<Record<Field, string>>} Keys of the catalogue.
 */
export function wrong(fields) {
  /** @type {Partial<Record<Field, string>>} */
  const found = {};
  if (!fields.title) found.title = 'new.error.title';
  if (!fields.hashtags.every((tag) => TAG.test(tag))) found.hashtags = 'new.error.hashtags';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(fields.date)) found.date = 'new.error.date';
  if (!SHORT.test(fields.short)) found.short = 'new.error.short';
  return found;
}

/**
 * A short address to start from: the first letters of the first long word of the title.
 *
 * @param {string} title
 * @returns {string} Empty when the title has nothing to offer.
 */
export function shortFrom(title) {
  const words = title.normalize('NFKD').toUpperCase().replace(/\p{M}/gu, '').split(/[^A-Z2-9]+/);
  const word = words.find((one) => one.length >= 5) ?? words.find((one) => one.length >= 2) ?? '';
  return word.slice(0, 2);
}
