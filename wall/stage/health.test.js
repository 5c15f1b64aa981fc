import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isQuiet, NORM_MS, QUIET_MS, seconds, sparkline, worst } from './health.js';

const WELL = { live: true, stopped: false, paused: false, quietScreens: 0, badSources: 0, oldestMs: null };

for (const [name, facts, expected] of [
  ['nothing is wrong', {}, { code: 'ok', n: 1 }],
  ['everything is wrong', { live: false, stopped: true, paused: true, quietScreens: 2, badSources: 1, oldestMs: NORM_MS + 1 }, { code: 'lost', n: 1 }],
  ['stopped, and a screen is quiet', { stopped: true, quietScreens: 2 }, { code: 'stopped', n: 1 }],
  ['two screens are quiet', { quietScreens: 2, badSources: 1 }, { code: 'screens', n: 2 }],
  ['a source falters', { badSources: 1, paused: true }, { code: 'sources', n: 1 }],
  ['somebody waits longer than the norm', { oldestMs: NORM_MS + 1 }, { code: 'late', n: 1 }],
  ['somebody waits as long as the norm', { oldestMs: NORM_MS }, { code: 'ok', n: 1 }],
  ['paused', { paused: true }, { code: 'paused', n: 1 }],
]) {
  test(`when ${name} the chip says ${expected.code}`, () => assert.deepEqual(worst({ ...WELL, ...facts }), expected));
}

test('a screen is quiet after 25 s, not before', () => {
  const screen = { id: 's', pulse: {}, at: 1_000 };

  assert.equal(isQuiet(screen, 1_000 + QUIET_MS), false);
  assert.equal(isQuiet(screen, 1_001 + QUIET_MS), true);
});

test('a sparkline goes from edge to edge, the highest number on top', () => {
  assert.equal(sparkline([0, 5, 10], 100, 20), '0,20 50,10 100,0');
});

test('a sparkline of nothing but zeros lies on the floor, and one number draws nothing', () => {
  assert.equal(sparkline([0, 0], 10, 20), '0,20 10,20');
  assert.equal(sparkline([3], 10, 20), '');
});

test('delays are said in seconds, as a person of that language writes them', () => {
  assert.equal(seconds('nl', 240), '0,24');
  assert.equal(seconds('en', 240), '0.24');
  assert.equal(seconds('nl', 12_345), '12');
});
