import assert from 'node:assert/strict';
import { test } from 'node:test';

import { servers, spoken, tags } from './addresses.js';

for (const [typed, expected] of [
  ['', []],
  ['#a', ['a']],
  ['a b', ['a', 'b']],
  ['#a,#B #A', ['a', 'B']],
  ['#één#twee', ['één', 'twee']],
]) {
  test(`the tags of "${typed}" are ${JSON.stringify(expected)}`, () => assert.deepEqual(tags(typed), expected));
}

for (const [typed, expected] of [
  ['', []],
  ['mastodon.social', ['mastodon.social']],
  ['https://Mastodon.social/@joost', ['mastodon.social']],
  ['a.nl, b.nl  a.nl', ['a.nl', 'b.nl']],
  ['localhost:3000', ['localhost:3000']],
]) {
  test(`the servers of "${typed}" are ${JSON.stringify(expected)}`, () => assert.deepEqual(servers(typed), expected));
}

test('an address is read aloud without its scheme', () => {
  assert.equal(spoken('https://fontein.example/LU/'), 'fontein.example/LU');
});
