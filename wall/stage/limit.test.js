import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ANNOUNCEMENT, room, TITLE } from './limit.js';

for (const [name, text, expected] of [
  ['nothing', '', { left: 280, lines: false, fits: true }],
  ['space around it', '  dag \n', { left: 277, lines: false, fits: true }],
  ['as much as fits', 'x'.repeat(280), { left: 0, lines: false, fits: true }],
  ['one too many', 'x'.repeat(281), { left: -1, lines: false, fits: false }],
  ['280 families, that are many more code points', '👩‍👩‍👧'.repeat(280), { left: 0, lines: false, fits: true }],
  ['two lines', 'een\ntwee', { left: 272, lines: false, fits: true }],
  ['three lines', 'een\ntwee\ndrie', { left: 267, lines: true, fits: false }],
]) {
  test(`an announcement with ${name}`, () => assert.deepEqual(room(text, ANNOUNCEMENT), expected));
}

test('a title is one line of 120', () => {
  assert.equal(room('x'.repeat(120), TITLE).fits, true);
  assert.equal(room('een\ntwee', TITLE).fits, false);
});
