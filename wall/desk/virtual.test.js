import assert from 'node:assert/strict';
import { test } from 'node:test';

import { places, shift, stretch } from './virtual.js';

const rows = (...ids) => ids.map((id) => ({ id }));
const heights = (id) => (id.startsWith('t') ? 20 : 10);

test('rows lie below one another, each as high as it is', () => {
  const { tops, at } = places(rows('a', 't', 'b'), heights);

  assert.deepEqual(tops, [0, 10, 30, 40]);
  assert.equal(at.get('b'), 2);
});

for (const [what, from, to, more, expected] of [
  ['at the start', 0, 25, 0, { first: 0, end: 3 }],
  ['between two rows', 10, 30, 0, { first: 0, end: 3 }],
  ['in the middle', 35, 45, 0, { first: 3, end: 5 }],
  ['with some more around it', 35, 45, 2, { first: 1, end: 7 }],
  ['at the end', 95, 120, 0, { first: 9, end: 10 }],
  ['of no height', 30, 30, 5, { first: 0, end: 0 }],
]) {
  test(`the rows of a stretch ${what}`, () => {
    const { tops } = places(rows(...'abcdefghij'), heights);

    assert.deepEqual(stretch(tops, from, to, more), expected);
  });
}

test('every row that can be seen is drawn, wherever the list stands', () => {
  const { tops } = places(rows('a', 't1', 'b', 't2', 'c', 't3', 'd'), heights);

  for (let from = -30; from < 100; from += 1) {
    const { first, end } = stretch(tops, from, from + 25);
    for (let row = 0; row < 7; row += 1) {
      const seen = tops[row] < from + 25 && tops[row + 1] > from;
      if (seen) assert.ok(row >= first && row < end, `${row} at ${from}`);
    }
  }
});

test('an empty list has nothing to draw', () => {
  assert.deepEqual(stretch(places([], heights).tops, 0, 100), { first: 0, end: 0 });
});

test('what is being read stays where it is when rows above it leave', () => {
  const before = places(rows('a', 't', 'b', 'c'), heights);

  assert.equal(shift(before, places(rows('b', 'c'), heights), ['b']), -30);
  assert.equal(shift(before, places(rows('b', 'c'), heights), ['t', 'c']), -30);
  assert.equal(shift(before, places(rows('x'), heights), ['b']), 0);
});
