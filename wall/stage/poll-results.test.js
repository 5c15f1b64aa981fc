import assert from 'node:assert/strict';
import { test } from 'node:test';

import { middle, moved, rows, statements } from './poll-results.js';

const OPTIONS = [{ nl: 'Ja', en: 'Yes' }, { nl: 'Nee', en: 'No' }, { nl: 'Weet ik niet' }];
const poll = (kind, more = {}) => ({ id: 'p', kind, options: OPTIONS, ends: [], low: 0, high: 0, right: null, standing: 'closed', ...more });
const result = (n, counts, more = {}) => ({ n, few: false, counts, middle: null, bins: [], words: [], ...more });

test('one option each: in the order of the poll, the largest is marked', () => {
  const told = rows(poll('single'), result(10, [3, 6, 1]), 'nl');

  assert.deepEqual(told.map(({ label, n, percent, most }) => [label, n, percent, most]), [['Ja', 3, 30, false], ['Nee', 6, 60, true], ['Weet ik niet', 1, 10, false]]);
  assert.deepEqual(told.map(({ part }) => part), [0.3, 0.6, 0.1]);
});

test('labels say in which language they are', () => {
  assert.deepEqual(rows(poll('single'), result(10, [3, 6, 1]), 'en').map(({ label, lang }) => [label, lang]), [['Yes', 'en'], ['No', 'en'], ['Weet ik niet', 'nl']]);
});

test('several options each: percent of the people, so together more than 100', () => {
  assert.deepEqual(rows(poll('several'), result(8, [8, 6, 1]), 'nl').map(({ percent }) => percent), [100, 75, 13]);
});

test('nothing is the most while nobody voted', () => {
  assert.deepEqual(rows(poll('single'), result(0, [0, 0, 0]), 'nl').map(({ most, part }) => [most, part]), [[false, 0], [false, 0], [false, 0]]);
});

test('a scale has a row for each point, and the words of its ends', () => {
  const scale = poll('scale', { options: [], low: 1, high: 3, ends: [{ nl: 'oneens' }, { nl: 'eens' }] });

  assert.deepEqual(rows(scale, result(6, [1, 2, 3]), 'nl').map(({ label, n }) => [label, n]), [['1 (oneens)', 1], ['2', 2], ['3 (eens)', 3]]);
  assert.equal(middle(scale, result(6, [1, 2, 3])), 2.3);
});

test('a ranking is told from the first place on, with the place on average', () => {
  assert.deepEqual(rows(poll('ranking'), result(4, [2, 7, 3]), 'nl').map(({ label, place, percent, part }) => [label, place, percent, part]), [['Nee', 1.3, null, 1], ['Weet ik niet', 2.3, null, 3 / 7], ['Ja', 2.5, null, 2 / 7]]);
});

test('a number is told in columns', () => {
  const bins = [{ low: 0, high: 9, n: 4 }, { low: 10, high: 10, n: 2 }, { low: 1_000, high: 2_000, n: 0 }];

  assert.deepEqual(rows(poll('number', { options: [] }), result(6, [6], { bins }), 'nl').map(({ label, part }) => [label, part]), [['0 – 9', 1], ['10', 0.5], ['1.000 – 2.000', 0]]);
});

test('words are told by how many gave them', () => {
  assert.deepEqual(rows(poll('words', { options: [] }), result(6, [6], { words: [['Lef', 4], ['Tijd', 2]] }), 'nl').map(({ label, n, part }) => [label, n, part]), [['Lef', 4, 1], ['Tijd', 2, 0.5]]);
});

test('the right answer of a quiz is marked when it is known', () => {
  assert.deepEqual(rows(poll('quiz', { right: 1 }), result(9, [6, 2, 1]), 'nl').map(({ right }) => right), [false, true, false]);
  assert.ok(rows(poll('quiz'), result(9, [6, 2, 1]), 'nl').every(({ right }) => !right));
});

test('statements have three numbers each, where enough people said something', () => {
  const told = statements(poll('statements'), result(10, [6, 3, 1, 0, 0, 0, 1, 1, 3]), 'nl');

  assert.deepEqual(told.map(({ label, n, percents }) => [label, n, percents]), [['Ja', 10, [60, 30, 10]], ['Nee', 0, null], ['Weet ik niet', 5, [20, 20, 60]]]);
  assert.deepEqual(rows(poll('statements'), result(10, [6, 3, 1]), 'nl'), []);
});

test('before and after are told as percent, of statements of who agrees', () => {
  const before = { ...poll('single'), result: result(10, [5, 5, 0]) };
  const after = { ...poll('single'), result: result(10, [8, 1, 1]) };

  assert.deepEqual(moved(before, after, 'nl').map(({ label, before: was, after: now }) => [label, was, now]), [['Ja', 50, 80], ['Nee', 50, 10], ['Weet ik niet', 0, 10]]);
  const agree = (n) => ({ ...poll('statements', { options: OPTIONS.slice(0, 1) }), result: result(10, [n, 10 - n, 0]) });
  assert.deepEqual(moved(agree(2), agree(7), 'nl').map(({ before: was, after: now }) => [was, now]), [[20, 70]]);
});

test('a shift is told only where both are closed and have enough votes', () => {
  const good = { ...poll('single'), result: result(10, [5, 5, 0]) };

  assert.deepEqual(moved(null, good, 'nl'), []);
  assert.deepEqual(moved({ ...good, result: null }, good, 'nl'), []);
  assert.deepEqual(moved(good, { ...good, standing: 'open' }, 'nl'), []);
  assert.deepEqual(moved(good, { ...good, result: { n: 3, few: true } }, 'nl'), []);
  assert.deepEqual(moved({ ...good, kind: 'ranking' }, { ...good, kind: 'ranking' }, 'nl'), []);
});
