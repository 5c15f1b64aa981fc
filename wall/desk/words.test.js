import assert from 'node:assert/strict';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { known, noteWords, whyWords } from './words.js';

const t = words({
  'desk.why.policy': 'Wacht omdat alles wacht.',
  'desk.why.by-rule': 'Wacht door de regel: {rule}.',
  'desk.why.rejected-by-rule': 'Geweigerd door de regel: {rule}.',
  'desk.why.found': 'Gevonden: {found}.',
  'desk.rule.links': 'er staat een link in',
  'desk.found.link': 'een link',
}, 'nl');

for (const [why, status, expected] of [
  [null, 'held', { rule: '', found: '' }],
  [{ rule: 'policy', found: null }, 'held', { rule: 'Wacht omdat alles wacht.', found: '' }],
  [{ rule: 'links', found: 'link' }, 'held', { rule: 'Wacht door de regel: er staat een link in.', found: 'Gevonden: een link.' }],
  [{ rule: 'links', found: null }, 'rejected', { rule: 'Geweigerd door de regel: er staat een link in.', found: '' }],
]) {
  test(`why ${why?.rule} for ${status} is said in words`, () => assert.deepEqual(whyWords(t, why, status), expected));
}

test('a rule that this page does not know is named by its code', () => {
  assert.equal(known(t, 'desk.rule', 'brand-new'), 'brand-new');
});

test('what else was noticed is told, without the rule that is told already', () => {
  assert.deepEqual(noteWords(t, ['links:link', 'policy', 'brand-new'], 'policy'), ['er staat een link in: een link', 'brand-new']);
  assert.deepEqual(noteWords(t, ['links:link'], 'links'), []);
});
