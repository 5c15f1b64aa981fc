import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeIn } from './code.js';

const CASES = [
  ['as shown', 'KM7W', 'KM7W'],
  ['in small letters', 'km7w', 'KM7W'],
  ['with blanks', ' K M 7 W ', 'KM7W'],
  ['with a dash', 'km-7w', 'KM7W'],
  ['half', 'km', 'KM'],
  ['too much', 'km7wx', 'KM7W'],
  ['signs that no code has', 'k0oM1i7W', 'KM7W'],
  ['pasted with words around it', 'Code: KM7W.', 'KM7W'],
  ['nothing', '', ''],
  ['only what no code has', 'aeiou 0158', ''],
];

for (const [name, typed, code] of CASES) {
  test(`a code is read ${name}`, () => assert.equal(codeIn(typed), code));
}
