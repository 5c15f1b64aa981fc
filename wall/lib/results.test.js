import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largest, mean, percents, places, ranked, shares, statements } from './results.js';

const PER_CENTS = [
  ['nobody voted', [0, 0], [0, 0]],
  ['thirds', [1, 1, 1], [34, 33, 33]],
  ['what lost most by cutting gets it back', [1, 2, 4], [14, 29, 57]],
  ['one chose', [0, 9], [0, 100]],
  ['one of a thousand is not made one of a hundred', [1, 999], [0, 100]],
];
for (const [name, counts, expected] of PER_CENTS) {
  test(`per cents: ${name}`, () => assert.deepEqual(percents(counts), expected));
}

test('whole per cents are 100 together, whatever the counts', () => {
  let seed = 7;
  const dice = (most) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  for (let turn = 0; turn < 2_000; turn += 1) {
    const counts = Array.from({ length: 1 + dice(20) }, () => dice(2 ** (1 + dice(20))));
    const found = percents(counts);
    const all = counts.reduce((sum, count) => sum + count, 0);

    assert.equal(found.reduce((sum, each) => sum + each, 0), all > 0 ? 100 : 0, String(counts));
    assert.ok(counts.every((count, at) => all === 0 || Math.abs(found[at] - (100 * count) / all) < 1), String(counts));
  }
});

test('of several, each is a share of the people', () => {
  assert.deepEqual(shares({ kind: 'several' }, { n: 10, counts: [9, 6, 0] }), [90, 60, 0]);
  assert.deepEqual(shares({ kind: 'single' }, { n: 10, counts: [9, 1] }), [90, 10]);
});

test('the largest is marked, equals are marked together, and where all are equal none is', () => {
  assert.deepEqual([...largest([3, 5, 1])], [1]);
  assert.deepEqual([...largest([5, 5, 1])], [0, 1]);
  assert.deepEqual([...largest([5, 5])], []);
  assert.deepEqual([...largest([0, 0, 0])], []);
});

test('the mean of a scale that begins below zero', () => {
  assert.equal(mean({ low: -1 }, { counts: [2, 0, 2] }), 0);
  assert.equal(mean({ low: 1 }, { counts: [0, 1, 3] }), 2.75);
});

test('places of a ranking follow from its points', () => {
  const result = { n: 2, counts: [3, 0, 3] }; // first: 2 + 1, second: never above another, third: 1 + 2

  assert.deepEqual(places(result), [1.5, 3, 1.5]);
  assert.deepEqual(ranked(result), [0, 2, 1]);
});

test('a statement that few answered is not told', () => {
  assert.deepEqual(statements({ counts: [3, 1, 0, 6, 3, 1] }), [{ n: 4, percents: null }, { n: 10, percents: [60, 30, 10] }]);
});
