import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grid } from './grid.js';

const DAY = '2026-11-12';
const session = (id, start, end, room = 'groot') => ({ id, room, day: DAY, endDay: DAY, start, end });
const draft = (...sessions) => ({ version: '', zone: 'Europe/Amsterdam', origin: '', days: [DAY], rooms: [{ id: 'groot', name: 'Groot' }, { id: 'tuin', name: 'Tuin' }], sessions });
const places = (of) => Object.fromEntries(grid(of, DAY).cells.map(({ id, row, rows, column, columns }) => [id, [row, rows, column, columns]]));

test('a row is the time between two moments at which something begins or ends', () => {
  const day = draft(session('a', '09:00', '10:00'), session('b', '09:30', '10:00', 'tuin'), session('c', '13:00', '13:30'));

  assert.deepEqual(grid(day, DAY).times, ['09:00', '09:30', '10:00', '13:00']);
  assert.deepEqual(places(day), { a: [1, 2, 1, 1], b: [2, 1, 2, 1], c: [4, 1, 1, 1] });
});

test('what is in one room at one time stands side by side', () => {
  const day = draft(session('a', '09:00', '10:00'), session('b', '09:30', '10:30'), session('c', '10:00', '10:30'), session('t', '09:00', '10:00', 'tuin'));

  assert.deepEqual(grid(day, DAY).rooms, [{ room: 'groot', columns: 2 }, { room: 'tuin', columns: 1 }]);
  assert.deepEqual(places(day), { a: [1, 2, 1, 1], b: [2, 2, 2, 1], c: [3, 1, 1, 1], t: [1, 2, 3, 1] });
});

test('a lunch for all takes the whole width, unless something goes on beside it', () => {
  const lunch = session('l', '12:00', '13:00', null);

  assert.deepEqual(places(draft(session('a', '11:00', '12:00'), lunch)), { a: [1, 1, 1, 1], l: [2, 1, 1, 2] });
  assert.deepEqual(places(draft(session('a', '11:00', '12:30'), lunch)), { a: [1, 2, 1, 1], l: [2, 2, 3, 1] });
  assert.deepEqual(grid(draft(session('a', '11:00', '12:30'), lunch), DAY).rooms.at(-1), { room: null, columns: 1 });
});

test('the night belongs to the evening, and a wrong time has its place at the end', () => {
  const day = draft(session('late', '23:00', '01:00'), session('wrong', 'negen', '10:00'));

  assert.deepEqual(grid(day, DAY).times, ['23:00', '01:00', '04:00']);
  assert.deepEqual(places(day), { late: [1, 1, 1, 1], wrong: [3, 1, 1, 1] });
});

test('a programme without rooms has one column', () => {
  const day = { ...draft(session('a', '09:00', '10:00', null)), rooms: [] };

  assert.deepEqual(grid(day, DAY).rooms, [{ room: null, columns: 1 }]);
  assert.deepEqual(grid(draft(), DAY).cells, []);
});
