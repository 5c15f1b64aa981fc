import assert from 'node:assert/strict';
import { test } from 'node:test';

import { add, amend, correctable, drop, earlier, newest, undoable } from './strip.js';

/** @param {number} n @param {object} [more] */
const done = (n, more) => ({
  n, seqs: [], decision: 'show', posts: [{ id: `p${n}`, revision: 1 }], name: 'Noor', text: 'Hallo', reason: null,
  over: null, undone: false, ...more,
});

test('the strip speaks of the newest decision', () => {
  assert.equal(newest([]), null);
  assert.deepEqual(newest(add([done(1)], done(2))), done(2));
});

test('the answer of the server is filled in where it belongs', () => {
  assert.deepEqual(amend([done(1), done(2)], 1, { seqs: [40] }), [done(1, { seqs: [40] }), done(2)]);
});

test('a refused decision is not in the strip', () => {
  assert.deepEqual(drop([done(1), done(2)], 2), [done(1)]);
});

test('undo pressed again goes further back', () => {
  const list = [done(1), done(2), done(3, { undone: true })];

  assert.deepEqual(undoable(list), done(2));
  assert.deepEqual(undoable(amend(list, 2, { undone: true })), done(1));
  assert.equal(undoable([done(1, { undone: true })]), null);
});

test('only a rejection that stands can get another reason', () => {
  assert.equal(correctable(done(1, { decision: 'reject', reason: 'off-topic' })), true);
  assert.equal(correctable(done(1, { decision: 'reject', reason: 'off-topic', undone: true })), false);
  assert.equal(correctable(done(1)), false);
  assert.equal(correctable(null), false);
});

test('the list is bounded', () => {
  let list = [];
  for (let n = 0; n < 200; n += 1) list = add(list, done(n));

  assert.equal(list.length, 50);
  assert.equal(list[0].n, 150);
});

test('a desk that was opened again knows its own decisions, oldest first', () => {
  const told = (seq, by) => ({ seq, by, at: seq, decision: 'show', posts: ['a'], undone: false, text: 'Hallo', name: 'Noor' });

  const list = earlier([told(9, 'Anouk'), told(7, 'Tjeerd'), told(4, 'Anouk')], 'Anouk');

  assert.deepEqual(list.map((entry) => entry.seqs), [[4], [9]]);
  assert.equal(new Set(list.map((entry) => entry.n)).size, 2);
  assert.ok(list.every((entry) => entry.n < 0), 'the numbers of this page start at 1');
});

test('what this badge did to the screens is not the desk’s to take back', () => {
  const stopOff = { seq: 12, by: 'Anouk', decision: '', what: 'stop', posts: [], name: '', text: '', undone: false };
  const show = { ...stopOff, seq: 9, decision: 'show', what: 'decided', posts: ['p9'] };

  assert.deepEqual(earlier([stopOff, show], 'Anouk').map(({ seqs }) => seqs), [[9]]);
});
