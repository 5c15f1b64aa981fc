import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MAX_DRAFTS, readDrafts, readIds, withDraft, without } from './drafts.js';

const draft = (title, text = '') => ({ title, text });

test('what was kept comes back', () => {
  const drafts = [draft('Koffie', 'tot 15:10'), draft('Lunch')];

  assert.deepEqual(readDrafts(JSON.stringify(drafts)), drafts);
  assert.deepEqual(readIds('["a","b"]'), ['a', 'b']);
});

for (const stored of [null, '', '{', '{"title":"x"}', '[1, null, {"title": 1, "text": "x"}, "tekst"]']) {
  test(`${stored} holds no drafts, and does no harm`, () => assert.deepEqual(readDrafts(stored), []));
}

test('of a list of anything, only ids are ids', () => assert.deepEqual(readIds('["a", 1, null]'), ['a']));

test('a draft that is used again comes first, and once', () => {
  assert.deepEqual(withDraft([draft('Lunch'), draft('Koffie')], draft('Koffie')), [draft('Koffie'), draft('Lunch')]);
});

test('the oldest draft makes room', () => {
  const full = Array.from({ length: MAX_DRAFTS }, (_, n) => draft(`${n}`));

  const more = withDraft(full, draft('nieuw'));

  assert.equal(more.length, MAX_DRAFTS);
  assert.deepEqual(more[0], draft('nieuw'));
  assert.ok(!more.some((one) => one.title === `${MAX_DRAFTS - 1}`));
});

test('a draft that is thrown away takes no other with it', () => {
  assert.deepEqual(without([draft('Koffie', 'a'), draft('Koffie', 'b')], draft('Koffie', 'a')), [draft('Koffie', 'b')]);
});
