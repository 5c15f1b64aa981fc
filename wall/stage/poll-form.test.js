import assert from 'node:assert/strict';
import { test } from 'node:test';

import { askedAgain, bodyOf, copyOf, emptyForm, faults, formOf, isBlank, isSame, KINDS, movedOption, mostOptions, withOption, withoutOption } from './poll-form.js';

const both = (nl, en = '') => ({ nl, en });
const dutch = (more = {}) => ({ ...emptyForm(['nl']), title: both('Was dit nieuw?'), options: [both('Ja'), both('Nee')], ...more });
const codes = (form) => faults(form).map(({ field, code, n }) => [field, code, n].filter((each) => each !== undefined).join(' '));
const POLL = {
  id: 'p1', kind: 'quiz', title: { nl: 'Hoeveel?', en: 'How many?' }, options: [{ nl: 'Een', en: 'One' }, { nl: 'Twee', en: 'Two' }], ends: [], most: 1, low: 0, high: 0,
  seconds: 30, right: 1, binding: false, reveal: 'closed', session: 'talk', again: null, withSession: true, opening: 0, opened: 0, endsAt: null, closed: 0,
};

test('a new poll asks for its question and its options, in the languages that it is in', () => {
  assert.deepEqual(codes(emptyForm(['nl', 'en'])), ['poll-title-nl title-missing', 'poll-title-en title-missing', 'poll-option-0-nl too-few']);
});

test('of a poll in one language nothing is asked about the other', () => {
  assert.deepEqual(faults(dutch()), []);
  assert.deepEqual(bodyOf(dutch()).title, { nl: 'Was dit nieuw?' });
  assert.deepEqual(bodyOf(dutch()).options, [{ nl: 'Ja' }, { nl: 'Nee' }]);
});

test('what was typed in a language that is switched off is not sent', () => {
  assert.deepEqual(bodyOf(dutch({ title: both('Vraag', 'Question') })).title, { nl: 'Vraag' });
});

test('in both languages every option has both', () => {
  const form = { ...dutch(), langs: ['nl', 'en'], title: both('Nieuw?', 'New?') };

  assert.deepEqual(codes(form), ['poll-option-0-en language-missing', 'poll-option-1-en language-missing']);
});

test('every kind can be made', () => {
  const forms = KINDS.map((kind) => dutch({ kind, right: 0 }));

  assert.deepEqual(forms.flatMap(faults), []);
  assert.deepEqual(forms.map(bodyOf).map(({ kind, options, most, low, high, right, seconds }) => [kind, options.length, most, low, high, right, seconds]), [
    ['single', 2, 1, 0, 0, null, 0], ['several', 2, 2, 0, 0, null, 0], ['scale', 0, 1, 1, 5, null, 0], ['ranking', 2, 1, 0, 0, null, 0],
    ['words', 0, 1, 0, 0, null, 0], ['number', 0, 1, 0, 100, null, 0], ['quiz', 2, 1, 0, 0, 0, 20], ['statements', 2, 1, 0, 0, null, 0],
  ]);
});

for (const [name, form, expected] of [
  ['a question of only spaces', dutch({ title: both('   ') }), ['poll-title-nl title-missing']],
  ['a question that is too long', dutch({ title: both('x'.repeat(203)) }), ['poll-title-nl too-long 3']],
  ['letters of several signs are one each', dutch({ title: both('👩‍👩‍👧'.repeat(200)) }), []],
  ['one option', dutch({ options: [both('Ja'), both('')] }), ['poll-option-1-nl too-few']],
  ['no statement', dutch({ kind: 'statements', options: [both('')] }), ['poll-option-0-nl no-statement']],
  ['one statement', dutch({ kind: 'statements', options: [both('Het kan beter')] }), []],
  ['an option twice', dutch({ options: [both('Ja'), both('Nee'), both(' ja ')] }), ['poll-option-2-nl twice']],
  ['an option that is too long', dutch({ options: [both('Ja'), both('n'.repeat(121))] }), ['poll-option-1-nl too-long 1']],
  ['more choices than options', dutch({ kind: 'several', most: '3' }), ['poll-most most-wrong 2']],
  ['no number of choices', dutch({ kind: 'several', most: 'twee' }), ['poll-most most-wrong 2']],
  ['a scale of one point', dutch({ kind: 'scale', scale: { low: '5', high: '5' } }), ['poll-low scale-wrong']],
  ['a scale of eleven points', dutch({ kind: 'scale', scale: { low: '0', high: '10' } }), []],
  ['a scale of twelve points', dutch({ kind: 'scale', scale: { low: '0', high: '11' } }), ['poll-low scale-wrong']],
  ['a scale with one word in one language', { ...dutch({ kind: 'scale' }), langs: ['nl', 'en'], title: both('a', 'b'), ends: [both('oneens'), both('')] }, ['poll-end-0-en language-missing']],
  ['a number that goes down', dutch({ kind: 'number', number: { low: '10', high: '1' } }), ['poll-low number-wrong']],
  ['a number with a comma', dutch({ kind: 'number', number: { low: '0', high: '1,5' } }), ['poll-low number-wrong']],
  ['a number below zero', dutch({ kind: 'number', number: { low: '−10', high: '0' } }), []],
  ['a quiz without the right answer', dutch({ kind: 'quiz' }), ['poll-right-0 right-missing']],
  ['a quiz whose right answer is empty', dutch({ kind: 'quiz', options: [both('Ja'), both('Nee'), both('')], right: 2 }), ['poll-right-0 right-missing']],
]) {
  test(`${name}: ${expected.length ? expected.join(', ') : 'well'}`, () => assert.deepEqual(codes(form), expected));
}

