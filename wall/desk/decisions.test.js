import assert from 'node:assert/strict';
import { test } from 'node:test';

import { meant, reasonFor, refused, releases, REASONS } from './decisions.js';

/** @param {string} status @param {object} [more] */
const post = (status, more) => ({ status, pinned: false, starred: false, ...more });

for (const [command, status, expected] of [
  ['show', 'held', ['show']],
  ['show', 'rejected', ['show']],
  ['show', 'hidden', ['show']],
  ['show', 'shown', []],
  ['show', 'withdrawn', []],
  ['reject', 'held', ['reject']],
  ['reject', 'shown', ['reject']],
  ['reject', 'rejected', []],
  ['hide', 'shown', ['hide']],
  ['hide', 'held', []],
  ['pin', 'shown', ['pin']],
  ['pin', 'held', ['show', 'pin']],
  ['pin', 'gone', []],
  ['star', 'shown', ['star']],
  ['star', 'rejected', ['show', 'star']],
  ['star', 'erased', []],
]) {
  test(`${command} on a post that is ${status} means ${expected.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(meant(command, post(status)), expected);
  });
}

test('pin and star go off where they are on', () => {
  assert.deepEqual(meant('pin', post('shown', { pinned: true })), ['unpin']);
  assert.deepEqual(meant('star', post('shown', { starred: true })), ['unstar']);
});

test('reject takes the reason of the rule, else that it does not fit', () => {
  assert.equal(reasonFor('advertising'), 'advertising');
  assert.equal(reasonFor('duplicate'), 'duplicate');
  assert.equal(reasonFor(null), 'off-topic');
  assert.equal(reasonFor('something-new'), 'off-topic');
});

test('the four reasons have keys 1 to 4', () => {
  assert.deepEqual(REASONS, ['advertising', 'personal-data', 'hurtful', 'off-topic']);
});

test('only show, pin and star release', () => {
  const all = ['show', 'hold', 'reject', 'hide', 'pin', 'unpin', 'star', 'unstar'];
  assert.deepEqual(all.filter(releases), ['show', 'pin', 'star']);
});

for (const [name, now, by, words, offers] of [
  ['shown by a colleague', { status: 'shown', revision: 1 }, 'Tjeerd', 'desk.stale.shown', ['next', 'hide']],
  ['shown by a rule', { status: 'shown', revision: 1 }, null, 'desk.stale.shown-by-rule', ['next', 'hide']],
  ['rejected by a colleague', { status: 'rejected', revision: 1 }, 'Tjeerd', 'desk.stale.rejected', ['next', 'show']],
  ['hidden by a colleague', { status: 'hidden', revision: 1 }, 'Tjeerd', 'desk.stale.rejected', ['next', 'show']],
  ['edited by its author', { status: 'held', revision: 2 }, null, 'desk.stale.edited', ['show', 'reject']],
  ['put back by a colleague', { status: 'held', revision: 1 }, 'Tjeerd', 'desk.stale.held', ['show', 'reject']],
  ['changed otherwise', { status: 'held', revision: 1 }, null, 'desk.stale.other', ['show', 'reject']],
  ['withdrawn', { status: 'withdrawn', revision: 1 }, null, 'desk.stale.withdrawn', ['next']],
  ['not there any more', null, null, 'desk.stale.gone', ['next']],
]) {
  test(`a refused decision on a post that was ${name} says so and offers what can be done`, () => {
    assert.deepEqual(refused(now, 1, by), { words, offers });
  });
}
