import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLines } from './checks.js';

const codes = (lines) => lines.map(({ code, level }) => `${code} ${level}`);

test('where nothing was found, the list says what is well', () => {
  assert.deepEqual(codes(checkLines([], [])), ['sources fine', 'names fine', 'photos fine', 'summary fine', 'sessions fine']);
});

test('what was found takes the place of what would be well', () => {
  const checks = [{ code: 'gone', level: 'warns', n: 1, posts: ['a'] }, { code: 'source-unreachable', level: 'warns', n: 2, posts: ['b', 'c'] }];
  assert.deepEqual(codes(checkLines(checks, [])).slice(0, 3), ['gone warns', 'source-unreachable warns', 'names fine']);
});

test('what stops comes first, and leads to what must be mended', () => {
  const lines = checkLines([{ code: 'no-alt', level: 'stops', n: 1, posts: ['a'] }, { code: 'beside', level: 'stops', n: 1, places: ['opening'] }], ['summary']);
  assert.deepEqual(codes(lines).slice(0, 4), ['unsaved stops', 'no-alt stops', 'beside stops', 'sources fine']);
  assert.deepEqual(lines.slice(0, 3).map(({ way }) => way), [{ kind: 'text', place: 'summary' }, { kind: 'posts', posts: ['a'] }, { kind: 'text', place: 'opening' }]);
});

test('a code of a later server is listed too', () => assert.ok(codes(checkLines([{ code: 'new', level: 'warns', n: 1 }], [])).includes('new warns')));
