import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { words } from '../../lib/words.js';
import { outcome } from './results.js';

const catalogue = JSON.parse(readFileSync(new URL('../../locale/nl/phone-hall.json', import.meta.url), 'utf8'));
const talk = { t: words(catalogue, 'nl'), lang: 'nl' };
const poll = (kind, more = {}) => ({ kind, low: 0, high: 0, right: null, ends: [], options: [{ nl: 'Ja' }, { nl: 'Nee' }], ...more });
const result = (more) => ({ n: 10, few: false, counts: [], middle: null, bins: [], words: [], ...more });
const told = (which, what, more = {}) => outcome(which, what, { mine: null, before: null, talk, ...more });
const short = ({ lines }) => lines.map(({ label, value, notes }) => [label, value, ...notes]);

test('with few votes it is not told what they were', () => {
  assert.deepEqual(told(poll('single'), result({ n: 3, few: true })), { about: [catalogue['result.few']], lines: [] });
});

test('each option has its share, its votes, and what is said of it', () => {
  const found = told(poll('single'), result({ counts: [7, 3] }), { mine: [1] });

  assert.deepEqual(short(found), [['Ja', '70%', '7 stemmen', 'meest gekozen'], ['Nee', '30%', '3 stemmen', 'jouw stem']]);
  assert.deepEqual(found.lines.map(({ parts, best }) => [parts, best]), [[[70], true], [[30], false]]);
});

test('shares of several are of the people, so that they can be more than 100 together', () => {
  assert.deepEqual(short(told(poll('several'), result({ counts: [9, 8] }))).map(([, value]) => value), ['90%', '80%']);
});

test('of a quiz the right answer stands out, not the one that most chose', () => {
  const { lines } = told(poll('quiz', { right: 1 }), result({ counts: [7, 3] }));

  assert.deepEqual(lines.map(({ notes, best }) => [notes, best]), [[['7 stemmen'], false], [['3 stemmen', 'juiste antwoord'], true]]);
});

test('what was asked before is told beside it', () => {
  const before = { n: 20, result: result({ n: 20, counts: [5, 15] }) };
  const found = told(poll('single'), result({ counts: [7, 3] }), { before });

  assert.deepEqual(found.about, ['Dezelfde vraag werd eerder gesteld: aan 20 mensen.']);
  assert.deepEqual(short(found).map((line) => line.at(-1)), ['eerst 25%, nu 70%', 'eerst 75%, nu 30%']);
});

test('what was asked before of too few is not told', () => {
  const before = { n: 2, result: result({ n: 2, few: true }) };

  assert.deepEqual(told(poll('single'), result({ counts: [7, 3] }), { before }).about, []);
});

test('a scale has its mean, its ends and one line for each point', () => {
  const found = told(poll('scale', { low: 1, high: 3, ends: [{ nl: 'Slecht' }, { nl: 'Goed' }] }), result({ counts: [2, 3, 5] }), { mine: [3] });

  assert.deepEqual(found.about, ['Gemiddeld: 2,3']);
  assert.deepEqual(short(found), [['1 · Slecht', '20%', '2 stemmen'], ['2', '30%', '3 stemmen'], ['3 · Goed', '50%', '5 stemmen', 'meest gekozen', 'jouw stem']]);
});

test('a ranking stands in its order, with the place on average', () => {
  assert.deepEqual(short(told(poll('ranking'), result({ counts: [2, 8] }))), [['1. Nee', '', 'gemiddeld plaats 1,2'], ['2. Ja', '', 'gemiddeld plaats 1,8']]);
});

test('numbers have the middle one, and columns', () => {
  const found = told(poll('number'), result({ middle: 1250, bins: [{ low: 1, high: 9, n: 4 }, { low: 10, high: 10, n: 6 }] }));

  assert.deepEqual(found.about, ['De helft koos 1.250 of minder, de andere helft 1.250 of meer.']);
  assert.deepEqual(short(found), [['1 tot en met 9', '4 stemmen'], ['10', '6 stemmen']]);
});

test('words are a list, the most given first', () => {
  assert.deepEqual(short(told(poll('words'), result({ words: [['tijd', 4], ['geld', 1]] }))), [['tijd', '4 keer'], ['geld', '1 keer']]);
  assert.deepEqual(told(poll('words'), result({})).about, [catalogue['result.no-words']]);
});

test('each statement tells how it was answered, unless by too few', () => {
  const { lines } = told(poll('statements'), result({ counts: [6, 3, 1, 2, 1, 1] }));

  assert.deepEqual(lines.map(({ label, notes, parts }) => [label, notes, parts]), [
    ['Ja', ['Eens 60% · oneens 30% · weet niet 10%', '10 stemmen'], [60, 30, 10]],
    ['Nee', [catalogue['result.few']], []],
  ]);
});
