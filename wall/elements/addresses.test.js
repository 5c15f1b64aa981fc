import assert from 'node:assert/strict';
import { test } from 'node:test';

import { spoken, tags } from './addresses.js';

for (const [typed, expected] of [
  ['', []],
  ['#a', ['a']],
  ['a b', ['a', 'b']],
  ['#a,#B #A', ['a', 'B']],
  ['#één#twee', ['één', 'twee']],
]) {
  test(`the tags of "${typed}" are ${JSON.stringify(expected)}`, () => assert.deepEqual(tags(typed), expected));
}

test('an address is read aloud without its scheme', () => {
  assert.equal(spoken('https://fontein.example/LU/'), 'fontein.example/LU');
});
