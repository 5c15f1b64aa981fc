import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardOf, networkOf, toTell } from './ill-sources.js';

const pulse = (key, state) => ({ key, value: { state }, ttl: 15 });
const hear = (...pulses) => pulses.reduce((known, each) => heardOf(known, each, 1_000), new Map());
const NONE = new Set();

test('a source that needs somebody is told until it is well, or not heard any more', () => {
  const known = hear(pulse('youtube-1', 'needs-attention'), pulse('irc-1', 'waiting'), pulse('feed-1', 'ok'));

  assert.deepEqual(toTell(known, NONE, 15_000), ['youtube-1']);
  assert.deepEqual(toTell(known, NONE, 16_000), []);
  assert.deepEqual(toTell(heardOf(known, pulse('youtube-1', 'ok'), 2_000), NONE, 2_000), []);
});

test('what tells nothing new changes nothing', () => {
  const known = hear(pulse('youtube-1', 'needs-attention'));
  assert.equal(heardOf(known, pulse('feed-1', 'ok'), 1_000), known);
  assert.equal(heardOf(known, { key: 'feed-1', value: null, ttl: 15 }, 1_000), known);
});

test('what somebody put aside is not told again, and another one is', () => {
  const known = hear(pulse('youtube-1', 'needs-attention'), pulse('matrix-2', 'needs-attention'));
  assert.deepEqual(toTell(known, new Set(['youtube-1']), 1_000), ['matrix-2']);
});

test('a source is called after its network', () => {
  assert.deepEqual(['matrix-2', 'own_net-12', 'phone'].map(networkOf), ['matrix', 'own_net', 'phone']);
});
