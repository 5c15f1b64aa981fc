import assert from 'node:assert/strict';
import { test } from 'node:test';

import { beginning, MAX_PLAYLIST, moved, shownOn, toChoose, turned, withOwn } from './scenes.js';

const ITEM = { scene: 'fountain', screens: { foyer: { scene: 'join' } }, rooms: { hall: { scene: 'day' } } };

test('a screen shows its own scene, another one what all show', () => {
  assert.equal(shownOn(ITEM, 'foyer')?.scene, 'join');
  assert.equal(shownOn(ITEM, 'left')?.scene, 'fountain');
  assert.equal(shownOn(ITEM, null)?.scene, 'fountain');
});

test('a room shows its own scene on its screens, unless one has its own', () => {
  assert.equal(shownOn(ITEM, 'room:hall')?.scene, 'day');
  assert.equal(shownOn(ITEM, 'room:attic')?.scene, 'fountain');
  assert.equal(shownOn(ITEM, 'left', 'hall')?.scene, 'day');
  assert.equal(shownOn(ITEM, 'foyer', 'hall')?.scene, 'join');
});

test('before anything is known nothing is shown anywhere', () => {
  assert.equal(shownOn(null, 'foyer'), null);
  assert.deepEqual(withOwn(null), []);
});

test('the screens with a scene of their own are named', () => {
  assert.deepEqual(withOwn(ITEM), ['room:hall', 'foyer']);
  assert.deepEqual(withOwn({ scene: 'fountain' }), []);
});

test('starred posts are offered first, then the newest on the screens', () => {
  const post = (id, released, starred = false) => ({ id, released, starred });
  const posts = [post('old', 1), post('star', 2, true), post('new', 3)];

  assert.deepEqual(toChoose(posts).map((one) => one.id), ['star', 'new', 'old']);
  assert.deepEqual(posts.map((one) => one.id), ['old', 'star', 'new'], 'what was given is left alone');
});

for (const [text, most, expected] of [
  ['Kort', 10, 'Kort'],
  ['Een langere zin', 8, 'Een lang…'],
  ['Een  regel\nen nog een', 30, 'Een regel en nog een'],
  ['Een zin', 4, 'Een…'],
  ['👩‍👩‍👧👍🏽 dag', 1, '👩‍👩‍👧…'],
]) {
  test(`the beginning of ${JSON.stringify(text)} in ${most} is ${expected}`, () => assert.equal(beginning(text, most), expected));
}

test('choosing twice is choosing not', () => {
  assert.deepEqual(turned(['a'], 'b'), ['a', 'b']);
  assert.deepEqual(turned(['a', 'b'], 'a'), ['b']);
});

test('a full playlist takes no more, and still lets go', () => {
  const full = Array.from({ length: MAX_PLAYLIST }, (_, n) => `p${n}`);

  assert.deepEqual(turned(full, 'more'), full);
  assert.equal(turned(full, 'p0').length, MAX_PLAYLIST - 1);
});

for (const [id, by, expected] of [
  ['b', -1, ['b', 'a', 'c']],
  ['b', 1, ['a', 'c', 'b']],
  ['a', -1, ['a', 'b', 'c']],
  ['c', 1, ['a', 'b', 'c']],
  ['x', 1, ['a', 'b', 'c']],
]) {
  test(`${id} moved by ${by} gives ${expected.join('')}`, () => assert.deepEqual(moved(['a', 'b', 'c'], id, by), expected));
}
