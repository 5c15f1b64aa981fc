import assert from 'node:assert/strict';
import { test } from 'node:test';

import { archiveFails, isQuiet, LEADS_TO, NORM_MS, QUIET_MS, saidAt, seconds, sparkline, wholeMinutes, worst } from './health.js';

const WELL = { live: true, stopped: false, paused: false, braked: false, rehearsing: false, archiveFails: false, quietScreens: 0, badSources: 0, oldestMs: null };

for (const [name, facts, expected] of [
  ['nothing is wrong', {}, { code: 'ok', n: 1 }],
  ['everything is wrong', { live: false, stopped: true, paused: true, braked: true, rehearsing: true, archiveFails: true, quietScreens: 2, badSources: 1, oldestMs: NORM_MS + 1 }, { code: 'lost', n: 1 }],
  ['stopped, and a screen is quiet', { stopped: true, quietScreens: 2 }, { code: 'stopped', n: 1 }],
  ['the brake came on, and a screen is quiet', { braked: true, quietScreens: 1 }, { code: 'brake', n: 1 }],
  ['two screens are quiet', { quietScreens: 2, badSources: 1 }, { code: 'screens', n: 2 }],
  ['a source falters', { badSources: 1, paused: true }, { code: 'sources', n: 1 }],
  ['the archive fails, and somebody waits', { archiveFails: true, oldestMs: NORM_MS + 1 }, { code: 'archive', n: 1 }],
  ['somebody waits longer than the norm', { oldestMs: NORM_MS + 1 }, { code: 'late', n: 1 }],
  ['somebody waits as long as the norm', { oldestMs: NORM_MS }, { code: 'ok', n: 1 }],
  ['paused while rehearsing', { paused: true, rehearsing: true }, { code: 'paused', n: 1 }],
  ['rehearsing', { rehearsing: true }, { code: 'rehearsal', n: 1 }],
]) {
  test(`when ${name} the chip says ${expected.code}, and leads somewhere`, () => {
    assert.deepEqual(worst({ ...WELL, ...facts }), expected);
    assert.ok(LEADS_TO[expected.code]);
  });
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

for (const [name, archive, fails] of [
  ['the first is being made', { at: null, ok: false, problem: null }, false],
  ['one was made', { at: 1, ok: true, problem: null }, false],
  ['the newest is too old', { at: 1, ok: true, problem: 'old' }, true],
  ['the place is gone before the first', { at: null, ok: false, problem: 'gone' }, true],
  ['the last one failed', { at: 1, ok: false, problem: null }, true],
]) {
  test(`an archive ${fails ? 'needs somebody' : 'is well'} when ${name}`, () => assert.equal(archiveFails(archive), fails));
}

test('what is said again and again is as old as it says itself, and never from the future', () => {
  assert.equal(saidAt({ at: 4_000_000 }, 9_000), 4_000);
  assert.equal(saidAt({ at: 99_000_000 }, 9_000), 9_000);
  assert.equal(saidAt({}, 9_000), 9_000);
  assert.equal(saidAt(null, 9_000), 9_000);
});

for (const [counts, at, expected] of [
  [[3, 12, 0], 60_000, [3, 12, 12]],
  [[3, 12, 5], 90_000, [3, 12, 11]],
  [[3, 12, 9], 119_999, [3, 12, 9]],
  [[4], 60_000, [4]],
  [[], 60_000, []],
]) {
  test(`${counts.join(', ') || 'nothing'}, ${(at % 60_000) / 1000} s into the minute, are ${expected.join(', ') || 'nothing'}`, () => assert.deepEqual(wholeMinutes(counts, at), expected));
}
