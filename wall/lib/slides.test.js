import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { effective } from './programme.js';
import { daySlide, joinOf, pairSlide, paperSlide, papersSlide, programmeSlide, safeSlide, sessionSlide, sizeText, wayTo } from './slides.js';
import { words } from './words.js';

const catalogue = (name) => JSON.parse(readFileSync(new URL(`../locale/nl/${name}.json`, import.meta.url), 'utf8'));
const t = words({ ...catalogue('common'), ...catalogue('screen') }, 'nl');
const at = (time, day = 12) => Date.parse(`2026-11-${day}T${time}:00+01:00`);
const session = (id, room, start, end, more = {}) => ({ id, title: id.toUpperCase(), speakers: [{ name: 'Noor' }], room, start: at(start) * 1000, end: at(end) * 1000, kind: 'talk', questionsS: 0, code: `C${id}`, ...more });
const ROOMS = [{ id: 'g', name: 'Grote zaal', code: 'F7' }, { id: 't', name: 'Tuinzaal', code: null }];
const DAY = {
  seq: 1, zone: 'Europe/Amsterdam', rooms: ROOMS,
  sessions: [session('a', 'g', '13:00', '14:00'), session('b', 'g', '14:05', '15:00'), session('c', 't', '14:05', '15:00'), session('d', null, '15:00', '15:30', { kind: 'break', speakers: [] })],
};
const facts = (time, { shifts = {}, room = null, shelf = 0, day = 12 } = {}) => {
  const item = { seq: 1, zone: DAY.zone, rooms: ROOMS, shifts, onStage: {} };
  return { t, lang: 'nl', programme: DAY, item, sessions: effective(DAY, item), nowMs: at(time, day), room, join: { qr: '/dag/qr.svg', short: 'fontein.example/lu', check: { nl: 'ijsvogel' } }, title: 'Dag', shelf };
};
const rows = (slide) => slide.rows.map(({ time, late, title }) => [time, late, title].filter(Boolean).join(' '));

test('now and next: one that runs, and what follows; sessions of one moment share their time', () => {
  const slide = programmeSlide(facts('13:30'));
  assert.deepEqual(slide.now.map(({ over, title, who }) => [over, title, who]), [['Nu · Grote zaal · tot 14:00', 'A', 'Noor']]);
  assert.deepEqual([slide.over, rows(slide), slide.doneTo, slide.check.word], ['Straks', ['14:05 B', 'C', '15:00 D'], at('14:00'), 'ijsvogel']);
});

test('now and next: late', () => {
  const slide = programmeSlide(facts('13:30', { shifts: { a: 6, b: 6 } }));
  assert.deepEqual([slide.now[0].over, slide.now[0].late], ['Nu · Grote zaal · tot 14:06', '6\u00A0min later']);
  assert.deepEqual(rows(slide), ['14:05 C', '14:11 6\u00A0min later B', '15:00 D']);
});

test('now and next: several at once have no bar; between two, the next one; in the evening, the next day', () => {
  assert.deepEqual([programmeSlide(facts('14:30')).now.length, programmeSlide(facts('14:30')).doneTo], [2, 0]);
  assert.equal(programmeSlide(facts('14:02')).now[0].over, 'Straks · 14:05 · Grote zaal');
  assert.equal(programmeSlide(facts('20:00', { day: 11 })).now[0].over, 'Donderdag 12 november · 13:00 · Grote zaal');
  assert.equal(programmeSlide(facts('20:00')), null);
});

test('now and next of a room: only what runs there', () => {
  assert.deepEqual(programmeSlide(facts('14:30', { room: 't' })).now.map(({ id }) => id), ['c']);
});

test('the day, and where it is', () => {
  const slide = daySlide(facts('14:30'));
  assert.deepEqual([slide.label, slide.from, slide.rows.map(({ state }) => state)], ['Programma · donderdag 12 november', 1, ['over', 'on', 'on', 'coming']]);
});

