import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allScreens, nameOf, placeOf, roomOf } from './screens.js';

const t = (key, { n } = {}) => (n ? `${key} ${n}` : key);
const heard = (id, name) => [id, { id, pulse: name ? { name } : {}, at: 5 }];

test('a room has a place of its own among the screens', () => {
  assert.equal(roomOf(placeOf('grote-zaal')), 'grote-zaal');
  assert.equal(roomOf('a1b2'), null);
  assert.equal(roomOf(null), null);
});

test('screens that staff know come first, also those that were not heard', () => {
  const paired = { b: { name: 'Tuinzaal', room: null, stage: false }, c: { name: 'Foyer', room: null, stage: false } };

  const all = allScreens(new Map([heard('a'), heard('b', 'beamer')]), paired, 3);

  assert.deepEqual(all.map(({ id, heard: there, at }) => [id, there, at]), [['c', false, 3], ['b', true, 5], ['a', true, 5]]);
});

test('staff call a screen by the name that they gave it', () => {
  const all = allScreens(new Map([heard('b', 'beamer')]), { b: { name: 'Tuinzaal', room: null, stage: false } }, 0);

  assert.equal(nameOf(all, 'b', t), 'Tuinzaal');
});

test('screens of one name are told apart, and one without a name has a number', () => {
  const all = allScreens(new Map([heard('a', 'Foyer'), heard('b'), heard('c', 'Foyer')]), {}, 0);

  assert.deepEqual(['a', 'b', 'c', 'x'].map((id) => nameOf(all, id, t)), ['Foyer', 'stage.screen 2', 'Foyer (2)', 'stage.screen-unheard']);
});
