import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BEHIND, end, NOTHING_MORE, taken, without } from './tail.js';

const page = (ids, next = null, revision = 1) => ({ posts: [...ids].map((id) => ({ id, revision, place: 0 })), next });
const ids = (tail) => [...tail.posts.keys()].join('');
const two = taken(taken(NOTHING_MORE, null, page('abc', 'c')), 'c', page('def', 'f'));

test('pages follow one another, behind all that is live', () => {
  assert.equal(ids(two), 'abcdef');
  assert.equal(two.posts.get('b').place, BEHIND + 1);
  assert.equal(two.whole, false);
  assert.equal(end(two), 'f');
});

test('the last page makes it whole', () => {
  assert.equal(taken(two, 'f', page('g')).whole, true);
  assert.equal(taken(two, 'f', page('')).whole, true);
});

test('a page fetched again drops what left, takes what changed, and leaves the others alone', () => {
  const again = taken(two, null, page('ac', 'c', 2));

  assert.equal(ids(again), 'acdef');
  assert.equal(again.posts.get('c').revision, 2);
  assert.equal(again.posts.get('d').revision, 1);
});

test('a page that starts over because its post had left makes nothing double', () => {
  assert.equal(ids(taken(two, 'f', page('abc', 'c'))), 'abcdef');
});

test('the last page fetched again drops what left at the end', () => {
  assert.equal(ids(taken(taken(two, 'f', page('gh')), 'f', page('g'))), 'abcdefg');
});

test('what was decided is dropped, and nothing else is made anew', () => {
  assert.equal(ids(without(two, ['b', 'z'])), 'acdef');
  assert.equal(without(two, ['z']), two);
});
