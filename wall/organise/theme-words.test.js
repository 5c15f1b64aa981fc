import assert from 'node:assert/strict';
import { test } from 'node:test';
import { houseOf, inWords } from './theme-words.js';

const t = /** @type {import('../types.js').Translate} */ ((key, values = {}) => [key, ...Object.values(values)].join(' '));
const low = { front: 'ink', back: 'paper', ratio: 3.96, needed: 4.5, dimmed: 3.2, dimmedNeeded: 3, code: 'contrast', change: 'ink', nearest: '#111111' };

test('of findings that one change would mend, the worst is told', () => {
  const worse = { ...low, back: 'paper-3', ratio: 2.1 };

  const words = inWords(t, 'nl', [low, worse, { ...low, front: 'tag', change: 'tag' }]);

  assert.deepEqual(words, [
    'organise.theme.low organise.theme.colour.ink organise.theme.colour.paper-3 2,1 4,5',
    'organise.theme.low organise.theme.colour.tag organise.theme.colour.paper 3,9 4,5',
  ]);
});

test('what can be read on a display and not in a hall says so', () => {
  const [words] = inWords(t, 'en', [{ ...low, ratio: 5, dimmed: 2.96 }]);

  assert.equal(words, 'organise.theme.low-in-hall organise.theme.colour.ink organise.theme.colour.paper 2.9 3');
});

test('a light join code on dark is told as what it is', () => {
  const [words] = inWords(t, 'en', [{ ...low, code: 'inverted', ratio: 21 }]);

  assert.equal(words, 'organise.theme.inverted organise.theme.colour.ink organise.theme.colour.paper');
});

test('a house style is called after its file, unless every file is called so', () => {
  assert.deepEqual(['gemeente-utrecht.css', 'theme.css', 'tokens.json', 'Rijk.tokens.json'].map(houseOf), ['gemeente utrecht', '', '', 'Rijk tokens']);
});
