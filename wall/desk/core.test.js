import assert from 'node:assert/strict';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { Core } from './core.js';

const t = words({ 'doer.operator': 'De beheerder van de server', 'doer.somebody': 'Iemand' }, 'nl');
const core = new Core(/** @type {any} */ ({ t, lang: 'nl' }));

for (const [by, name] of [['Anouk', 'Anouk'], ['operator', 'De beheerder van de server'], [null, 'Iemand'], [undefined, 'Iemand']]) {
  test(`a sentence about what ${by} did says “${name}”, and when`, () => {
    const holes = core.holes({ by, at: Date.parse('2026-11-21T12:42:08Z') * 1000 });

    assert.equal(holes.name, name);
    assert.match(holes.time, /42:08$/);
  });
}
