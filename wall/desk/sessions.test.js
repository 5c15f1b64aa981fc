import assert from 'node:assert/strict';
import { test } from 'node:test';

import { byDay, common, isOfSession, titleOf } from './sessions.js';

const HOUR = 3_600_000;
const session = (id, hours, more = {}) => ({ id, title: `Titel ${id}`, kind: 'talk', startMs: Date.UTC(2026, 10, 12) + hours * HOUR, ...more });

for (const [asked, of, expected] of [[null, null, true], [null, 'a', true], ['', null, true], ['', 'a', false], ['a', 'a', true], ['a', 'b', false], ['a', null, false]]) {
  test(`of ${JSON.stringify(asked)} a post of ${JSON.stringify(of)} is ${expected ? '' : 'not '}seen`, () => assert.equal(isOfSession({ session: of }, asked), expected));
}

test('sessions are listed by day, without breaks', () => {
  const all = [session('a', 9), session('lunch', 12, { kind: 'break' }), session('b', 13), session('c', 33)];

  const days = byDay(all, { lang: 'en', zone: 'UTC' });

  assert.deepEqual(days.map(({ sessions }) => sessions.map(({ words }) => words)), [['09:00 Titel a', '13:00 Titel b'], ['09:00 Titel c']]);
  assert.deepEqual(byDay(all, { lang: 'en', zone: 'UTC', keep: 'lunch' })[0]?.sessions.map(({ id }) => id), ['a', 'lunch', 'b']);
});

test('a session that has gone keeps its name, and no session has none', () => {
  const known = new Map([['a', session('a', 9)]]);

  assert.deepEqual(['a', 'gone', null].map((id) => titleOf(known, id)), ['Titel a', 'gone', '']);
});

test('chosen posts have a session together or differ', () => {
  assert.equal(common([{ session: 'a' }, { session: 'a' }]), 'a');
  assert.equal(common([{ session: null }]), null);
  assert.equal(common([{ session: 'a' }, { session: null }]), undefined);
});
