import assert from 'node:assert/strict';
import { test } from 'node:test';

import { words } from '../lib/words.js';
import { healthWords, placeWords } from './source-health.js';

const t = words({
  'health.ok': 'werkt',
  'health.off': 'uit',
  'health.off-attention': 'uit, nakijken lukt niet: {what}',
  'health.unknown': 'nog niets gehoord',
  'health.waiting': 'wacht even',
  'health.waiting-retry': { one: '{what}, weer over 1 s', other: '{what}, weer over {n} s' },
  'health.needs-attention': 'heeft hulp nodig: {what}',
  'health.stale': 'stil',
  'health.what.rate-limited': 'te druk daar',
}, 'nl');

for (const [name, on, health, words, kind] of [
  ['switched off', false, { state: 'ok' }, 'uit', 'off'],
  ['switched off, and cannot look at what it brought', false, { state: 'needs-attention', what: 'rate-limited' }, 'uit, nakijken lukt niet: te druk daar', 'warn'],
  ['not heard', true, null, 'nog niets gehoord', 'ok'],
  ['well', true, { state: 'ok', what: null, last: null }, 'werkt', 'ok'],
  ['limited', true, { state: 'waiting', what: 'rate-limited', retryAt: 41_000_000 }, 'te druk daar, weer over 40 s', 'warn'],
  ['limited until a moment ago', true, { state: 'waiting', what: 'rate-limited', retryAt: 500_000 }, 'te druk daar', 'warn'],
  ['broken in a new way', true, { state: 'needs-attention', what: 'brand-new' }, 'heeft hulp nodig: brand-new', 'bad'],
  ['silent', true, { state: 'stale' }, 'stil', 'warn'],
]) {
  test(`a source that is ${name} says so`, () => {
    assert.deepEqual(healthWords(t, 'nl', on, health, 1_000), { words, kind });
  });
}

for (const [where, words] of [['social.example:443', 'social.example'], ['social.example:8443', 'social.example:8443'], ['blog.example/feed', 'blog.example/feed'], ['#hal', '#hal']]) {
  test(`where something is, is said as people write it: ${where}`, () => assert.equal(placeWords(where), words));
}