test('a title card: where, when, who, and a code of its own', () => {
  const about = facts('13:30', { shifts: { a: 6 } });
  const one = sessionSlide(about, { ...about.sessions[0], speakers: [{ name: 'Noor', about: 'Onderzoeker' }], noPhotos: true });
  assert.deepEqual([one.over, one.late, one.under, one.join.short, one.note !== ''], ['Grote zaal · 13:06 – 14:06', '6\u00A0min later', 'Onderzoeker', 'fontein.example/lu/ca', true]);
  const many = sessionSlide(about, { ...about.sessions[0], speakers: Array.from({ length: 12 }, (_, n) => ({ name: `S${n}`, about: 'x' })), subtitle: 'Onder' });
  assert.deepEqual([many.names.length, many.others, many.under], [4, 'en 8 anderen', 'Onder']);
});

test('the code of a screen in a room is that of the room; of one without a code, how one joins', () => {
  assert.deepEqual(joinOf(facts('13:30', { room: 'g' })), { qr: '/dag/qr.svg?code=F7', short: 'fontein.example/lu/f7' });
  assert.equal(joinOf(facts('13:30', { room: 't' })).short, 'fontein.example/lu');
  assert.deepEqual(wayTo({ qr: '/x?y=1', short: 'H/LU' }, 'K7'), { qr: '/x?y=1&code=K7', short: 'H/LU/K7' });
});

const PAPER = { id: 'p', code: 'K7', session: 'a', form: 'paper', title: 'Na het beraad', authors: ['A', 'B'], open: true, opensAt: null, files: [{ id: 1, lang: 'nl', type: 'application/pdf', pages: 34, size: 1_214_000 }], link: '', preview: null };

test('a paper: what it is, and where', () => {
  const about = facts('13:30');
  const slide = paperSlide(about, PAPER, about.sessions[0]);
  assert.deepEqual([slide.overWord, slide.over, slide.facts, slide.way.short, slide.caption], ['Stuk bij', 'A', '34 bladzijden · pdf · 1,2\u00A0MB', 'fontein.example/lu/k7', 'Lees het nu op je telefoon']);
  assert.deepEqual(paperSlide(about, { ...PAPER, authors: ['A', 'B', 'C', 'D', 'E'] }, null).others, 'en 2 anderen');
});

test('a paper that is not open says from when; one that is elsewhere says where', () => {
  const about = facts('12:00');
  assert.equal(paperSlide(about, { ...PAPER, open: false, opensAt: at('13:00') * 1000 }, null).caption, 'Te lezen vanaf 13:00');
  assert.equal(paperSlide(about, { ...PAPER, open: false, opensAt: null }, null).caption, 'Straks te lezen');
  assert.equal(paperSlide(about, { ...PAPER, files: [], link: 'https://voorbeeld.nl/x' }, null).facts, 'voorbeeld.nl');
});

test('papers of a session', () => {
  const slide = papersSlide(facts('14:00'), [PAPER, { ...PAPER, id: 'q', authors: ['A', 'B', 'C', 'D'] }], null);
  assert.deepEqual([slide.rows.map(({ who }) => who), slide.singles.length], [['A, B', 'A, B en 2 anderen'], 2]);
});

test('the safe slide: the coming hour, and the papers where there are any', () => {
  assert.deepEqual([rows(safeSlide(facts('13:30'))), safeSlide(facts('13:30')).papers], [['13:00 A', '14:05 B', 'C'], null]);
  assert.equal(safeSlide(facts('13:30', { shelf: 3 })).papers.short, 'fontein.example/lu/papers');
  assert.equal(safeSlide(facts('20:00')), null);
});

test('pairing: the characters, then the name', () => {
  assert.deepEqual(Object.values(pairSlide(t, { code: 'K7M3', address: 'x/stage', name: '' })).includes('K7M3'), true);
  assert.equal(pairSlide(t, { code: '', address: 'x', name: 'Links' }).title, 'Dit scherm heet ‘Links’.');
});

test('sizes', () => assert.deepEqual([400, 22_400, 951_000, 8_300_000, 41_000_000].map((n) => sizeText('nl', n)), ['1\u00A0kB', '22\u00A0kB', '1,0\u00A0MB', '8,3\u00A0MB', '41\u00A0MB']));
