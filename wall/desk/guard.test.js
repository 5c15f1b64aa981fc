import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Guard, GUARD_MS, READ_MS } from './guard.js';

test('the first press counts', () => {
  assert.equal(new Guard().lets(0, 'pointer'), true);
});

test('a second tap right after a decision does not count, and a later one does', () => {
  const guard = new Guard();
  guard.decided(1000);

  assert.equal(guard.lets(1000 + GUARD_MS - 1, 'pointer'), false);
  assert.equal(guard.lets(1000 + GUARD_MS, 'pointer'), true);
});

test('a key right after a decision counts', () => {
  const guard = new Guard();
  guard.decided(1000);

  assert.equal(guard.lets(1001, 'key'), true);
});

test('a text that changed under the eyes is not decided on at once, by finger or key', () => {
  const guard = new Guard();
  guard.changed(1000);

  assert.equal(guard.lets(1000 + READ_MS - 1, 'key'), false);
  assert.equal(guard.lets(1000 + READ_MS - 1, 'pointer'), false);
  assert.equal(guard.lets(1000 + READ_MS, 'key'), true);
});
