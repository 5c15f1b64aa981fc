import assert from 'node:assert/strict';
import { test } from 'node:test';

import { heard, present } from './presence.js';

const pulse = (by, key, more = {}) => ({ key, ttl: 25, value: { by, name: `Naam ${by}`, initials: by.toUpperCase(), ...more } });

test('somebody is in the last place that was heard of', () => {
  const known = heard(heard(new Map(), pulse('a', 'summary'), 'me', 0), pulse('a', 'session:x'), 'me', 5);

  assert.deepEqual([...known.values()].map(({ by, place }) => [by, place]), [['a', 'session:x']]);
});

test('two in one place are both there', () => {
  const known = heard(heard(new Map(), pulse('a', 'summary'), 'me', 0), pulse('b', 'summary'), 'me', 0);

  assert.deepEqual([...known.values()].map(({ name, place }) => [name, place]), [['Naam a', 'summary'], ['Naam b', 'summary']]);
});

test('oneself is nobody else, and a pulse without a sender is nobody', () => {
  const known = new Map();

  assert.equal(heard(known, pulse('me', 'summary'), 'me', 0), known);
  assert.equal(heard(known, { key: 'summary', ttl: 25, value: null }, 'me', 0), known);
});

test('who was not heard of for too long has left', () => {
  const known = heard(new Map(), pulse('a', 'summary'), 'me', 0);

  assert.equal(present(known, 24_999), known);
  assert.equal(present(known, 25_000).size, 0);
});
