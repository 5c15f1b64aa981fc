import assert from 'node:assert/strict';
import { test } from 'node:test';

import { read, shortFrom, wrong } from './fields.js';

const GOOD = { title: 'De luisterende overheid', hashtags: '#luisteren26', date: '2026-11-12', short: 'lu' };

test('what was typed is cleaned, not changed', () => {
  assert.deepEqual(read({ ...GOOD, title: '  De  luisterende overheid ' }), {
    title: 'De luisterende overheid', hashtags: ['luisteren26'], date: '2026-11-12', short: 'LU',
  });
});

for (const [field, value, key] of [
  ['title', '  ', 'new.error.title'],
  ['hashtags', '#2026', 'new.error.hashtags'],
  ['hashtags', '#a-b', 'new.error.hashtags'],
  ['date', '', 'new.error.date'],
  ['short', 'a', 'new.error.short'],
  ['short', 'abcdef', 'new.error.short'],
  ['short', 'A0', 'new.error.short'],
]) {
  test(`"${value}" as ${field} is told`, () => assert.deepEqual(wrong(read({ ...GOOD, [field]: value })), { [field]: key }));
}

test('four good fields have nothing wrong, and the hashtag may stay empty', () => {
  assert.deepEqual(wrong(read(GOOD)), {});
  assert.deepEqual(wrong(read({ ...GOOD, hashtags: '' })), {});
});

for (const [title, expected] of [
  ['De luisterende overheid', 'LU'],
  ['Één café', 'EE'],
  ['Dag', 'DA'],
  ['', ''],
  ['!', ''],
]) {
  test(`the short address for "${title}" starts as "${expected}"`, () => assert.equal(shortFrom(title), expected));
}
