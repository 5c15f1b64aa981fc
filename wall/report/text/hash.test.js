import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFours, inWords } from './hash.js';

test('a hash stands in fours, all of it', () => {
  assert.equal(inFours('0123456789abcdef01'), '0123 4567 89ab cdef 01');
  assert.equal(inFours(''), '');
});

test('a size is said as people say it', () => {
  assert.deepEqual([1, 81_200, 999_999, 1_440_000, 25_000_000].map((bytes) => inWords(bytes, 'nl')), ['1 kB', '81 kB', '1.000 kB', '1,4 MB', '25 MB']);
});
