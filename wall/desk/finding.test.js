import assert from 'node:assert/strict';
import { test } from 'node:test';

import { find, plain } from './finding.js';

const post = (id, text, received, more = {}) => ({ id, text, received, author: { name: 'Joost', handle: '' }, authorKey: 'k', media: [], ...more });
const POSTS = [
  post('a', 'Koffie op de eerste', 1),
  post('b', 'De kóffie is op', 3),
  post('c', 'Thee', 2, { author: { name: 'Zoë Koffieman', handle: '@zoe@x.nl' }, authorKey: 'z' }),
  post('d', 'Kijk', 4, { media: [{ alt: 'Een kan koffie' }] }),
];
const found = (words, author = null, most = 9) => find(POSTS, { words, author }, most).map((each) => each.id).join('');

test('all words must be there, in the text, the name or the description, newest first', () => {
  assert.equal(found('koffie'), 'dbca');
  assert.equal(found('KOFFIE op'), 'ba');
  assert.equal(found('zoe'), 'c');
  assert.equal(found('melk'), '');
});

test('without words there is nothing to find, but all of one author', () => {
  assert.equal(found('  '), '');
  assert.equal(found('', { key: 'k' }), 'dba');
  assert.equal(found('koffie', { key: 'z' }), 'c');
});

test('so many and no more', () => {
  assert.equal(found('koffie', null, 2), 'db');
});

test('capitals and accents do not count', () => {
  assert.equal(plain('Één KÓP Ñ'), 'een kop n');
});
