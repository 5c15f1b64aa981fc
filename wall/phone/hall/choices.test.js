import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { words } from '../../lib/words.js';
import { answered, inLang, moved, points, tellAnswers, wholeNumber } from './choices.js';

const catalogue = (lang, name = 'phone-hall') => JSON.parse(readFileSync(new URL(`../../locale/${lang}/${name}.json`, import.meta.url), 'utf8'));
const talk = { t: words(catalogue('nl'), 'nl'), lang: 'nl' };
const poll = (kind, more = {}) => ({ kind, low: 0, high: 0, options: [{ nl: 'Ja', en: 'Yes' }, { nl: 'Nee' }, { en: 'Maybe' }], ...more });

test('words come in the language of the reader, else in the other one, which is named', () => {
  assert.deepEqual(inLang({ nl: 'Ja', en: 'Yes' }, 'en'), { text: 'Yes', lang: 'en' });
  assert.deepEqual(inLang({ nl: 'Ja' }, 'en'), { text: 'Ja', lang: 'nl' });
  assert.deepEqual(inLang({}, 'en'), { text: '', lang: 'en' });
  assert.deepEqual(inLang(undefined, 'nl'), { text: '', lang: 'nl' });
});

test('a scale has each whole point from its lowest to its highest', () => {
  assert.deepEqual(points({ low: -1, high: 2 }), [-1, 0, 1, 2]);
});

for (const [typed, number] of [
  ['250', 250], [' 250 ', 250], ['1.250', 1250], ['1,250', 1250], ['1 250', 1250], ['1.250.000', 1250000], ['-3', -3], ['−3', -3],
  ['', null], ['12a', null], ['1.5', null], ['1,25', null], ['1e3', null], ['--3', null], ['0x10', null], ['9999999', null], ['-11', null],
]) {
  test(`"${typed}" is ${number === null ? 'no number of this poll' : number}`, () => {
    assert.equal(wholeNumber(typed, { low: -10, high: 2_000_000 }), number);
  });
}

test('moving an option keeps every option, and stops at both ends', () => {
  assert.deepEqual(moved([0, 1, 2], 2, -1), [0, 2, 1]);
  assert.deepEqual(moved([0, 1, 2], 0, 1), [1, 0, 2]);
  assert.deepEqual(moved([0, 1, 2], 0, -1), [0, 1, 2]);
  assert.deepEqual(moved([0, 1, 2], 2, 1), [0, 1, 2]);
  assert.deepEqual(moved([0, 1, 2], 7, 1), [0, 1, 2]);
});

test('answers to statements that are on their way stand over those that arrived', () => {
  assert.deepEqual(answered(poll('statements'), [1, 0, 3], [[0, 1], [1, 2]]), [2, 3, 3]);
  assert.deepEqual(answered(poll('statements'), null, []), [0, 0, 0]);
  assert.deepEqual(answered(poll('statements'), null, [[7, 0]]), [0, 0, 0], 'one that is not there changes nothing');
});

for (const [kind, answers, told] of [
  ['single', [1], 'Nee'],
  ['quiz', [2], 'Maybe'],
  ['several', [0, 2], 'Ja, Maybe'],
  ['scale', [4], '4'],
  ['number', [1250], '1.250'],
  ['ranking', [1, 0, 2], 'plaats 1: Nee, plaats 2: Ja, plaats 3: Maybe'],
  ['statements', [1, 0, 3], 'Je reageerde op 2 stellingen.'],
]) {
  test(`what was voted is told in words: ${kind}`, () => assert.equal(tellAnswers(poll(kind), answers, talk), told));
}

test('Dutch and English have the same texts with the same holes', () => {
  for (const name of ['phone', 'phone-hall']) {
    const [dutch, english] = ['nl', 'en'].map((lang) => catalogue(lang, name));
    const holes = (text) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
    assert.deepEqual(Object.keys(dutch), Object.keys(english));
    for (const key of Object.keys(dutch)) assert.deepEqual(holes(dutch[key]), holes(english[key]), key);
  }
});

test('every text that the hall asks for is there, and none that nobody asks for', () => {
  const files = ['hall', 'ballots', 'choices', 'poll-card', 'questions', 'reactions', 'result-view', 'results', 'statements'];
  const code = files.map((file) => readFileSync(new URL(`${file}.js`, import.meta.url), 'utf8')).join('\n');
  const hall = catalogue('nl');
  const all = { ...catalogue('nl', 'common'), ...catalogue('nl', 'phone'), ...hall };
  const whole = [...code.matchAll(/'([a-z]+(?:\.[a-z-]+)+)'/g)].map((match) => match[1]).filter((key) => !key.endsWith('.js'));
  const begun = [...code.matchAll(/`([a-z]+\.(?:[a-z-]+-)?)\$\{/g)].map((match) => match[1]);

  assert.ok(whole.length > 60, 'the search finds what is asked for');
  assert.deepEqual(whole.filter((key) => !(key in all)), []);
  assert.deepEqual(Object.keys(hall).filter((key) => !whole.includes(key) && !code.includes(`'${key}'`) && !begun.some((start) => key.startsWith(start))), []);
});
