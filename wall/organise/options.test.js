import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asLocal, asTags, asWords, flawOf, same, standsWith, wrongWord } from './options.js';

for (const [text, tags] of [
  ['', []],
  ['# , #', []],
  [' #dag,#Dag  ＃andere ', ['dag', 'andere']],
]) {
  test(`"${text}" is ${tags.length} tags`, () => assert.deepEqual(asTags(text), tags));
}

for (const [text, words] of [
  ['', []],
  [', /', []],
  ['social.example; https://a.example/', ['social.example', 'https://a.example']],
  ['a.example,b.example;A.example', ['a.example', 'b.example']],
  ['https://a.example/feed/\nhttps://b.example/x?a=1,2;c,', ['https://a.example/feed/', 'https://b.example/x?a=1,2;c']],
  ['#hal:a.example !id:a.example', ['#hal:a.example', '!id:a.example']],
  ['!Id:a.example !id:a.example', ['!Id:a.example', '!id:a.example']],
  ['https://a.example/Feed https://a.example/feed', ['https://a.example/Feed', 'https://a.example/feed']],
]) {
  test(`"${text}" is ${words.length} words`, () => assert.deepEqual(asWords(text), words));
}

for (const [detail, word] of [
  ["servers: 'https://a.example/@anna' is not a server; write it as social.example", 'https://a.example/@anna'],
  ['rooms: "Anna\'s zaal" is not a room', "Anna's zaal"],
  ['secret: give one secret, without spaces', ''],
  ["tags: X's own words, not 'a' word", ''],
  ['', ''],
]) {
  test(`of "${detail}" "${word}" is wrong`, () => assert.equal(wrongWord(detail), word));
}

test('a moment comes back as it was typed', () => {
  const typed = '2026-11-21T09:00';

  assert.equal(asLocal(new Date(typed).toISOString()), typed);
  assert.equal(asLocal('never'), '');
});

test('the same words in the same order', () => {
  assert.deepEqual([same(['a'], ['a']), same(['a'], ['a', 'b']), same(['a', 'b'], ['b', 'a'])], [true, false, false]);
});

for (const [value, least, most, flaw] of [
  [undefined, null, null, 'missing'],
  ['', null, null, 'missing'],
  ['a', null, 1, ''],
  [['a', 'b'], null, 1, 'too-many-words'],
  [['a', 'b'], null, 2, ''],
  [['a', 'b'], null, null, ''],
  [3, 5, 60, 'between'],
  [5, 5, 60, ''],
  [61, null, 60, 'between'],
  [false, null, null, ''],
  [{ a: 'b' }, null, 1, ''],
]) {
  test(`${JSON.stringify(value)} between ${least} and ${most} is ${flaw || 'no matter of bounds'}`, () => assert.equal(flawOf({ least, most }, value), flaw));
}

for (const [only, chosen, stands] of [
  [{}, {}, true],
  [{ who: ['a', 'b'] }, { who: 'b' }, true],
  [{ who: ['a'] }, { who: 'b' }, false],
  [{ who: ['a'] }, {}, false],
  [{ who: ['a'], how: ['x'] }, { who: 'a', how: 'y' }, false],
]) {
  test(`an option of ${JSON.stringify(only)} ${stands ? 'stands' : 'does not stand'} with ${JSON.stringify(chosen)}`, () => assert.equal(standsWith(only, chosen), stands));
}
