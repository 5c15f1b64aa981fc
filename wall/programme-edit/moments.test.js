import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOf, dayAfter, isDay, isZone, later, minutesOf, msOf } from './moments.js';

const ZONE = 'Europe/Amsterdam';
const at = (day, clock, zone = ZONE) => {
  const ms = msOf(day, clock, zone);
  return ms === null ? null : new Date(ms).toISOString().slice(0, 16);
};

test('times are read as people type them', () => {
  const typed = { '09:30': '09:30', '9:30': '09:30', '9.30': '09:30', '930': '09:30', '0930': '09:30', ' 9 ': '09:00', '13h05': '13:05', '23:59': '23:59' };
  for (const [words, clock] of Object.entries(typed)) assert.equal(clockOf(words), clock, words);
});

test('what is no time is no time', () => {
  for (const words of ['', '24:00', '9:60', '9:3', 'negen', '12:30:00', '-1', '99999']) assert.equal(clockOf(words), null, words);
});

test('a day is a date that exists', () => {
  assert.deepEqual(['2026-11-12', '2026-02-29', '2026-11', 'morgen', ''].map(isDay), [true, false, false, false, false]);
  assert.equal(dayAfter('2026-12-31'), '2027-01-01');
});

test('the day begins at four', () => {
  assert.deepEqual(['04:00', '09:30', '23:59', '00:00', '03:59'].map(minutesOf), [0, 330, 1199, 1200, 1439]);
});

test('moving on passes midnight within a day, and four into the next', () => {
  assert.deepEqual(later('2026-11-12', '23:30', 60), { day: '2026-11-12', clock: '00:30' });
  assert.deepEqual(later('2026-11-12', '03:30', 60), { day: '2026-11-13', clock: '04:30' });
  assert.deepEqual(later('2026-11-12', '04:10', -20), { day: '2026-11-11', clock: '03:50' });
});

test('a time is that of the zone, in winter and in summer', () => {
  assert.equal(at('2026-11-12', '09:30'), '2026-11-12T08:30');
  assert.equal(at('2026-07-01', '09:30'), '2026-07-01T07:30');
  assert.equal(at('2026-11-12', '01:00'), '2026-11-13T00:00', 'in the night after the day');
  assert.equal(at('2026-11-12', '09:30', 'America/Paramaribo'), '2026-11-12T12:30');
});

test('the hour that is skipped does not exist, and the one that comes twice is the first', () => {
  assert.equal(msOf('2026-03-28', '02:30', ZONE), null, 'the night before Sunday 29 March');
  assert.equal(at('2026-03-29', '09:00'), '2026-03-29T07:00', 'the morning after is there');
  assert.equal(at('2026-10-24', '02:30'), '2026-10-25T00:30');
});

test('what is no day or no time is no moment', () => {
  assert.deepEqual([msOf('', '09:00', ZONE), msOf('2026-11-12', '', ZONE), msOf('2026-13-01', '09:00', ZONE)], [null, null, null]);
});

test('a zone is one that the browser knows', () => {
  assert.deepEqual([ZONE, 'UTC', 'Mars/Base'].map(isZone), [true, true, false]);
});
