import assert from 'node:assert/strict';
import { test } from 'node:test';

import { emptyForm } from './poll-form.js';
import { MAX_KEPT, NEW, readKept, withKept, withoutKept } from './poll-kept.js';

const form = (nl) => ({ ...emptyForm(['nl']), title: { nl, en: '' } });

test('what was typed comes back as it was', () => {
  const kept = withKept(withKept({}, NEW, form('Nieuw')), 'p1', form('Oud'));

  assert.deepEqual(readKept(JSON.stringify(kept)), kept);
});

for (const [name, stored] of [
  ['nothing', null], ['no JSON', 'oeps'], ['a list', '[1]'], ['a word', '"nieuw"'], ['null', 'null'],
  ['a form of another version', JSON.stringify({ new: { kind: 'single', title: { nl: 'a', en: '' } } })],
  ['an unknown kind', JSON.stringify({ new: { ...form('a'), kind: 'essay' } })],
  ['options that are none', JSON.stringify({ new: { ...form('a'), options: 'ja' } })],
  ['no language', JSON.stringify({ new: { ...form('a'), langs: [] } })],
  ['one end', JSON.stringify({ new: { ...form('a'), ends: [{ nl: '', en: '' }] } })],
  ['numbers instead of words', JSON.stringify({ new: { ...form('a'), scale: { low: 1, high: 5 } } })],
]) {
  test(`${name} is read as nothing`, () => assert.deepEqual(readKept(stored), {}));
}

test('what is kept by the server is kept here no more', () => {
  assert.deepEqual(Object.keys(withoutKept(withKept(withKept({}, 'a', form('a')), 'b', form('b')), 'a')), ['b']);
});

test('the oldest goes first, and what is typed in last is the newest', () => {
  let kept = {};
  for (let n = 0; n <= MAX_KEPT; n++) kept = withKept(kept, `p${n}`, form(String(n)));
  assert.equal(Object.keys(kept).length, MAX_KEPT);
  assert.ok(!('p0' in kept));

  kept = withKept(withKept(kept, 'p1', form('again')), 'one more', form('x'));
  assert.ok('p1' in kept);
  assert.ok(!('p2' in kept));
});
