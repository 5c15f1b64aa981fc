import assert from 'node:assert/strict';
import { test } from 'node:test';

import { initials } from './people.js';

for (const [name, expected] of [
  ['Joost Hoekema', 'JH'],
  ['Fatima El Amrani', 'FA'],
  ['  noor  ', 'N'],
  ['Élise d’Arc', 'ÉD'],
  ['😀 Kim', 'K'],
  ['', ''],
  ['🎉', ''],
]) {
  test(`the initials of "${name}" are "${expected}"`, () => assert.equal(initials(name), expected));
}
