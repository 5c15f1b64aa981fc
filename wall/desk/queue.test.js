import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after, alike, arrange, extend, first, fold, step, sweep, toggle } from './queue.js';

/** @param {string} id @param {number} place */
const post = (id, place) => ({ id, place });
/** @param {...string} ids `-a` is a gap where a was. */
const rows = (...ids) => ids.map((id) => ({ id: id.replace('-', ''), gone: id.startsWith('-') }));

test('the first posts come in fair order', () => {
  assert.deepEqual(arrange([], [post('b', 2), post('a', 1)], 0), rows('a', 'b'));
});

test('posts of the same place have one order, whatever the order they came in', () => {
  assert.deepEqual(arrange([], [post('b', 1), post('a', 1)], 0), arrange([], [post('a', 1), post('b', 1)], 0));
});

test('a new post does not move a row in sight, even when it goes before it', () => {
  assert.deepEqual(arrange(rows('b', 'c'), [post('a', 1), post('b', 2), post('c', 3)], 2), rows('b', 'c', 'a'));
});

test('below what is in sight a new post takes its fair place', () => {
  const shown = rows('a', 'flood1', 'flood2', 'flood3');
  const posts = [post('a', 1), post('flood1', 2), post('new', 3), post('flood2', 9), post('flood3', 10)];

  assert.deepEqual(arrange(shown, posts, 2), rows('a', 'flood1', 'new', 'flood2', 'flood3'));
});

test('a post that left stays as a gap in sight, and is gone below it', () => {
  assert.deepEqual(arrange(rows('a', 'b', 'c', 'd'), [post('a', 1), post('c', 3)], 2), rows('a', '-b', 'c'));
});

test('a gap is filled again when its post comes back', () => {
  assert.deepEqual(arrange(rows('a', '-b', 'c'), [post('a', 1), post('b', 9), post('c', 3)], 3), rows('a', 'b', 'c'));
});

test('sweeping closes the gaps', () => {
  assert.deepEqual(sweep(rows('a', '-b', 'c'), 'a'), rows('a', 'c'));
});

test('sweeping leaves the gap of the post that is being read', () => {
  assert.deepEqual(sweep(rows('a', '-b', '-c'), 'b'), rows('a', '-b'));
});

test('next and previous skip gaps and stop at the ends', () => {
  const list = rows('a', '-b', 'c');

  assert.equal(step(list, 'a', 1), 'c');
  assert.equal(step(list, 'c', -1), 'a');
  assert.equal(step(list, 'c', 1), 'c');
  assert.equal(step(list, 'a', -1), 'a');
});

test('the first step goes to the first row that is there', () => {
  assert.equal(step(rows('-a', 'b'), null, 1), 'b');
  assert.equal(step(rows('-a'), null, 1), null);
});

test('after a decision the next row is current', () => {
  assert.equal(after(rows('a', 'b', 'c'), 'b', new Set(['b'])), 'c');
});

test('after the last row the one above is current, and after the only row none', () => {
  assert.equal(after(rows('a', 'b'), 'b', new Set(['b'])), 'a');
  assert.equal(after(rows('a'), 'a', new Set(['a'])), null);
});

test('after a bulk decision the first row that stays is current', () => {
  assert.equal(after(rows('a', 'b', 'c', 'd'), 'b', new Set(['b', 'c'])), 'd');
});

test('the current row stays current when another leaves', () => {
  assert.equal(after(rows('a', 'b', 'c'), 'b', new Set(['a'])), 'b');
});

test('what a colleague reads is skipped, both ways and after a decision', () => {
  const list = rows('a', 'b', 'c', 'd');

  assert.equal(step(list, 'a', 1, new Set(['b'])), 'c');
  assert.equal(step(list, 'd', -1, new Set(['b', 'c'])), 'a');
  assert.equal(after(list, 'a', new Set(['a']), new Set(['b', 'c'])), 'd');
  assert.equal(after(list, 'd', new Set(['d']), new Set(['c'])), 'b');
  assert.equal(first(list, new Set(['a'])), 'b');
});

test('when colleagues read all that is left, one may still go there', () => {
  const list = rows('a', 'b', 'c');

  assert.equal(step(list, 'a', 1, new Set(['b', 'c'])), 'b');
  assert.equal(after(list, 'b', new Set(['b']), new Set(['a', 'c'])), 'c');
  assert.equal(first(rows('-a', 'b'), new Set(['b'])), 'b');
});

test('selecting is on and off for all that a row stands for, and leaves the old set alone', () => {
  const before = new Set(['a']);

  assert.deepEqual(toggle(before, ['b', 'c']), new Set(['a', 'b', 'c']));
  assert.deepEqual(toggle(before, ['a', 'b']), new Set(['a', 'b']));
  assert.deepEqual(toggle(before, ['a']), new Set());
  assert.deepEqual(before, new Set(['a']));
});

test('extending selects the current row and the next one with all they stand for, and moves there', () => {
  const families = new Map([['c', ['c', 'c2']]]);

  assert.deepEqual(extend(rows('a', '-b', 'c'), new Set(), 'a', 1, families), { selected: new Set(['a', 'c', 'c2']), current: 'c' });
});

/** @param {string} id @param {string} group @param {number} [place] */
const like = (id, group, place = 0) => ({ id, group, place });

test('alike finds the whole family from any of its members', () => {
  const posts = [like('a', 'a'), like('b', 'a'), like('c', 'a'), like('d', 'd')];

  assert.deepEqual(alike(posts, new Set(['b'])), new Set(['b', 'a', 'c']));
  assert.deepEqual(alike(posts, new Set(['d', 'c'])), new Set(['d', 'c', 'a', 'b']));
});

test('those that say the same are one row, the first of the queue before the others', () => {
  const posts = [like('b', 'x', 2), like('c', 'c', 3), like('a', 'x', 1)];

  assert.deepEqual(fold(posts, []), { families: new Map([['a', ['a', 'b']]]), folded: new Set(['b']) });
});

test('who stands for the others stays that, also when a fairer one comes', () => {
  const posts = [like('a', 'x', 1), like('b', 'x', 2)];

  assert.deepEqual(fold(posts, rows('b')), { families: new Map([['b', ['b', 'a']]]), folded: new Set(['a']) });
});

test('when the one that stood for the others has left, the next stands for them', () => {
  assert.deepEqual(fold([like('b', 'a', 2), like('c', 'a', 3)], rows('a')).families, new Map([['b', ['b', 'c']]]));
});
