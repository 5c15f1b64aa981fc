import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soften } from './hyphens.js';

/** @param {string} text */
const shown = (text) => soften(text).replaceAll('\u00AD', '-');

test('a long word may break at its syllables', () => {
  assert.equal(shown('nummertjesautomaat'), 'nummer-tje-sau-to-maat');
  assert.equal(shown('informatiehuishouding'), 'infor-ma-tie-huis-hou-ding');
  assert.equal(shown('Overheidsverantwoordelijkheid.'), 'Over-heids-ve-rant-woor-de-lijk-heid.');
  assert.equal(shown('gemeenschappelijke'), 'gemeen-schap-pe-lijke');
});

test('short words, addresses, hashtags and other scripts stay as they are', () => {
  for (const text of ['een kort woord', 'https://example.org/informatiehuishouding', '#informatiehuishouding', 'naam@informatiehuishouding.nl', 'الحكومة_الرقمية_المفتوحة', '政府'.repeat(20)]) {
    assert.equal(soften(text), text);
  }
});

test('nothing but soft hyphens is added', () => {
  const text = 'De “hottentottententententoonstelling” — en\ntweede-regel: krrrrrrrrrrrrrrrrrrrrrrr aaaaaaaaaaaaaaaaaaaaa';
  assert.equal(soften(text).replaceAll('\u00AD', ''), text);
});

test('four letters stay together at both ends', () => {
  const [first, last] = [shown('verantwoordelijkheid').split('-')[0] ?? '', shown('verantwoordelijkheid').split('-').at(-1) ?? ''];
  assert.ok(first.length >= 4 && last.length >= 4, shown('verantwoordelijkheid'));
});
