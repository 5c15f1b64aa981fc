import assert from 'node:assert/strict';
import { test } from 'node:test';

import { pieces } from './emoji-text.js';

const BLOB = { shortcode: 'blobcat', url: '/b/1' };

test('a shortcode that the network sent along becomes a picture', () => {
  assert.deepEqual(pieces('Hoi :blobcat: daar', [BLOB]), ['Hoi ', BLOB, ' daar']);
});

test('other colons stay text', () => {
  assert.deepEqual(pieces('om 10:30: dag :onbekend:', [BLOB]).join(''), 'om 10:30: dag :onbekend:');
});

test('a name of an object is no emoji', () => {
  assert.deepEqual(pieces(':constructor:', []), [':constructor:']);
});
