import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALIKE, Alike, gist, likeness } from './similar.js';

const like = (/** @type {string} */ a, /** @type {string} */ b) => likeness(gist(a), gist(b));

for (const [a, b] of /** @type {const} */ ([
  ['Wie beslist er als de computer twijfelt?', 'Als de computer twijfelt, wie beslist dan?'],
  ['Hoe zit het met de privacy van bezoekers?', 'Privacy van de bezoekers: hoe zit dat?'],
  ['Kunnen we de slides krijgen?', 'kunnen we de sldies krijgen ??'],
  ['Komen de dia’s online?', 'Komen die dia\'s ook online?'],
  ['Wat kost dit per jaar?', 'WAT KOST DÍT PER JAAR'],
  ['Can we get the slides afterwards?', 'Could the slides be shared afterwards?'],
  ['Who pays for all of this?', 'And who is it that pays?'],
  ['Waarom?', 'waarom dan'],
])) {
  test(`alike: ${a} | ${b}`, () => assert.ok(like(a, b) >= ALIKE, String(like(a, b))));
}

for (const [a, b] of /** @type {const} */ ([
  ['Wie beslist er als de computer twijfelt?', 'Wat kost de computer per jaar?'],
  ['Hoe zit het met de privacy van bezoekers?', 'Hoe zit het met de kosten van de software?'],
  ['Kunnen we de slides krijgen?', 'Kunnen we even pauze houden?'],
  ['Wat is er nu anders dan vorig jaar?', 'Wat gaat er nu mis met brieven?'],
  ['Can we get the slides afterwards?', 'Can we get some coffee?'],
  ['?', 'Waarom?'],
])) {
  test(`not alike: ${a} | ${b}`, () => assert.ok(like(a, b) < ALIKE, String(like(a, b))));
}

test('likeness is the same both ways, and whole with itself', () => {
  const [a, b] = ['Hoe groot is de zaal?', 'Is de zaal groot genoeg?'];
  assert.equal(like(a, b), like(b, a));
  assert.equal(like(a, a), 1);
});

const ASKED = [
  { post: 'a', text: 'Kunnen we de slides krijgen?' },
  { post: 'b', text: 'Kunnen we de slides ook krijgen?' },
  { post: 'c', text: 'Wat kost dit per jaar?' },
];

test('those that are alike are found from both sides', () => {
  const alike = new Alike();
  alike.update(ASKED);
  assert.deepEqual(['a', 'b', 'c', 'none'].map((post) => alike.to(post)), [['b'], ['a'], [], []]);
});

test('the most alike comes first', () => {
  const alike = new Alike();
  alike.update([...ASKED, { post: 'd', text: 'Kunnen we de slides hier krijgen?' }, { post: 'e', text: 'Kunnen we de slides krijgen?!' }]);
  assert.deepEqual(alike.to('a'), ['b', 'e', 'd']);
});

test('what has gone or says something else is not alike any more', () => {
  const alike = new Alike();
  alike.update(ASKED);
  alike.update([ASKED[0], ASKED[2]]);
  assert.deepEqual(alike.to('a'), []);
  alike.update([ASKED[0], { post: 'c', text: 'Krijgen we de slides?' }]);
  assert.deepEqual(alike.to('a'), ['c']);
});

test('step by step says the same as at once', () => {
  const words = ['slides', 'kosten', 'privacy', 'brief', 'zaal', 'pauze'];
  const all = Array.from({ length: 60 }, (_, n) => ({ post: `p${n}`, text: `Hoe zit het met ${words[n % 6]} en ${words[(n * 7 + 3) % 6]} van ${words[(n * 5) % 6]}?` }));
  const [slow, quick] = [new Alike(), new Alike()];
  for (let n = 0; n <= all.length; n += 4) slow.update(all.slice(Math.max(0, n - 40), n));
  quick.update(all.slice(-40));
  for (const { post } of all) assert.deepEqual(slow.to(post), quick.to(post));
});
