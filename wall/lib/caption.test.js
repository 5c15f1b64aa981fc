import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caption, frameRatio } from './caption.js';

const photo = (alt, width = 800, height = 600) => ({ url: '/x', alt, width, height });

test('one description, as it was written', () => assert.equal(caption([photo(' Volle zaal ')]), 'Volle zaal'));
test('several, and the same one once', () => assert.equal(caption([photo('Zaal'), photo(''), photo('Bord'), photo('Zaal')]), 'Zaal · Bord'));
test('none was written', () => assert.equal(caption([photo(''), photo('  ')]), ''));
test('the fifth photo is not on the card, nor its description', () => assert.equal(caption(['a', 'b', 'c', 'd', 'e'].map((alt) => photo(alt))), 'a · b · c · d'));

test('a long one ends at a word', () => {
  const found = caption([photo('woord '.repeat(60))]);

  assert.match(found, /woord…$/u);
  assert.ok(found.length <= 111);
});

test('a long one without a space is cut between characters', () => {
  assert.match(caption([photo('😀'.repeat(200))]), /^(😀)+…$/u);
});

test('a frame follows its photo, within what a card can hold', () => {
  assert.deepEqual([photo('', 1600, 1000), photo('', 500, 3000), photo('', 5000, 100), photo('', 0, 0)].map(frameRatio), [1.6, 1, 2.2, 1.5]);
});
