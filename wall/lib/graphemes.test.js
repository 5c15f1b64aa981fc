import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countGraphemes, countWithout, firstGraphemes } from './graphemes.js';

const TABLE = [
  ['', 0], ['één straat', 10], ['👏🏽', 1], ['👩‍👩‍👧‍👦!', 2], ['🇳🇱🇧🇪', 2], ['e\u0301e', 2], ['❤️', 1], ['مرحبا', 5], ['a\r\nb', 3], ['数字', 2],
];
for (const [text, count] of TABLE) {
  test(`"${text}" counts ${count}, with and without Intl.Segmenter`, () => assert.deepEqual([countGraphemes(text), countWithout(text)], [count, count]));
}
test('the first graphemes are whole', () => assert.equal(firstGraphemes('👏🏽👏🏽👏🏽', 2), '👏🏽👏🏽'));
