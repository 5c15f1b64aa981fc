import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROPS_MAX, SIGNS, drops } from './reactions.js';

test('nobody reacts: no drops', () => {
  for (const nothing of [{}, null, undefined, 'clap', { clap: 0 }, { clap: -3 }, { clap: NaN }, { clap: Infinity }, { toString: 9 }]) assert.deepEqual(drops(nothing, 0), [], JSON.stringify(nothing));
});

test('one person is seen', () => assert.deepEqual(drops({ heart: 1 }, 0), ['heart']));

test('never more than is calm, whatever the hall does', () => {
  for (const n of [1, 7, 8, 59, 60, 10_000, 1e12]) {
    for (let turn = 0; turn < 20; turn += 1) assert.ok(drops({ clap: n, laugh: n, idea: 1 }, turn).length <= DROPS_MAX);
  }
  assert.equal(drops({ clap: 1e12 }, 0).length, DROPS_MAX);
});

test('what is rare has its turn', () => {
  const seen = new Set(Array.from({ length: 12 }, (_, turn) => drops({ clap: 500, laugh: 3, idea: 1, heart: 1, question: 1 }, turn)).flat());
  assert.deepEqual(seen, new Set(Object.keys(SIGNS)));
});
