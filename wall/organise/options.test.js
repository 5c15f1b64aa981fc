import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asWords, filled, same } from './options.js';

for (const [text, words] of [
  ['', []],
  [' #dag,#Dag  #andere ', ['dag', 'andere']],
  ['social.example; https://a.example/', ['social.example', 'https://a.example']],
  ['# , /', []],
]) {
  test(`"${text}" is ${words.length} words`, () => assert.deepEqual(asWords(text), words));
}

test('what is only signs is not filled in', () => {
  assert.deepEqual([filled('words', ' # '), filled('words', '#a'), filled('seconds', ' '), filled('seconds', '0')], [false, true, false, true]);
});

test('the same words in the same order', () => {
  assert.deepEqual([same(['a'], ['a']), same(['a'], ['a', 'b']), same(['a', 'b'], ['b', 'a'])], [true, false, false]);
});
