import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forSession, standing } from './questions.js';

const question = (post, more = {}) => ({ post, session: null, stand: 'open', asked: 1, changed: 0, votes: 0, ...more });
const posts = (questions) => questions.map(({ post }) => post);

test('open questions are told most wanted first', () => {
  assert.deepEqual(posts(standing([question('a'), question('b', { votes: 5 }), question('c', { votes: 2 })]).open), ['b', 'c', 'a']);
});

test('each stands where it stands, the last one first', () => {
  const { onStage, later, answered, open } = standing([
    question('first', { stand: 'answered', changed: 1 }), question('second', { stand: 'answered', changed: 2 }),
    question('now', { stand: 'on-stage' }), question('after', { stand: 'later' }),
  ]);

  assert.deepEqual([onStage, open, later, answered].map(posts), [['now'], [], ['after'], ['second', 'first']]);
});

test('for a session come its own questions and those of none', () => {
  const all = [question('mine', { session: 's' }), question('none'), question('other', { session: 't' })];

  assert.deepEqual(posts(forSession(all, 's')), ['mine', 'none']);
  assert.deepEqual(posts(forSession(all, null)), ['mine', 'none', 'other']);
});
