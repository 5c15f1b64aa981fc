import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NOTHING } from '../lib/changes.js';
import { amendedBy, family, lastAbout, meanwhile, note, posts, seenOf, shutOut, start, taken } from './state.js';

/** @param {Record<string, unknown>} entries */
const view = (entries) => ({ ...NOTHING, position: 9, entries: new Map(Object.entries(entries)) });
const post = (id, revision = 1) => ({ id, revision });
const holes = (/** @type {any} */ { by, at }) => ({ name: by ?? '', time: `at ${at}` });

test('the queue is what is live, without what was decided here a moment ago', () => {
  const live = view({ 'post:a': post('a'), 'post:b': post('b'), counts: {} });
  const state = { ...start(), leaving: new Map([['b', null]]) };

  assert.deepEqual([...posts(state, live).keys()], ['a']);
});

test('the other lists are what was fetched', () => {
  const state = { ...start(), tab: 'shown', fetched: new Map([['c', post('c')]]) };

  assert.deepEqual([...posts(state, view({ 'post:a': post('a') })).keys()], ['c']);
});

test('the last decision about a post is the newest that stands', () => {
  const live = view({
    'last:1': { seq: 1, decision: 'show', posts: ['a'], undone: false },
    'last:5': { seq: 5, decision: 'hide', posts: ['a'], undone: true },
    'last:3': { seq: 3, decision: 'reject', posts: ['a', 'b'], undone: false },
    'last:6': { seq: 6, decision: '', what: 'amended', detail: '2', posts: ['a'], undone: false },
  });

  assert.equal(lastAbout(live, 'a').seq, 3);
  assert.equal(lastAbout(live, 'z'), null);
  assert.equal(amendedBy(live, post('a', 2)).seq, 6);
  assert.equal(amendedBy(live, post('a', 3)), null);
});

test('behind the live queue comes what was fetched of it, but not what is covered or live already', () => {
  const live = { ...view({ 'post:a': post('a', 2) }), covered: new Map([['post:c', 0]]) };
  const tail = { posts: new Map(['a', 'b', 'c'].map((id) => [id, post(id)])), whole: false };
  const found = posts({ ...start(), tail }, live);

  assert.deepEqual([...found.values()], [post('b'), post('a', 2)]);
});

test('a row stands for its family, and is taken when a colleague reads any of it', () => {
  const colleagues = new Map([['p1', { name: 'Tjeerd', post: 'b', since: 1, until: 9 }]]);
  const state = { ...start(), families: new Map([['a', ['a', 'b']], ['c', ['c']]]), colleagues };

  assert.deepEqual(family(state, 'a'), ['a', 'b']);
  assert.deepEqual(family(state, 'x'), ['x']);
  assert.deepEqual(family(state, null), []);
  assert.deepEqual([...taken(state).keys()], ['a']);
});

for (const [decided, words, offers] of [
  [{ decision: 'show', by: 'Tjeerd', at: 1 }, 'desk.meanwhile.shown', ['next', 'hide']],
  [{ decision: 'reject', by: 'Tjeerd', at: 1 }, 'desk.meanwhile.rejected', ['next', 'show']],
  [{ decision: 'ban', by: 'Tjeerd', at: 1 }, 'desk.meanwhile.rejected', ['next', 'show']],
  [{ decision: 'reject', by: null, at: 1 }, 'desk.stale.rejected-by-rule', ['next', 'show']],
  [null, 'desk.stale.gone', ['next']],
]) {
  test(`a post that left by ${decided?.decision ?? 'itself'} of ${decided?.by ?? 'nobody'} says ${words}`, () => {
    const notice = meanwhile('a', decided, holes);

    assert.deepEqual([notice.words, notice.offers], [words, offers]);
  });
}

const A = new Set(['a']);

test('what was seen keeps the moment it was first before somebody’s eyes', () => {
  const seen = note(new Map(), [post('a')], 4, A);
  const later = note(seen, [post('a')], 8, A);

  assert.equal(later, seen);
  assert.equal(seenOf({ ...start(), seen }, post('a'), 8), 4);
});

test('a new revision is seen anew', () => {
  const seen = note(note(new Map(), [post('a')], 4, A), [post('a', 2)], 8, A);

  assert.equal(seenOf({ ...start(), seen }, post('a', 2), 9), 8);
  assert.equal(seenOf({ ...start(), seen }, post('a', 3), 9), 9);
});

test('a post that left the list and came back is seen anew', () => {
  const seen = note(new Map(), [post('a')], 4, A);
  const gone = note(seen, [], 6, new Set());
  const back = note(gone, [post('a')], 8, A);

  assert.equal(seenOf({ ...start(), seen: back }, post('a'), 9), 8);
});

test('who is shut out keeps nothing of what was known, only how the keys were set', () => {
  const known = {
    ...start(), tab: 'shown', fetched: new Map([['a', post('a')]]), focus: post('a'), current: 'a', selected: new Set(['a']),
    message: { words: 'a', post: 'a' }, keys: false,
  };

  assert.deepEqual(shutOut(known, 'revoked'), { ...start(), keys: false, out: 'revoked' });
});
