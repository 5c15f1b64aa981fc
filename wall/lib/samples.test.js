import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samples } from './samples.js';

const t = (key) => key;
const NOW = 1_800_000_000_000;
const posts = samples(t, { lang: 'nl', hashtags: ['dichtbij', 'more'], nowMs: NOW });

test('there is a card for each size of text, and each is another post', () => {
  assert.equal(new Set(posts.map(({ id }) => id)).size, posts.length);
  assert.ok(posts.length >= 3);
});
test('the hashtag and the star are seen', () => {
  assert.match(posts[0].text, / #dichtbij$/);
  assert.deepEqual(posts.filter(({ starred }) => starred).length, 1);
});
test('without a hashtag there is none', () => assert.doesNotMatch(samples(t, { lang: 'en', hashtags: [], nowMs: NOW })[0].text, /#/));
test('each says that it is an example, and is a few minutes old', () => {
  assert.deepEqual([...new Set(posts.map(({ source }) => source))], ['demo']);
  assert.ok(posts.every(({ received }) => NOW - received / 1_000 > 0 && NOW - received / 1_000 < 600_000));
});
