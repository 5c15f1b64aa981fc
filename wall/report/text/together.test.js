import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composed, passages, proposed } from './together.js';

const THEIRS = 'Een.\n\nTwee van haar.\n\nDrie.\n\nVier.';
const MINE = 'Een.\n\nTwee van mij.\n\nDrie.';
const all = passages(THEIRS, MINE);
const pick = (choice) => composed(all, all.map(() => choice));

test('passages tell what is the same and what differs', () => assert.deepEqual(all.map(({ kind }) => kind), ['same', 'differs', 'same', 'differs']));
test('one side is that text', () => assert.deepEqual([pick('theirs'), pick('mine')], [THEIRS, MINE]));
test('what is proposed has the words of both', () => {
  assert.deepEqual(all.map(proposed), ['theirs', 'both', 'theirs', 'theirs']);
  assert.equal(composed(all, []), 'Een.\n\nTwee van haar.\n\nTwee van mij.\n\nDrie.\n\nVier.');
});
test('lines that follow each other are chosen one by one, and a longer one has the shorter', () => {
  const two = passages('Een.\n\nTwee van haar.\n\nDrie.', 'Een.\n\nTwee van mij.\n\nDrie. En nog iets.');
  assert.deepEqual(two.map(proposed), ['theirs', 'both', 'mine']);
  assert.equal(composed(two, []), 'Een.\n\nTwee van haar.\n\nTwee van mij.\n\nDrie. En nog iets.');
});
test('texts that have nothing in common are one passage', () => assert.deepEqual(passages('a', 'b').map(({ kind }) => kind), ['differs']));
test('nothing differs from itself', () => assert.deepEqual(passages(MINE, MINE).map(({ kind }) => kind), ['same']));
