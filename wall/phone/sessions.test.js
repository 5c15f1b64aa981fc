import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effective } from '../lib/programme.js';
import { belongs, hasNoPhotos } from './sessions.js';

const MIN = 60_000;
const NOW = 100 * MIN;
const session = (id, room, start, end, more = {}) => ({ id, title: id, speakers: [], room, start: start * MIN * 1000, end: end * MIN * 1000, kind: 'talk', questionsS: 0, ...more });
const DAY = effective({
  seq: 1,
  zone: 'UTC',
  rooms: [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }],
  sessions: [session('one', 'a', 90, 110), session('two', 'b', 90, 110, { noPhotos: true }), session('then', 'a', 110, 120), session('was', 'b', 50, 90)],
});
const ITEM = { seq: 1, zone: 'UTC', rooms: [], shifts: {}, onStage: {} };
const ids = ({ automatic, offered, chosen }) => [automatic?.id ?? null, offered.map(({ id }) => id), chosen?.id ?? null];

test('in a known room the session is known; others that run can be chosen', () => {
  assert.deepEqual(ids(belongs(DAY, ITEM, NOW, { room: 'a', chosen: null })), ['one', ['two'], null]);
});

test('without a room several that run are a question, and one is not', () => {
  assert.deepEqual(ids(belongs(DAY, ITEM, NOW, { room: null, chosen: null })), [null, ['one', 'two'], null]);
  assert.deepEqual(ids(belongs(DAY, ITEM, 115 * MIN, { room: null, chosen: null })), ['then', [], null]);
});

test('what was chosen stays a choice after its end', () => {
  assert.deepEqual(ids(belongs(DAY, ITEM, NOW, { room: 'a', chosen: 'was' })), ['one', ['was', 'two'], 'was']);
  assert.deepEqual(ids(belongs(DAY, ITEM, NOW, { room: 'a', chosen: 'unknown' })), ['one', ['two'], null]);
});

test('a break is no choice', () => {
  const lunch = effective({ seq: 1, zone: 'UTC', rooms: [], sessions: [session('lunch', null, 90, 110, { kind: 'break' }), session('x', null, 90, 110)] });

  assert.deepEqual(belongs(lunch, ITEM, NOW, { room: null, chosen: null }).offered.map(({ id }) => id), ['x']);
});

test('photos are kept out by the session that was chosen, else by the one of the room', () => {
  assert.equal(hasNoPhotos(belongs(DAY, ITEM, NOW, { room: 'b', chosen: null })), true);
  assert.equal(hasNoPhotos(belongs(DAY, ITEM, NOW, { room: 'b', chosen: 'one' })), false);
  assert.equal(hasNoPhotos(belongs(DAY, ITEM, NOW, { room: null, chosen: null })), false);
});
