import assert from 'node:assert/strict';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { byWhom, doer } from './doer.js';

const t = words({ 'doer.operator': 'De beheerder van de server', 'doer.somebody': 'Iemand' }, 'nl');

for (const [by, first, within] of [
  ['operator', 'De beheerder van de server', 'de beheerder van de server'],
  ['Anouk', 'Anouk', '\u2068Anouk\u2069'],
  [null, 'Iemand', 'iemand'],
  ['', 'Iemand', 'iemand'],
]) {
  test(`who did it was ${by}: “${first}”`, () => {
    assert.equal(doer(t, by), first);
    assert.equal(byWhom(t, by), within);
  });
}
