import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { words } from '../lib/words.js';
import { pollLines } from './lines.js';

const EN = JSON.parse(readFileSync(new URL('../locale/en/text.json', import.meta.url), 'utf8'));

const WORDS = { t: (key, holes) => `${key.replace('text.poll.', '')} ${Object.values(holes ?? {}).join(' ')}`.trim(), lang: 'nl' };
const poll = (kind, result, more) => ({ id: 'p', kind, title: { nl: 'Wat?', en: 'What?' }, options: [{ nl: 'Ja' }, { en: 'No' }], ends: [], right: null, low: 1, high: 2, opening: 1, closed: 9, ...more, tally: { n: result?.n ?? 7, result } });
const result = (counts, more) => ({ n: 10, few: false, counts, middle: null, bins: [], words: [], ...more });

const told = ({ lines, ...poll }) => ({ ...poll, lines: lines.map(({ before, label, after }) => before + label + after) });

const KINDS = [
  ['single', result([4, 6]), ['line Ja 40 4', 'line No 60 6']],
  ['scale', result([5, 5]), ['mean 1,5', 'line 1 50 5', 'line 2 50 5']],
  ['number', result([10], { middle: 1_200 }), ['middle 1.200']],
  ['words', result([10], { words: [['rust', 4]] }), ['word rust 4']],
  ['ranking', result([2, 8]), ['place No 1 1,2', 'place Ja 2 1,8']],
  ['statements', result([6, 3, 1, 1, 1, 1]), ['statement Ja 60 30 10', 'No: few']],
  ['single', { n: 3, few: true }, ['few']],
];
for (const [kind, came, lines] of KINDS) {
  test(`${kind}, ${came.few ? 'with too few votes' : 'in sentences'}`, () => assert.deepEqual(told(pollLines(poll(kind, came), WORDS)), { title: 'Wat?', lang: 'nl', state: `closed ${came.n}`, lines }));
}

test('a quiz says which was right', () => {
  assert.deepEqual(told(pollLines(poll('quiz', result([4, 6]), { right: 1 }), WORDS)).lines, ['line Ja 40 4', 'right No 60 6']);
});

test('an open poll says how many voted, and what may be chosen', () => {
  assert.deepEqual(told(pollLines(poll('single', null, { closed: 0 }), { ...WORDS, lang: 'en' })), { title: 'What?', lang: 'en', state: 'open 7', lines: ['Ja', 'No'] });
  assert.deepEqual(told(pollLines(poll('scale', null, { closed: 0, options: [], ends: [{ nl: 'oneens' }, { nl: 'eens' }] }), WORDS)).lines, ['1: oneens', '2: eens']);
  assert.deepEqual(pollLines(poll('single', null), WORDS).lines, [], 'closed, and the result is not for everybody');
});

test('who reads another language than the poll hears which one it is', () => {
  const { title, lang } = pollLines(poll('single', null, { title: { nl: 'Wat?' } }), { ...WORDS, lang: 'en' });
  assert.deepEqual([title, lang], ['Wat?', 'nl']);
});

test('what the poll says in a sentence keeps its own language', () => {
  const english = { t: words(EN, 'en'), lang: 'en' };
  const languages = ({ lines }) => lines.map(({ before, label, lang, after }) => [before, label, lang, after]);
  assert.deepEqual(languages(pollLines(poll('single', null, { closed: 0 }), english)), [['', 'Ja', 'nl', ''], ['', 'No', 'en', '']]);
  assert.deepEqual(languages(pollLines(poll('ranking', result([2, 8])), english)), [['1. ', 'No', 'en', ', place 1.2 on average'], ['2. ', 'Ja', 'nl', ', place 1.8 on average']]);
  assert.deepEqual(languages(pollLines(poll('statements', result([6, 3, 1, 1, 1, 1])), english)), [
    ['', 'Ja', 'nl', ': 60% agree, 30% disagree, 10% no opinion'], ['', 'No', 'en', ': too few votes for a result'],
  ]);
});
