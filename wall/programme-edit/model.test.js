import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flaws } from './checks.js';
import * as model from './model.js';

const ZONE = 'Europe/Amsterdam';
const DAY = '2026-11-12';
const us = (iso) => Date.parse(iso) * 1_000;
const session = (id, more = {}) => ({
  id, title: `Titel ${id}`, subtitle: '', speakers: [], room: 'groot', start: us('2026-11-12T08:00Z'), end: us('2026-11-12T08:45Z'), kind: 'talk', questionsS: 0,
  lang: 'nl', track: '', abstract: '', url: '', hashtag: '', noPhotos: false, code: 'F7', papers: 2, ...more,
});
const programme = (sessions) => ({
  seq: 7, version: '1', zone: ZONE, origin: 'https://x.example/s.json', rooms: [{ id: 'groot', name: 'Grote zaal', code: 'H3' }, { id: 'tuin', name: 'Tuinzaal', code: null }], sessions,
});
const draft = (...sessions) => model.fromWire(programme(sessions.map(([id, more]) => session(id, more))));
const times = ({ sessions }) => sessions.map(({ id, day, start, end }) => `${id} ${day} ${start}-${end}`);
const codes = (of) => flaws(of).map(({ id, field, code, blocks }) => `${id} ${field} ${code}${blocks ? '!' : ''}`).sort();

test('what comes from the server goes back as it came, but for what the server gives itself', () => {
  const odd = [
    session('a', { speakers: [{ name: 'Ada', about: 'rekent' }], questionsS: 90, noPhotos: true, hashtag: 'ada' }),
    session('night', { start: us('2026-10-25T01:30Z'), end: us('2026-10-25T02:00:30Z') }),
    session('days', { room: null, start: us('2026-11-12T08:00Z'), end: us('2026-11-14T16:00Z') }),
  ];
  const known = programme(odd);
  const { code: _, papers: __, ...bare } = odd[0];

  const wire = model.toWire(model.fromWire(known), known);

  assert.deepEqual(wire.sessions.find(({ id }) => id === 'a'), bare);
  for (const { id, start, end } of odd) assert.deepEqual([start, end], [wire.sessions.find((s) => s.id === id).start, wire.sessions.find((s) => s.id === id).end], id);
  assert.deepEqual(wire.rooms, [{ id: 'groot', name: 'Grote zaal' }, { id: 'tuin', name: 'Tuinzaal' }]);
  assert.deepEqual([wire.version, wire.zone, wire.origin], ['1', ZONE, 'https://x.example/s.json']);
});

test('a talk at nine is at nine on both sides of summer time', () => {
  let made = model.empty({ day: '2026-10-24', zone: ZONE, room: { id: 'zaal', name: 'Zaal' } });
  for (const day of ['2026-10-24', '2026-10-25']) made = model.addSession(made, { id: day, day, room: 'zaal', kind: 'talk', title: 'Dag', lang: 'nl' });

  const wire = model.toWire(made);

  assert.deepEqual(wire.sessions.map(({ start }) => new Date(start / 1_000).toISOString().slice(0, 16)), ['2026-10-24T07:00', '2026-10-25T08:00']);
  assert.deepEqual(model.fromWire({ seq: 1, ...wire }).sessions.map(({ day, start }) => [day, start]), [['2026-10-24', '09:00'], ['2026-10-25', '09:00']]);
});

test('a time that is wrong is still a programme to look at and to compare', () => {
  const wrong = model.changeSession(draft(['a']), 'a', { start: 'negen' });

  assert.deepEqual(model.toWire(wrong).sessions.map(({ start }) => start), [0]);
});

