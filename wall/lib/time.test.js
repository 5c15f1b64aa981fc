import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerClock, age } from './time.js';
import { words } from './words.js';

const t = words({ 'age.now': 'zojuist', 'age.minutes': '{n} min', 'age.hours': '{n} uur' }, 'nl');
const NOW = Date.UTC(2026, 10, 12, 13, 42);
const MINUTE = 60_000;

for (const [minutes, words] of [[-3, 'zojuist'], [0, 'zojuist'], [0.9, 'zojuist'], [1, '1 min'], [59.9, '59 min'], [60, '1 uur'], [359, '5 uur']]) {
  test(`${minutes} minutes ago is "${words}"`, () => assert.equal(age(t, 'nl', NOW - minutes * MINUTE, NOW), words));
}
test('longer ago is the time of the day', () => assert.match(age(t, 'nl', NOW - 400 * MINUTE, NOW), /^\d\d:\d\d$/));
test('the server clock is ahead by what the tick told', () => {
  const clock = new ServerClock();
  clock.set((NOW + 5_000) * 1_000, NOW);

  assert.equal(clock.offsetMs, 5_000);
});