test('empty options are left out, and the right answer stays the right one', () => {
  const { options, right } = bodyOf(dutch({ kind: 'quiz', options: [both(''), both('Ja'), both(''), both('Nee')], right: 3 }));

  assert.deepEqual([options, right], [[{ nl: 'Ja' }, { nl: 'Nee' }], 1]);
});

test('the right answer goes along when options move or go', () => {
  const form = dutch({ kind: 'quiz', options: ['a', 'b', 'c'].map((each) => both(each)), right: 1 });
  const words = ({ options, right }) => [options.map(({ nl }) => nl).join(''), right];

  assert.deepEqual(words(movedOption(form, 1, 1)), ['acb', 2]);
  assert.deepEqual(words(movedOption(form, 0, 1)), ['bac', 0]);
  assert.deepEqual(words(movedOption(form, 0, -1)), ['abc', 1]);
  assert.deepEqual(words(withoutOption(form, 0)), ['bc', 0]);
  assert.deepEqual(words(withoutOption(form, 2)), ['ab', 1]);
  assert.deepEqual(words(withoutOption(form, 1)), ['ac', null]);
});

test('there are never more options than the server takes', () => {
  for (const kind of ['single', 'statements']) {
    let form = dutch({ kind });
    for (let n = 0; n < 120; n++) form = withOption(form);
    assert.equal(form.options.length, mostOptions(kind));
  }
});

test('a poll in the editor is sent back as it was', () => {
  const { kind, title, options, ends, most, low, high, seconds, right, binding, reveal, session, again, withSession } = POLL;

  assert.deepEqual(bodyOf(formOf(POLL)), { kind, title, options, ends, most, low, high, right, seconds, reveal, binding, session, again, withSession });
});

test('a scale in the editor is sent back as it was', () => {
  const scale = { ...POLL, kind: 'scale', options: [], ends: [{ nl: 'oneens', en: 'disagree' }, { nl: 'eens', en: 'agree' }], low: 0, high: 10, right: null, seconds: 0 };
  const { ends, low, high } = bodyOf(formOf(scale));

  assert.deepEqual([ends, low, high], [scale.ends, 0, 10]);
});

test('asked again it names the one before; a copy stands by itself; neither opens by itself', () => {
  assert.deepEqual([askedAgain(POLL).again, askedAgain(POLL).withSession], ['p1', false]);
  assert.deepEqual([copyOf({ ...POLL, again: 'p0' }).again, copyOf(POLL).withSession], [null, false]);
  assert.deepEqual(bodyOf(askedAgain(POLL)).options, POLL.options);
});

test('of a poll that is asked again no option may be left out', () => {
  assert.deepEqual(codes(dutch({ again: 'p0', options: [both('Ja'), both(''), both('Nee')] })), ['poll-option-1-nl language-missing']);
});

test('another kind and back loses nothing', () => {
  const form = dutch({ kind: 'quiz', right: 1 });

  assert.deepEqual(bodyOf({ ...form, kind: 'words' }).options, []);
  assert.ok(isSame({ ...form, kind: 'words', ...{ kind: 'quiz' } }, form));
});

test('a poll opens by itself only with a session, and codes never answer in words', () => {
  assert.equal(bodyOf(dutch({ withSession: true })).withSession, false);
  assert.equal(bodyOf(dutch({ withSession: true, session: 'talk' })).withSession, true);
  assert.equal(bodyOf(dutch({ kind: 'words', binding: true })).binding, false);
});

test('a form is blank until something is typed', () => {
  assert.ok(isBlank(emptyForm(['nl'])));
  assert.ok(!isBlank(dutch()));
});
