import assert from 'node:assert/strict';
import { test } from 'node:test';

import { after, alike, arrange, countAlike, extend, step, sweep, toggle } from './queue.js';

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

test('selecting is on and off, and leaves the old set alone', () => {
  const before = new Set(['a']);

  assert.deepEqual(toggle(before, 'b'), new Set(['a', 'b']));
  assert.deepEqual(toggle(before, 'a'), new Set());
  assert.deepEqual(before, new Set(['a']));
});

test('extending selects the current row and the next one, and moves there', () => {
  assert.deepEqual(extend(rows('a', '-b', 'c'), new Set(), 'a', 1), { selected: new Set(['a', 'c']), current: 'c' });
});

test('alike finds the whole family from any member', () => {
  const posts = [
    { id: 'a', like: null },
    { id: 'b', like: 'a' },
    { id: 'c', like: 'a' },
    { id: 'd', like: null },
  ];

  assert.deepEqual(alike(posts, 'a'), new Set(['a', 'b', 'c']));
  assert.deepEqual(alike(posts, 'c'), new Set(['c', 'a', 'b']));
  assert.deepEqual(alike(posts, 'd'), new Set(['d']));
});

test('each post knows how many others look like it', () => {
  const posts = [{ id: 'a', like: null }, { id: 'b', like: 'a' }, { id: 'c', like: 'left' }, { id: 'd', like: 'left' }, { id: 'e', like: null }];

  assert.deepEqual(Object.fromEntries(countAlike(posts)), { a: 1, b: 1, c: 1, d: 1, e: 0 });
});
