import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, difference, isSame, merge, told } from './difference.js';

const session = (id, more = {}) => ({ id, title: id.toUpperCase(), subtitle: '', speakers: [], room: 'groot', start: 1, end: 2, kind: 'talk', questionsS: 0, lang: '', track: '', abstract: '', url: '', hashtag: '', noPhotos: false, ...more });
const wire = (sessions, rooms = ['groot', 'tuin']) => ({ version: '', zone: 'Europe/Amsterdam', origin: '', rooms: rooms.map((id) => ({ id, name: id })), sessions });
const titles = ({ sessions }) => Object.fromEntries(sessions.map(({ id, title, room }) => [id, `${title} ${room}`]));

const BASE = wire([session('a'), session('b'), session('c')]);

test('a programme does not differ from itself', () => {
  assert.equal(isSame(difference(BASE, structuredClone(BASE))), true);
});

test('what was added, removed and changed is told, with what was and what is', () => {
  const after = wire([session('a', { title: 'Anders', speakers: [{ name: 'Ada', about: '' }] }), session('b'), session('d')], ['tuin', 'groot', 'foyer']);

  const found = difference(BASE, after);

  assert.deepEqual(found.added.map(({ id }) => id), ['d']);
  assert.deepEqual(found.removed.map(({ id }) => id), ['c']);
  assert.deepEqual(found.changed, [{ id: 'a', title: 'Anders', fields: [{ name: 'title', before: 'A', after: 'Anders' }, { name: 'speakers', before: [], after: [{ name: 'Ada', about: '' }] }] }]);
  assert.deepEqual(found.rooms, { added: ['foyer'], removed: [], renamed: [], ordered: true });
  assert.equal(count(found), 5);
  assert.equal(isSame(found), false);
});

test('a room with another name is renamed, not another room', () => {
  const after = { ...BASE, rooms: [{ id: 'groot', name: 'Aula' }, { id: 'tuin', name: 'tuin' }] };

  assert.deepEqual(difference(BASE, after).rooms, { added: [], removed: [], renamed: [{ before: 'groot', after: 'Aula' }], ordered: false });
});

test('what two people changed in different places is put together', () => {
  const mine = wire([session('a', { title: 'Mijn' }), session('b'), session('c'), session('m')]);
  const theirs = wire([session('a', { room: 'tuin' }), session('b', { title: 'Hun' }), session('t')]);

  const { wire: both, collisions } = merge(BASE, mine, theirs);

  assert.deepEqual(titles(both), { a: 'Mijn tuin', b: 'Hun groot', t: 'T groot', m: 'M groot' });
  assert.deepEqual(collisions, []);
});

test('where both changed the same thing mine holds, and it is told', () => {
  const mine = wire([session('a', { title: 'Mijn' }), session('b'), session('c')]);
  const theirs = wire([session('a', { title: 'Hun' }), session('b'), session('c')]);

  const { wire: both, collisions } = merge(BASE, mine, theirs);

  assert.equal(both.sessions[0].title, 'Mijn');
  assert.deepEqual(collisions, [{ id: 'a', title: 'Mijn', field: 'title' }]);
  assert.deepEqual(merge(BASE, mine, mine).collisions, [], 'the same change twice is none');
});

test('a session that one removed and the other changed: mine holds, and it is told', () => {
  const without = wire([session('b'), session('c')]);
  const changed = wire([session('a', { title: 'Nog' }), session('b'), session('c')]);

  assert.deepEqual(Object.keys(titles(merge(BASE, without, changed).wire)), ['b', 'c']);
  assert.deepEqual(Object.keys(titles(merge(BASE, changed, without).wire)).sort(), ['a', 'b', 'c']);
  for (const [one, other] of [[without, changed], [changed, without]]) {
    assert.deepEqual(merge(BASE, one, other).collisions.map(({ id, field }) => [id, field]), [['a', 'removed']]);
  }
});

test('rooms of both are there, also one that somebody removed while the other used it', () => {
  const mine = wire([session('a'), session('b'), session('c', { room: 'tuin' })], ['groot', 'tuin', 'foyer']);
  const theirs = wire([session('a'), session('b'), session('c')], ['kelder', 'groot']);

  const { wire: both } = merge(BASE, mine, theirs);

  assert.deepEqual(both.rooms.map(({ id }) => id).sort(), ['foyer', 'groot', 'kelder', 'tuin']);
  assert.equal(both.sessions.find(({ id }) => id === 'c').room, 'tuin');
});

test('a difference is told in words: times of the zone, rooms and speakers by name', () => {
  const us = (iso) => Date.parse(iso) * 1_000;
  const before = wire([session('a', { start: us('2026-11-12T09:00Z'), end: us('2026-11-12T09:45Z') })]);
  const after = wire([session('a', { start: us('2026-11-12T09:00Z'), end: us('2026-11-13T16:00Z'), room: 'tuin', noPhotos: true, speakers: [{ name: 'Ada', about: '' }, { name: 'Bo', about: '' }] }), session('b', { start: us('2026-11-12T12:00Z'), end: us('2026-11-12T13:00Z') })]);

  const found = told(before, after);

  assert.deepEqual(found.added, [{ id: 'b', title: 'B', time: '2026-11-12 13:00–14:00', room: 'groot' }]);
  assert.deepEqual(found.changed[0].fields, [
    { name: 'time', before: '2026-11-12 10:00–10:45', after: '2026-11-12 10:00–2026-11-13 17:00' },
    { name: 'room', before: 'groot', after: 'tuin' }, { name: 'noPhotos', before: 'no', after: 'yes' }, { name: 'speakers', before: '', after: 'Ada, Bo' },
  ]);
});
