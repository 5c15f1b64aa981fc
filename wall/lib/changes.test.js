import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING, isCovered, reduce, settle, valuesOf } from './changes.js';

const SNAPSHOT = { type: 'snapshot', epoch: 'e1', to: 5, view: { 'post:a': { id: 'a' }, 'post:b': { id: 'b' }, scene: { scene: 'fountain' } } };
const start = reduce(NOTHING, SNAPSHOT);
const changes = (from, to, ...list) => ({ type: 'changes', from, to, changes: list });
const ids = (view) => valuesOf(view, 'post:').map(({ id }) => id);

test('a snapshot replaces everything', () => {
  const view = reduce(start, { type: 'snapshot', epoch: 'e2', to: 1, view: { 'post:c': { id: 'c' } } });

  assert.deepEqual([view.epoch, view.position, ids(view)], ['e2', 1, ['c']]);
});

test('changes put and drop, in order, and move the position', () => {
  const view = reduce(start, changes(5, 7, ['drop', 'post:a'], ['put', 'post:c', { id: 'c' }]));

  assert.deepEqual([view.position, ids(view)], [7, ['b', 'c']]);
});

test('the earlier view is left alone', () => {
  reduce(start, changes(5, 6, ['drop', 'post:a']));

  assert.deepEqual(ids(start), ['a', 'b']);
});

test('changes from another position are a gap', () => assert.equal(reduce(start, changes(4, 6, ['drop', 'post:a'])), 'gap'));
test('changes before any snapshot are a gap', () => assert.equal(reduce(NOTHING, changes(0, 1)), 'gap'));

test('a covered post is hidden at once and its neighbour is not', () => {
  const view = reduce(start, { type: 'cover', keys: ['post:a'] });

  assert.deepEqual([ids(view), view.entries.has('post:a')], [['b'], true]);
});

test('cover "all" hides every post and no other key', () => {
  const view = reduce(start, { type: 'cover', keys: 'all' });

  assert.deepEqual([ids(view), isCovered(view, 'scene')], [[], false]);
});

test('a later put does not show a covered post before the server had its moment to repeat the cover', () => {
  const put = reduce(reduce(start, { type: 'cover', keys: ['post:a'] }), changes(5, 6, ['put', 'post:a', { id: 'a' }]));

  assert.deepEqual(ids(put), ['b']);
  assert.deepEqual(ids(settle(put, put.generation)), ['b', 'a'].sort());
});

test('a repeated cover holds', () => {
  const put = reduce(reduce(start, { type: 'cover', keys: ['post:a'] }), changes(5, 6, ['put', 'post:b', { id: 'b' }]));
  const repeated = reduce(put, { type: 'cover', keys: ['post:a'] });

  assert.deepEqual(ids(settle(repeated, repeated.generation)), ['b']);
});

test('a snapshot without its cover lifts it', () => {
  const view = reduce(reduce(start, { type: 'cover', keys: 'all' }), SNAPSHOT);

  assert.deepEqual([ids(view), ids(settle(view, view.generation))], [[], ['a', 'b']]);
});

test('settling for an earlier frame leaves what a later one put in doubt', () => {
  const first = reduce(start, changes(5, 6));
  const covered = reduce(first, { type: 'cover', keys: ['post:a'] });
  const later = reduce(covered, changes(6, 7));

  assert.deepEqual(ids(settle(later, first.generation)), ['b']);
});

for (const frame of [{ type: 'tick', to: 5, now: 1 }, { type: 'own', posts: [] }, { type: 'pulse', topic: 't', key: 'k', value: 1, ttl: 1 }, { type: 'bye', again: true }, { type: 'of a newer server' }]) {
  test(`a frame "${frame.type}" leaves the view as it is`, () => assert.equal(reduce(start, frame), start));
}
