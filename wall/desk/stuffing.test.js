import assert from 'node:assert/strict';
import { test } from 'node:test';

import { between, clockOf, columns, due, freshPercent, loud, moment, SECOND_US, whole } from './stuffing.js';

const T0 = Date.UTC(2026, 10, 22, 12) * 1_000;
const at = (/** @type {number} */ seconds) => T0 + seconds * SECOND_US;

/** @param {Partial<import('./stuffing.js').Told>} [more] */
const told = (more = {}) => ({
  since: T0, aside: [], seconds: /** @type {[number, number, number][]} */ ([[at(0), 2, 0], [at(3), 9, 8], [at(4), 12, 12], [at(60), 1, 0]]),
  bursts: [{ from: at(3), to: at(4) + 500_000, n: 21, fresh: 20, perSecond: 12 }], ...more,
});

test('only where many votes came in is the server asked, most first', () => {
  const topics = [{ key: 'poll:a', n: 10 }, { key: 'question:b', n: 40 }, { key: 'question:c', n: 4 }, { key: 'question:d', n: 7 }];
  assert.deepEqual(due(topics, new Map([['poll:a', 2], ['question:d', 3]])).map(({ key }) => key), ['question:b', 'poll:a']);
  assert.deepEqual(due(topics, new Map(topics.map(({ key, n }) => [key, n]))), []);
});

test('at most three at a time', () => {
  assert.equal(due(Array.from({ length: 9 }, (_, n) => ({ key: `question:${n}`, n: 20 + n })), new Map()).length, 3);
});

test('a burst is loud until somebody looked, and the next one is again', () => {
  assert.equal(loud(told(), 0)?.n, 21);
  assert.equal(loud(told(), at(5)), null);
  assert.equal(loud(told({ aside: [{ seq: 1, n: 20, reason: 'x', by: 'A', at: at(9) }] }), 0), null);
  assert.equal(loud(told({ aside: [{ seq: 1, n: 20, reason: 'x', by: null, at: null }] }), 0)?.n, 21);
  const next = { from: at(20), to: at(21), n: 30, fresh: 30, perSecond: 15 };
  assert.equal(loud(told({ bursts: [...told().bursts, next] }), at(5)), next);
  assert.equal(loud(told({ bursts: [] }), 0), null);
});

test('votes between two moments, both included', () => {
  assert.deepEqual(between(told(), at(3), at(4)), { n: 21, fresh: 20 });
  assert.deepEqual(between(told(), at(3) + 900_000, at(3) + 950_000), { n: 9, fresh: 8 });
  assert.deepEqual(between(told(), at(10), at(20)), { n: 0, fresh: 0 });
});

test('columns tell all votes around a stretch, and which are in it', () => {
  const { seconds, columns: all } = columns(told(), at(3), at(4));
  assert.equal(seconds, 1);
  assert.deepEqual(all.filter(({ n }) => n > 0).map(({ at: when, n, fresh, within }) => [when - T0, n, fresh, within]), [[0, 2, 0, false], [3 * SECOND_US, 9, 8, true], [4 * SECOND_US, 12, 12, true]]);
  assert.equal(all.length, 22);
});

for (const length of [1, 40, 59, 61, 700, 4_000, 90_000]) {
  test(`${length} seconds fit in the picture, with every vote of them once`, () => {
    const many = Array.from({ length: Math.min(length, 3_600) }, (_, n) => /** @type {[number, number, number]} */ ([at(Math.floor((n * length) / Math.min(length, 3_600))), 3, 1]));
    const { columns: all } = columns(told({ seconds: many }), at(0), at(length) - 1);
    assert.ok(all.length <= 60, String(all.length));
    assert.equal(all.reduce((sum, { n }) => sum + n, 0), 3 * many.length);
    assert.equal(all.reduce((sum, { fresh }) => sum + fresh, 0), many.length);
  });
}

test('all of it goes from the first vote to the end of the last second', () => {
  assert.deepEqual(whole(told()), { from: at(0), to: at(61) - 1 });
  assert.equal(whole(told({ seconds: [] })), null);
});

test('percentages of nothing are nothing', () => {
  assert.equal(freshPercent({ n: 0, fresh: 0 }), 0);
  assert.equal(freshPercent({ n: 3, fresh: 2 }), 67);
});

test('a clock is the same moment back and forth', () => {
  assert.equal(moment(clockOf(at(42) + 123), at(0)), at(42));
  assert.equal(moment('13:05', at(0)), moment('13:05:00', at(0)));
  for (const typed of ['', '1:2', 'noon']) assert.equal(moment(typed, at(0)), null);
});
