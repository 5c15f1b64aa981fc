import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SINGLE, command } from './keys.js';

const where = { field: false, arrows: false, dialog: false, on: true, deaf: false };

for (const [what, event, expected] of [
  ['down', { key: 'ArrowDown' }, 'next'],
  ['up', { key: 'ArrowUp' }, 'previous'],
  ['alt and up', { key: 'ArrowUp', altKey: true }, 'up'],
  ['alt and down', { key: 'ArrowDown', altKey: true }, 'down'],
  ['shift and down', { key: 'ArrowDown', shiftKey: true }, 'next-section'],
  ['alt, shift and down', { key: 'ArrowDown', altKey: true, shiftKey: true }, null],
  ['a letter', { key: 'x' }, 'choose'],
  ['a capital', { key: 'X', shiftKey: true }, 'choose'],
  ['a slash', { key: '/' }, 'search'],
  ['escape', { key: 'Escape' }, 'close'],
  ['a letter with control', { key: 'x', ctrlKey: true }, null],
  ['a letter with alt', { key: 's', altKey: true }, null],
  ['a letter kept down', { key: 'x', repeat: true }, null],
  ['an arrow kept down', { key: 'ArrowDown', repeat: true }, 'next'],
  ['a move kept down', { key: 'ArrowDown', altKey: true, repeat: true }, null],
  ['a letter that does nothing', { key: 'q' }, null],
]) {
  test(`${what}: ${expected}`, () => assert.equal(command(event, where), expected));
}

test('nothing is taken from a field or a dialog', () => {
  for (const key of [...Object.keys(SINGLE), 'ArrowDown', 'Escape']) {
    assert.equal(command({ key }, { ...where, field: true }), null);
    assert.equal(command({ key }, { ...where, dialog: true }), null);
  }
});

test('who needs the arrows keeps them', () => {
  assert.equal(command({ key: 'ArrowDown' }, { ...where, arrows: true }), null);
  assert.equal(command({ key: 'x' }, { ...where, arrows: true }), 'choose');
});

test('single letters can be switched off, arrows stay', () => {
  for (const key of Object.keys(SINGLE)) assert.equal(command({ key }, { ...where, on: false }), null);
  assert.equal(command({ key: 'ArrowUp', altKey: true }, { ...where, on: false }), 'up');
});

test('without a server one may look and write, not choose', () => {
  const said = (event) => command(event, { ...where, deaf: true });

  assert.deepEqual(['x', 's', 'm', 'n', 'u'].map((key) => said({ key })), [null, null, null, null, null]);
  assert.deepEqual(['/', '?', 'i', 'ArrowDown'].map((key) => said({ key })), ['search', 'help', 'insert', 'next']);
  assert.equal(said({ key: 'ArrowDown', altKey: true }), null);
});
