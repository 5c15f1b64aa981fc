import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterQuiet, bandAt, bars, hours, part, placed, stepS } from './axis.js';

const S = 1_000_000;
const band = (id, from, until, more = {}) => ({ id, title: id, room: '', kind: 'talk', from: from * S, until: until * S, posts: 0, ...more });
const day = { from: 0, until: 1_000 * S, posts: 3, counts: [1, 0, 0, 0, 2, 0, 0, 0, 0, 0], sessions: [band('a', 0, 500), band('b', 100, 300), band('c', 300, 600), band('d', 1_200, 1_300)] };

test('sessions at the same time stand below each other, and those outside the day are left out', () => {
  assert.deepEqual(placed(day).map(({ id, lane, start, width }) => [id, lane, start, width]), [['a', 0, 0, 0.5], ['b', 1, 0.1, 0.2], ['c', 1, 0.3, 0.3]]);
});

test('a moment outside the day is at its end', () => {
  assert.deepEqual([-5 * S, 250 * S, 9_000 * S].map((at) => part(day, at)), [0, 0.25, 1]);
});

test('the highest bar is the whole height, one post can be seen, none cannot', () => {
  assert.equal(bars([0, 100, 1]), 'M1 100v-100h0.8V100zM2 100v-5h0.8V100z');
  assert.equal(bars([0, 0]), '');
});

test('hours stand on round times and never closer than they can be read', () => {
  assert.deepEqual(hours(day, 1_000).map((at) => at / S), [0, 120, 240, 360, 480, 600, 720, 840, 960]);
  assert.deepEqual(hours(day, 320).map((at) => at / S), [0, 300, 600, 900]);
  assert.deepEqual(hours({ ...day, until: 400 * 24 * 3_600 * S }, 320), []);
});

test('an arrow goes no further than ten seconds', () => {
  assert.deepEqual([20, 500, 30_000].map((s) => stepS({ ...day, until: s * S })), [1, 5, 10]);
});

test('a talk is on rather than the break beside it', () => {
  const lunch = band('lunch', 0, 900, { kind: 'break' });
  assert.equal(bandAt({ ...day, sessions: [band('a', 0, 500), lunch] }, 100 * S)?.id, 'a');
  assert.equal(bandAt({ ...day, sessions: [band('a', 0, 500), lunch] }, 600 * S)?.id, 'lunch');
  assert.equal(bandAt(day, 700 * S), null);
});

test('a quiet time ends where the next post is, and a short one is played', () => {
  assert.equal(afterQuiet(day, 150 * S, 60), 400 * S);
  assert.equal(afterQuiet(day, 380 * S, 60), null);
  assert.equal(afterQuiet(day, 420 * S, 60), null);
  assert.equal(afterQuiet(day, 700 * S, 60), null);
});
