import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NOTHING } from '../lib/changes.js';
import { inWords, meantStand, openPolls, ordered, questions, staying } from './asked.js';

/** @param {string} post @param {object} [more] */
const question = (post, more = {}) => /** @type {import('./asked.js').Wanted} */ ({
  post, text: `${post}?`, name: '', lang: null, session: null, to: '', merged: 0, stand: 'open', asked: 0, changed: 0, answer: null, votes: 0, ...more,
});

/** @param {Record<string, unknown>} entries @param {string[]} [covered] */
const view = (entries, covered = []) => ({ ...NOTHING, position: 1, entries: new Map(Object.entries(entries)), covered: new Map(covered.map((key) => [key, 0])) });

const ALL = [
  question('old', { asked: 1, votes: 2, session: 's' }), question('top', { asked: 2, votes: 9, stand: 'answered' }),
  question('new', { asked: 3, session: 's' }), question('parked', { asked: 4, stand: 'later', votes: 5 }),
];
const ids = (/** @type {ReadonlyArray<{post: string}>} */ all) => all.map(({ post }) => post);

test('the votes come to their questions', () => {
  const { votes: _, ...asked } = question('a');
  assert.deepEqual(questions(view({ 'question:a': asked, 'votes:a': 3, 'question:b': question('b') })).map(({ post, votes }) => [post, votes]), [['a', 3], ['b', 0]]);
});

test('a question whose post is covered is not there', () => {
  const entries = { 'question:a': question('a'), 'question:b': question('b') };
  assert.deepEqual(ids(questions(view(entries, ['post:a']))), ['b']);
  assert.deepEqual(ids(questions(view(entries, ['all']))), []);
});

for (const [order, expected] of /** @type {const} */ ([
  ['wanted', ['top', 'parked', 'old', 'new']], ['new', ['parked', 'new', 'top', 'old']], ['unasked', ['old', 'new']],
])) {
  test(`order ${order}`, () => assert.deepEqual(ids(ordered(ALL, order, null)), expected));
}

test('only those of a session, or of none', () => {
  assert.deepEqual(ids(ordered(ALL, 'wanted', 's')), ['old', 'new']);
  assert.deepEqual(ids(ordered(ALL, 'wanted', '')), ['top', 'parked']);
});

test('the same again takes it back', () => {
  assert.equal(meantStand('open', 'on-stage'), 'on-stage');
  assert.equal(meantStand('on-stage', 'on-stage'), 'open');
  assert.equal(meantStand('later', 'answered'), 'answered');
});

test('the most wanted stays', () => {
  assert.equal(staying(ALL)?.post, 'top');
  assert.equal(staying([]), null);
});

test('a poll is told in the language of the reader, else in the other', () => {
  assert.equal(inWords({ nl: 'ja', en: 'yes' }, 'en'), 'yes');
  assert.equal(inWords({ nl: 'ja' }, 'en'), 'ja');
  assert.equal(inWords({}, 'nl'), '');
});

test('drafts and closed polls are not open', () => {
  const polls = { 'poll:a': { id: 'a', opened: 5, closed: 0 }, 'poll:b': { id: 'b', opened: 0, closed: 0 }, 'poll:c': { id: 'c', opened: 2, closed: 9 }, 'poll:d': { id: 'd', opened: 4, closed: 0 } };
  assert.deepEqual(openPolls(view(polls)).map(({ id }) => id), ['d', 'a']);
});