test('what is no time yet stays as it was typed', () => {
  const typed = model.addDay(model.changeSession(draft(['a'], ['b']), 'a', { start: 'negen' }), '2026-11-20');
  const round = model.fromWire({ seq: 1, ...model.toWire(model.changeSession(typed, 'b', { title: 'Anders' })) });

  const kept = model.withTyped(round, typed);

  assert.deepEqual(times(kept).sort(), [`a ${DAY} negen-09:45`, `b ${DAY} 09:00-09:45`]);
  assert.deepEqual(model.days(kept), [DAY, '2026-11-20']);
});

test('a new session comes behind the last one of its room, a break behind all', () => {
  const one = model.addSession(draft(['a'], ['b', { room: 'tuin', end: us('2026-11-12T09:30Z') }]), { id: 'c', day: DAY, room: 'groot', kind: 'talk', title: '', lang: '' });
  const two = model.addSession(one, { id: 'd', day: DAY, room: null, kind: 'break', title: 'Pauze', lang: '' });

  assert.deepEqual(times(two).slice(2), [`c ${DAY} 09:45-10:30`, `d ${DAY} 10:30-10:45`]);
});

test('a session that begins later takes as long as it did, and may pass midnight', () => {
  assert.deepEqual(times(model.startAt(draft(['a']), 'a', '13:30')), [`a ${DAY} 13:30-14:15`]);
  assert.deepEqual(times(model.startAt(draft(['a']), 'a', '23.30')), [`a ${DAY} 23.30-00:15`]);
  assert.equal(model.startAt(draft(['a']), 'a', '1').sessions[0].start, '1', 'what was typed stays');
});

test('end and length are two ways to say one thing', () => {
  assert.deepEqual(times(model.lastFor(draft(['a']), 'a', 60)), [`a ${DAY} 09:00-10:00`]);
  assert.equal(model.minutesLong(model.endAt(draft(['a']), 'a', '11:00').sessions[0]), 120);
  assert.equal(model.minutesLong(model.endAt(draft(['a']), 'a', '08:00').sessions[0]), null);
});

test('moving takes one session, or all that follows in its room', () => {
  const day = draft(['a'], ['b', { start: us('2026-11-12T09:00Z'), end: us('2026-11-12T09:30Z') }], ['other', { room: 'tuin' }], ['evening', { start: us('2026-11-12T18:00Z'), end: us('2026-11-12T19:00Z') }]);

  assert.deepEqual(times(model.shift(day, 'a', 10)), [`a ${DAY} 09:10-09:55`, `b ${DAY} 10:00-10:30`, `other ${DAY} 09:00-09:45`, `evening ${DAY} 19:00-20:00`]);
  assert.deepEqual(times(model.shift(day, 'a', 10, true)), [`a ${DAY} 09:10-09:55`, `b ${DAY} 10:10-10:40`, `other ${DAY} 09:00-09:45`, `evening ${DAY} 19:00-20:00`]);
});

test('a session goes to another day with its length, and the old day stays', () => {
  const moved = model.moveToDay(draft(['a', { end: us('2026-11-13T16:00Z') }]), 'a', '2026-11-20');

  assert.deepEqual([moved.sessions[0].day, moved.sessions[0].endDay], ['2026-11-20', '2026-11-21']);
  assert.deepEqual(model.days(moved), [DAY, '2026-11-20']);
});

test('a copy begins when the first one ends, and shares neither id nor hashtag', () => {
  const copied = model.duplicateSession(draft(['a', { hashtag: 'ada', title: 'Rekenen' }]), 'a', 'new');

  assert.deepEqual(times(copied), [`a ${DAY} 09:00-09:45`, `new ${DAY} 09:45-10:30`]);
  assert.deepEqual(copied.sessions.map(({ title, hashtag }) => [title, hashtag]), [['Rekenen', 'ada'], ['Rekenen', '']]);
});

