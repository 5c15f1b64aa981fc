import assert from 'node:assert/strict';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { known, noteWords, whyWords } from './words.js';

const t = words({
  'desk.why.policy': 'Wacht omdat alles wacht.',
  'desk.why.by-rule': 'Wacht door de regel: {rule}.',
  'desk.why.rejected-by-rule': 'Geweigerd door de regel: {rule}.',
  'desk.why.rejected-by': 'Geweigerd door {name}.',
  'desk.why.rejected-by-reason': 'Geweigerd door {name}: {reason}.',
  'desk.reason.off-topic': 'past niet',
  'desk.why.found': 'Gevonden: {found}.',
  'desk.rule.links': 'er staat een link in',
  'desk.found.link': 'een link',
  'desk.why.at': 'Om {time}.',
  'doer.operator': 'De beheerder van de server',
  'desk.why.hidden': 'Weggehaald.',
  'desk.why.hidden-by': 'Weggehaald door {name}.',
  'desk.why.shown': 'Getoond door de regels.',
  'desk.why.shown-by': 'Getoond door {name}.',
}, 'nl');

for (const [why, status, expected] of [
  [null, 'held', { rule: '', found: '' }],
  [{ rule: 'policy', found: null }, 'held', { rule: 'Wacht omdat alles wacht.', found: '' }],
  [{ rule: 'links', found: 'link' }, 'held', { rule: 'Wacht door de regel: er staat een link in.', found: 'Gevonden: een link.' }],
  [{ rule: 'links', found: null }, 'rejected', { rule: 'Geweigerd door de regel: er staat een link in.', found: '' }],
]) {
  test(`why ${why?.rule} for ${status} is said in words`, () => assert.deepEqual(whyWords(t, why, status), expected));
}

for (const [decided, expected] of [
  [{ by: 'Anouk', reason: 'off-topic' }, 'Geweigerd door \u2068Anouk\u2069: past niet.'],
  [{ by: 'Anouk', reason: null }, 'Geweigerd door \u2068Anouk\u2069.'],
]) {
  test(`a post that ${decided.by} rejected for ${decided.reason} names the person, not the rule that once held it`, () => {
    assert.deepEqual(whyWords(t, { rule: 'links', found: 'link' }, 'rejected', decided), { rule: expected, found: '' });
    assert.equal(whyWords(t, { rule: 'links', found: 'link' }, 'held', decided).rule, 'Wacht door de regel: er staat een link in.');
  });
}

for (const [status, by, expected] of [
  ['rejected', 'Anouk', { rule: 'Geweigerd door \u2068Anouk\u2069.', found: 'Om 13:41:02.' }],
  ['hidden', 'Anouk', { rule: 'Weggehaald door \u2068Anouk\u2069.', found: 'Om 13:41:02.' }],
  ['shown', 'Anouk', { rule: 'Getoond door \u2068Anouk\u2069.', found: 'Om 13:41:02.' }],
  ['shown', null, { rule: 'Getoond door de regels.', found: '' }],
]) {
  test(`what became of a post that is ${status} by ${by} is said with who and when`, () => {
    assert.deepEqual(whyWords(t, { rule: 'policy', found: null }, status, { by, reason: null, time: '13:41:02' }), expected);
  });
}

for (const [status, expected] of [
  ['rejected', 'Geweigerd door de beheerder van de server.'],
  ['hidden', 'Weggehaald door de beheerder van de server.'],
  ['shown', 'Getoond door de beheerder van de server.'],
]) {
  test(`what the server’s own terminal did with a post that is ${status} is not said of somebody called operator`, () => {
    assert.equal(whyWords(t, null, status, { by: 'operator' }).rule, expected);
  });
}

test('a rejected post does not say that it waits', () => {
  assert.deepEqual(whyWords(t, { rule: 'policy', found: null }, 'rejected'), { rule: '', found: '' });
});

test('a rule that this page does not know is named by its code', () => {
  assert.equal(known(t, 'desk.rule', 'brand-new'), 'brand-new');
});

test('what else was noticed is told, without the rule that is told already', () => {
  assert.deepEqual(noteWords(t, ['links:link', 'policy', 'brand-new'], 'policy'), ['er staat een link in: een link', 'brand-new']);
  assert.deepEqual(noteWords(t, ['links:link'], 'links'), []);
  assert.deepEqual(noteWords(t, ['fact:bot', 'fact:new-account-3'], 'policy'), []);
});
