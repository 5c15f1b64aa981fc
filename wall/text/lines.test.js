import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pollLines } from './lines.js';

const WORDS = { t: (key, holes) => `${key.replace('text.poll.', '')} ${Object.values(holes ?? {}).join(' ')}`.trim(), lang: 'nl' };
const poll = (kind, result, more) => ({ id: 'p', kind, title: { nl: 'Wat?', en: 'What?' }, options: [{ nl: 'Ja' }, { en: 'No' }], ends: [], right: null, low: 1, high: 2, opening: 1, closed: 9, ...more, tally: { n: result?.n ?? 7, result } });
const result = (counts, more) => ({ n: 10, few: false, counts, middle: null, bins: [], words: [], ...more });

const KINDS = [
  ['single', result([4, 6]), ['line Ja 40 4', 'line No 60 6']],
  ['scale', result([5, 5]), ['mean 1,5', 'line 1 50 5', 'line 2 50 5']],
  ['number', result([10], { middle: 1_200 }), ['middle 1.200']],
  ['words', result([10], { words: [['rust', 4]] }), ['word rust 4']],
  ['ranking', result([2, 8]), ['place 1 No 1,2', 'place 2 Ja 1,8']],
  ['statements', result([6, 3, 1, 1, 1, 1]), ['statement Ja 60 30 10', 'No: few']],
  ['single', { n: 3, few: true }, ['few']],
];
for (const [kind, came, lines] of KINDS) {
  test(`${kind}, ${came.few ? 'with too few votes' : 'in sentences'}`, () => assert.deepEqual(pollLines(poll(kind, came), WORDS), { title: 'Wat?', lang: 'nl', state: `closed ${came.n}`, lines }));
}

test('a quiz says which was right', () => {
  assert.deepEqual(pollLines(poll('quiz', result([4, 6]), { right: 1 }), WORDS).lines, ['line Ja 40 4', 'right No 60 6']);
});

test('an open poll says how many voted, and what may be chosen', () => {
  assert.deepEqual(pollLines(poll('single', null, { closed: 0 }), { ...WORDS, lang: 'en' }), { title: 'What?', lang: 'en', state: 'open 7', lines: ['Ja', 'No'] });
  assert.deepEqual(pollLines(poll('scale', null, { closed: 0, options: [], ends: [{ nl: 'oneens' }, { nl: 'eens' }] }), WORDS).lines, ['1: oneens', '2: eens']);
  assert.deepEqual(pollLines(poll('single', null), WORDS).lines, [], 'closed, and the result is not for everybody');
});

test('who reads another language than the poll hears which one it is', () => {
  const { title, lang } = pollLines(poll('single', null, { title: { nl: 'Wat?' } }), { ...WORDS, lang: 'en' });
  assert.deepEqual([title, lang], ['Wat?', 'nl']);
});
