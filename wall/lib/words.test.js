import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { words } from './words.js';

const t = words({ plain: 'Doe mee', hole: 'nog {n}, {name}', many: { one: '{n} bericht', other: '{n} berichten' }, only: { other: '{n} dingen' } }, 'nl');

test('a text is given by its key', () => assert.equal(t('plain'), 'Doe mee'));
test('holes are filled, unknown ones stay', () => assert.equal(t('hole', { n: 3 }), 'nog 3, {name}'));
test('a hole filled with markup or another hole stays text', () => assert.equal(t('hole', { n: '{name}', name: '<b>' }), 'nog {name}, <b>'));
test('n chooses the plural of the language', () => assert.deepEqual([0, 1, 2].map((n) => t('many', { n })), ['0 berichten', '1 bericht', '2 berichten']));
test('without its own singular the other form is used', () => assert.equal(t('only', { n: 1 }), '1 dingen'));
test('a key without a text is given back, so that the gap is seen', () => assert.equal(t('nothing'), 'nothing'));

const locale = new URL('../locale/', import.meta.url);
for (const file of readdirSync(new URL('nl/', locale))) {
  test(`${file}: Dutch and English have the same keys and the same holes`, () => {
    const [nl, en] = ['nl', 'en'].map((lang) => JSON.parse(readFileSync(new URL(`${lang}/${file}`, locale), 'utf8')));

    assert.deepEqual(Object.keys(en).sort(), Object.keys(nl).sort());
    for (const key of Object.keys(nl)) assert.deepEqual(holes(en[key]), holes(nl[key]), key);
  });
}

function holes(text) {
  const all = typeof text === 'string' ? text : text.other;
  return [...new Set(all.match(/\{\w+\}/g) ?? [])].sort();
}
