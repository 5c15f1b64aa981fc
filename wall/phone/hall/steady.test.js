import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteadyClock } from './steady.js';

test('it goes on from what the server said, by a clock that nobody sets', () => {
  const clock = new SteadyClock();

  clock.set(1_000_000, 50);
  assert.equal(clock.now(50), 1_000_000);
  assert.equal(clock.now(2_050), 1_002_000);
  clock.set(1_009_000, 10_050);
  assert.equal(clock.now(10_550), 1_009_500);
});
