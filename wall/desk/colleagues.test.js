import assert from 'node:assert/strict';
import { test } from 'node:test';

import { heard, names, present, readers, takenRows } from './colleagues.js';

const pulse = (key, name, post, at = 1) => ({ key, value: { name, post, at }, ttl: 15 });
const hear = (...pulses) => pulses.reduce((known, each) => heard(known, each, 1_000), new Map());

test('who looks at what is known until their pulse ends', () => {
  const known = hear(pulse('p1', 'Tjeerd', 'a'));

  assert.equal(readers(known).get('a').name, 'Tjeerd');
  assert.equal(present(known, 15_999), known);
  assert.equal(present(known, 16_001).size, 0);
});

test('who moves on lets go of what they looked at', () => {
  const known = hear(pulse('p1', 'Tjeerd', 'a'), pulse('p1', 'Tjeerd', 'b'));

  assert.deepEqual([...readers(known).keys()], ['b']);
});

test('a repeated pulse does not make somebody come later', () => {
  const known = hear(pulse('p1', 'Tjeerd', 'a', 5), pulse('p2', 'Wietske', 'a', 7), pulse('p1', 'Tjeerd', 'a', 9));

  assert.equal(readers(known).get('a').name, 'Tjeerd');
});

test('a row is taken when somebody reads any post that it stands for', () => {
  const reading = readers(hear(pulse('p1', 'Tjeerd', 'b')));
  const families = new Map([['a', ['a', 'b']]]);

  assert.deepEqual([...takenRows(reading, families).keys()], ['a']);
});

test('somebody with two pages is one person', () => {
  assert.deepEqual(names(hear(pulse('p1', 'Wietske', null), pulse('p2', 'Anouk', 'a'), pulse('p3', 'Wietske', 'b'))), ['Anouk', 'Wietske']);
});

test('a pulse of another make is nobody’s look', () => {
  assert.equal(readers(hear({ key: 'p1', value: null, ttl: 15 }, { key: 'p2', value: { post: 3 }, ttl: 15 })).size, 0);
});