test('a room that goes takes its sessions, or leaves them where it was said', () => {
  const day = draft(['a'], ['b', { room: 'tuin' }]);

  assert.deepEqual(model.removeRoom(day, 'groot', 'with-sessions').sessions.map(({ id }) => id), ['b']);
  assert.deepEqual(model.removeRoom(day, 'groot', { to: 'tuin' }).sessions.map(({ room }) => room), ['tuin', 'tuin']);
  assert.deepEqual(model.removeRoom(day, 'groot', { to: null }).sessions.map(({ room }) => room), [null, 'tuin']);
  assert.deepEqual(model.removeRoom(day, 'groot', { to: null }).rooms.map(({ id }) => id), ['tuin']);
});

test('rooms change places and names, never ids', () => {
  const day = model.renameRoom(model.moveRoom(draft(['a']), 'groot', 1), 'groot', 'Aula');

  assert.deepEqual(day.rooms, [{ id: 'tuin', name: 'Tuinzaal' }, { id: 'groot', name: 'Aula' }]);
  assert.equal(model.moveRoom(day, 'groot', 1), day);
  assert.equal(model.roomId(day, 'Grôót!'), 'groot-2');
  assert.equal(model.roomId(day, '会议室'), 'zaal');
});

test('days without sessions stay, and one that goes takes its sessions', () => {
  const two = model.addDay(draft(['a']), '2026-11-11');

  assert.deepEqual(model.days(two), ['2026-11-11', DAY]);
  assert.deepEqual(model.removeDay(two, DAY).sessions, []);
  assert.equal(model.addDay(two, DAY), two);
});

test('a sound programme has no flaws, however long its words', () => {
  assert.deepEqual(codes(draft(['a', { title: '👩‍🚀'.repeat(200), subtitle: 'Hottentottententententoonstellingsmakersopleidingsinstituut' }])), []);
});

test('each flaw is told at its field', () => {
  const change = (more) => codes(model.changeSession(draft(['a']), 'a', more));

  assert.deepEqual(change({ title: ' ' }), ['a title title!']);
  assert.deepEqual(change({ start: 'negen' }), ['a start time!']);
  assert.deepEqual(change({ end: '08:00' }), ['a end end-before!']);
  assert.deepEqual(change({ end: '09:00' }), ['a end end-before!']);
  assert.deepEqual(change({ endDay: '2026-11-27' }), ['a end too-long!']);
  assert.deepEqual(change({ title: 'x'.repeat(201) }), ['a title long!']);
  assert.deepEqual(change({ hashtag: '#twee woorden' }), ['a hashtag hashtag!']);
  assert.deepEqual(change({ hashtag: '#één_woord' }), []);
  assert.deepEqual(change({ questions: 'tien' }), ['a questions minutes!']);
  assert.deepEqual(change({ questions: '60' }), ['a questions questions-long']);
  assert.deepEqual(change({ url: 'javascript:alert(1)' }), ['a url url!']);
  assert.deepEqual(change({ speakers: [{ name: '', about: 'rekent' }] }), ['a speaker-0 speaker!']);
  assert.deepEqual(change({ day: '2026-03-28', endDay: '2026-03-28', start: '01:30', end: '02:30' }), ['a end no-such-time!']);
  assert.deepEqual(codes(model.renameRoom(draft(['a']), 'tuin', '')), ['tuin room room-name!']);
  assert.deepEqual(codes(model.renameRoom(draft(['a']), 'tuin', 'grote zaal')), ['groot room room-twice!', 'tuin room room-twice!']);
});

test('two sessions in one room at one time are told of each other; what touches, and what is in no room, is fine', () => {
  const touching = ['b', { start: us('2026-11-12T08:45Z'), end: us('2026-11-12T09:00Z') }];
  const over = ['c', { start: us('2026-11-12T08:30Z'), end: us('2026-11-12T08:40Z') }];

  assert.deepEqual(codes(draft(['a'], touching, ['lunch', { room: null }])), []);
  assert.deepEqual(codes(draft(['a'], touching, over)), ['a start overlap', 'c start overlap']);
  assert.deepEqual(flaws(draft(['a'], over)).map(({ other }) => other), ['c', 'a']);
});
