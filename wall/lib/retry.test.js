import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelay } from './retry.js';

test('who comes back waits at least half a second and at most 15', () => {
  assert.deepEqual([retryDelay(1, 0), retryDelay(30, 0), retryDelay(30, 0.999_999) <= 15_000], [500, 500, true]);
});
test('the longer it lasts, the wider the crowd is spread', () => {
  assert.ok(retryDelay(1, 0.5) < retryDelay(3, 0.5) && retryDelay(3, 0.5) < retryDelay(6, 0.5));
});
