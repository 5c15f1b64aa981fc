import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inLang, inTheWay, minutes, pairOf, pollsOf, running, standing } from './polls.js';

const S = 1_000_000;
const poll = (id, more = {}) => ({ id, kind: 'single', title: { nl: id }, options: [], ends: [], session: null, again: null, opening: 0, opened: 0, closed: 0, endsAt: null, ...more });
const open = (id, more = {}) => poll(id, { opening: 5, opened: 10 * S, ...more });
const closed = (id, at, more = {}) => open(id, { closed: at * S, ...more });
const view = (...polls) => new Map(polls.map((each) => [`poll:${each.id}`, each]));

test('a poll is a draft until it was opened, and closed until it is opened again', () => {
  assert.deepEqual([poll('a'), open('b'), closed('c', 20)].map(standing), ['draft', 'open', 'closed']);
});

test('what is open comes first, then drafts as they were made, then the newest that was closed', () => {
  const polls = pollsOf(view(closed('old', 20), poll('first'), closed('new', 30), poll('second'), open('now')));

  assert.deepEqual(polls.map(({ id }) => id), ['now', 'first', 'second', 'new', 'old']);
});

test('a poll knows how many voted, and nothing of another key of the view', () => {
  const result = { n: 7, few: false, counts: [3, 4] };
  const [only] = pollsOf(new Map([...view(open('a')), ['tally:a', { n: 7, result }], ['tally:b', { n: 9, result: null }], ['hall', {}]]));

  assert.equal(only.n, 7);
  assert.deepEqual(only.result, result);
});

test('a poll that nobody voted in has none', () => {
  const [only] = pollsOf(view(poll('a')));

  assert.deepEqual([only.n, only.result], [0, null]);
});

for (const [name, mine, other, blocks] of [
  ['of the same session', 'talk', 'talk', true],
  ['of another session', 'talk', 'panel', false],
  ['for all, beside one of a session', 'talk', null, true],
  ['of a session, beside one for all', null, 'talk', true],
]) {
  test(`an open poll ${name} is ${blocks ? '' : 'not '}in the way`, () => {
    const polls = pollsOf(view(open('other', { session: other }), poll('mine', { session: mine })));

    assert.equal(inTheWay(polls, poll('mine', { session: mine }))?.id ?? null, blocks ? 'other' : null);
  });
}

test('neither a draft nor a closed poll nor itself is in the way', () => {
  assert.equal(inTheWay(pollsOf(view(poll('a'), closed('b', 20), open('mine'))), open('mine')), null);
});

test('words are told in the language of the reader, else in the other one', () => {
  assert.deepEqual(inLang({ nl: 'Ja', en: 'Yes' }, 'en'), { text: 'Yes', lang: 'en' });
  assert.deepEqual(inLang({ nl: 'Ja' }, 'en'), { text: 'Ja', lang: 'nl' });
  assert.deepEqual(inLang({ nl: '', en: 'Yes' }, 'nl'), { text: 'Yes', lang: 'en' });
  assert.deepEqual(inLang(undefined, 'nl'), { text: '', lang: 'nl' });
});

test('time runs while a poll is open, counts down where it ends by itself, and stands still when it is closed', () => {
  assert.deepEqual(running(open('a'), 75_500), { s: 65, leftS: null });
  assert.deepEqual(running(open('a', { endsAt: 80 * S }), 75_500), { s: 65, leftS: 5 });
  assert.deepEqual(running(open('a', { endsAt: 60 * S }), 75_500), { s: 65, leftS: 0 }, 'over, and the server has not said so yet');
  assert.deepEqual(running(closed('a', 40, { endsAt: 60 * S }), 75_500), { s: 30, leftS: null });
});

test('a clock that is behind the server shows no time below zero', () => {
  assert.equal(running(open('a'), 5_000).s, 0);
});

for (const [seconds, expected] of [[0, '0:00'], [65, '1:05'], [3_599, '59:59'], [3_725, '1:02:05']]) {
  test(`${seconds} s is ${expected}`, () => assert.equal(minutes(seconds), expected));
}

test('before and after find each other', () => {
  const polls = pollsOf(view(closed('before', 20), closed('after', 30, { again: 'before' }), poll('third', { again: 'before' })));

  assert.equal(pairOf(polls, polls.find(({ id }) => id === 'after')).before?.id, 'before');
  assert.equal(pairOf(polls, polls.find(({ id }) => id === 'before')).after?.id, 'after', 'one that was asked comes before a draft');
  assert.deepEqual(pairOf(polls, poll('alone')), { before: null, after: null });
});
