import assert from 'node:assert/strict';
import { test } from 'node:test';

import { effective } from '../lib/programme.js';
import { bar, lateness, otherPart, spots } from './on-stage.js';

const MIN = 60_000;
const session = (id, start, end, more = {}) => ({ id, title: id, speakers: [], room: 'hall', start: start * MIN * 1_000, end: end * MIN * 1_000, kind: 'talk', questionsS: 0, ...more });
const ROOMS = [{ id: 'hall', name: 'Grote zaal' }, { id: 'attic', name: 'Zolder' }];
const ITEM = { seq: 1, zone: 'UTC', rooms: ROOMS, shifts: {}, onStage: {} };
const SESSIONS = [session('a', 10, 20), session('b', 20, 30), session('c', 10, 20, { room: 'attic' })];
const at = (minute, item = ITEM, sessions = SESSIONS) => spots(effective({ seq: 1, zone: 'UTC', rooms: ROOMS, sessions }, item), item, ROOMS, minute * MIN);
const facts = ({ session: on, next, late, chosen, byClock }) => [on?.id ?? null, next?.id ?? null, late, chosen, byClock?.id ?? null];

test('each room says what the clock says', () => {
  assert.deepEqual(at(12).map(facts), [['a', 'b', 0, false, null], ['c', null, 0, false, null]]);
});

test('before the first session the next one is named', () => {
  assert.deepEqual(facts(at(5)[0]), [null, 'a', 0, false, null]);
});

test('what a person chose is on stage, and how long it goes on is how late it is', () => {
  const item = { ...ITEM, onStage: { hall: { session: 'a', part: null } } };

  assert.deepEqual(facts(at(26, item)[0]), ['a', 'b', 6, true, 'b']);
  assert.equal(at(26, item)[0].leftMs, -6 * MIN);
});

test('a shift is told, also before it begins', () => {
  const item = { ...ITEM, shifts: { a: 5, b: 5 } };

  assert.deepEqual(facts(at(5, item)[0]), [null, 'a', 5, false, null]);
  assert.deepEqual(facts(at(22, item)[0]), ['a', 'b', 5, false, null]);
});

test('nothing on stage by hand is a choice too', () => {
  const item = { ...ITEM, onStage: { hall: { session: null, part: null } } };

  assert.deepEqual(facts(at(12, item)[0]), [null, 'b', 0, true, 'a']);
});

test('without rooms there is one place', () => {
  const sessions = [session('a', 10, 20, { room: null })];
  const timed = effective({ seq: 1, zone: 'UTC', rooms: [], sessions }, ITEM);

  assert.deepEqual(spots(timed, ITEM, [], 12 * MIN).map(facts), [['a', null, 0, false, null]]);
});

test('what is over in the room is not next', () => {
  assert.deepEqual(facts(at(40)[0]), [null, null, 0, false, null]);
});

test('a break has no questions', () => {
  const [pause] = effective({ seq: 1, zone: 'UTC', rooms: ROOMS, sessions: [session('p', 1, 2, { kind: 'break' })] }, ITEM);

  assert.equal(otherPart({ session: pause, part: 'talk' }), null);
  assert.equal(otherPart({ session: { ...pause, kind: 'talk' }, part: 'talk' }), 'questions');
  assert.equal(otherPart({ session: { ...pause, kind: 'talk' }, part: 'questions' }), 'talk');
});

test('nothing is late where nothing is', () => assert.equal(lateness(null, null, 0), 0));

for (const [name, minute, late, done, over] of [
  ['half way', 15, 0, 0.5, 0],
  ['at its end', 20, 0, 1, 0],
  ['over time', 30, 0, 0.5, 0.5],
  ['not begun', 5, 0, 0, 0],
]) {
  test(`the bar of a session ${name}`, () => {
    assert.deepEqual(bar({ startMs: 10 * MIN, endMs: 20 * MIN, plannedMs: 10 * MIN, late }, minute * MIN), { done, over });
  });
}
