import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, bodyOf, fileName, found, groupOf, namesIn, pagesOf, usual } from './order.js';

const code = (what, id = '', more = {}) => ({ what, id, name: '', place: '', detail: '', shown: '', ...more });
const kind = (key) => KINDS.find((each) => each.key === key);
const CODES = [code('join'), code('join', 'zaal'), code('papers'), code('text'), code('session', 's1'), code('paper', 'p1')];

test('codes stand in the group of what they lead to', () => {
  assert.deepEqual(CODES.map(groupOf), ['general', 'rooms', 'general', 'general', 'sessions', 'papers']);
});

test('helpers get all that is for everybody, a poster the code to join', () => {
  assert.deepEqual(usual('helpers', CODES).map(({ what }) => what), ['join', 'papers', 'text']);
  assert.deepEqual(usual('poster', CODES), [CODES[0]]);
});

test('every word that is looked for has to be there', () => {
  const codes = [code('paper', 'a', { name: 'Water in de stad', place: 'Zaal 1' }), code('paper', 'b', { name: 'Water' })];
  assert.deepEqual(found(codes, ' WATER  zaal').map(({ id }) => id), ['a']);
  assert.equal(found(codes, '').length, 2);
});

test('each code fills a sheet of cards, or the codes share one', () => {
  assert.equal(pagesOf(kind('cards'), 3, true), 3);
  assert.equal(pagesOf(kind('cards'), 9, false), 2);
  assert.equal(pagesOf(kind('poster-a3'), 3, true), 3);
  assert.equal(pagesOf(kind('stickers'), 0, true), 0);
});

test('copies are only said where codes share a sheet', () => {
  const order = { kind: kind('cards'), langs: ['nl'], codes: [CODES[1]], full: true };
  assert.deepEqual(bodyOf(order), { what: 'cards', size: 'a4', langs: ['nl'], targets: [{ what: 'join', id: 'zaal' }] });
  assert.equal(bodyOf({ ...order, full: false }).copies, 1);
  assert.equal(bodyOf({ ...order, kind: kind('poster-a4'), full: false }).copies, undefined);
});

test('cards with a link name no codes', () => {
  const links = [{ link: 'x', name: 'Anouk', role: 'moderator' }];
  const order = { kind: kind('badges'), langs: ['en'], codes: CODES, full: true };
  assert.deepEqual(bodyOf(order, links), { what: 'badges', size: 'a4', langs: ['en'], links });
});

test('a file says of which symposium and what it is', () => {
  assert.equal(fileName('proefdag', kind('poster-a3')), 'proefdag-poster-a3.pdf');
});

test('names are one a line, without doubles', () => {
  assert.deepEqual(namesIn(' Anouk  Terpstra\n\nDaan\nDaan \n'), ['Anouk Terpstra', 'Daan']);
});
