import assert from 'node:assert/strict';
import { test } from 'node:test';

import { difference, move, numbered, switched, worded, wrong } from './rules.js';

const rule = (id, more = {}) => ({ id, on: true, always: false, hits: 0, ...more });
const RULES = {
  order: [rule('banned', { always: true }), rule('words'), rule('links'), rule('bot', { on: false })],
  numbers: { postsPerMinute: { value: 6, least: 1, most: 600 } },
  words: { mild: ['stom', 'dom'] },
  posts: 9,
  changed: null,
};
const ids = (rules) => rules.order.map(({ id }) => id).join(' ');

test('a rule moves up and down, and no further than the ends', () => {
  assert.equal(ids(move(RULES, 'links', -1)), 'banned links words bot');
  assert.equal(ids(move(RULES, 'links', 1)), 'banned words bot links');
  assert.equal(move(RULES, 'banned', -1), RULES);
  assert.equal(move(RULES, 'bot', 1), RULES);
});

test('a rule is switched off, but not one that always holds', () => {
  assert.equal(switched(RULES, 'words', false).order[1].on, false);
  assert.equal(switched(RULES, 'banned', false).order[0].on, true);
});

test('words are one on each line, without empty ones and doubles', () => {
  assert.deepEqual(worded(RULES, 'mild', ' stom \n\nsuf\nstom').words.mild, ['stom', 'suf']);
});

test('only what is different is sent', () => {
  assert.deepEqual(difference(RULES, RULES), {});
  assert.deepEqual(difference(RULES, switched(RULES, 'words', false)), { order: ['banned', 'links'] });
  assert.deepEqual(difference(RULES, numbered(RULES, 'postsPerMinute', 9)), { numbers: { postsPerMinute: 9 } });
  assert.deepEqual(difference(RULES, worded(RULES, 'mild', 'suf')), { words: { mild: ['suf'] } });
});

test('to move what is off changes nothing that the server knows', () => {
  assert.deepEqual(difference(RULES, move(RULES, 'bot', -1)), {});
});

test('a number out of its bounds, or none at all, is found', () => {
  assert.deepEqual(wrong(RULES), []);
  for (const value of [0, 601, 1.5, Number.NaN]) assert.deepEqual(wrong(numbered(RULES, 'postsPerMinute', value)), ['postsPerMinute']);
});
