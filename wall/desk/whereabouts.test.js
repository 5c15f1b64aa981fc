import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, headline, looksLikeAddress, mayAsk, reasons } from './whereabouts.js';

/** @type {Record<string, string>} */
const WORDS = { 'desk.where.is.waiting': 'It waits.', 'desk.where.nowhere': 'Nobody has it.', 'desk.where.note.no-hashtag': 'No hashtag.', 'desk.where.said.not-there': 'not there', 'health.what.unreachable': 'no answer', 'desk.where.code.before-window': 'Too early.', 'desk.where.ask-them': 'Ask.', 'desk.where.no-sources': 'No networks.', 'source.mastodon': 'Mastodon', 'source.webhook': 'another system' };
/** @type {import('../types.js').Translate} */
const t = (key, values = {}) => WORDS[key] ?? [key, ...Object.values(values).map(String)].join(' ').replace(/[\u2068\u2069]/gu, '');
const SOURCES = [{ id: 'mastodon-1', network: 'mastodon', name: 'social.example' }];
/** @type {import('./whereabouts.js').Whereabouts} */
const UNSEEN = { address: 'a', where: 'unseen', code: '', at: null, source: null, post: null, sources: SOURCES, asked: [], found: null };

test('an address is told from words', () => {
  const note = 'note1fntxtkcy9pjwucqwa9mddn7v03wwwsu9j330jj350nvhpky2tuaspk6nqc';
  const matrix = 'matrix:roomid/abc:matrix.example/e/def?via=matrix.example';
  const addresses = ['https://social.example/@anna/1', ' http://x.example/y ', 'at://did:plc:a/app.bsky.feed.post/1', 'nostr:note1abc', `web+nostr:${note}`, note, 'Ab'.repeat(32), matrix, 'matrix:r/zaal:matrix.example/e/def'];
  const words = ['koffie', 'https://social.example', 'zie https://social.example/@anna/1', '', 'note 1', 'a'.repeat(63), `${note} mooi`, 'matrix:zaal'];
  assert.deepEqual([addresses.map(looksLikeAddress), words.map(looksLikeAddress)], [addresses.map(() => true), words.map(() => false)]);
});

test('what never came can be asked for, once, where there is somebody to ask', () => {
  assert.deepEqual([mayAsk(UNSEEN), reasons(t, UNSEEN)], [true, ['Ask.']]);
  assert.deepEqual([mayAsk({ ...UNSEEN, sources: [] }), reasons(t, { ...UNSEEN, sources: [] })], [false, ['No networks.']]);
  assert.equal(mayAsk({ ...UNSEEN, asked: [{ source: 'mastodon-1', what: 'not-there' }] }), false);
  assert.equal(mayAsk({ ...UNSEEN, where: 'erased' }), false);
});

test('what each source said is told by its name, in words where there are', () => {
  const told = { ...UNSEEN, asked: [{ source: 'mastodon-1', what: 'not-there' }, { source: 'bluesky-1', what: 'unreachable' }, { source: 'x-1', what: '' }] };
  assert.deepEqual(answers(t, told), ['desk.where.answer Mastodon (social.example) not there', 'desk.where.answer bluesky-1 no answer']);
  assert.equal(headline(t, told), 'Nobody has it.');
});

test('a source that nobody named is called as its posts are, and two that say the same say it once', () => {
  const sources = [1, 2].map((at) => ({ id: `webhook-${at}`, network: 'webhook', name: 'webhook' }));
  const told = { ...UNSEEN, sources, asked: sources.map(({ id }) => ({ source: id, what: 'unreachable' })) };
  assert.deepEqual(answers(t, told), ['desk.where.answer another system no answer']);
});

test('what a network has tells why it did not come', () => {
  const found = { source: 'mastodon-1', name: 'Anna', handle: '@anna', text: 'Hi', created: 1, notes: ['no-hashtag'] };
  assert.deepEqual([headline(t, { ...UNSEEN, found }), reasons(t, { ...UNSEEN, found })], ['desk.where.found Mastodon (social.example)', ['No hashtag.']]);
});

test('what was not taken in says why', () => {
  assert.deepEqual(reasons(t, { ...UNSEEN, where: 'not-taken', code: 'before-window' }), ['Too early.']);
  assert.equal(headline(t, { ...UNSEEN, where: 'waiting' }), 'It waits.');
});
