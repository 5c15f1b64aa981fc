import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, holds, nextPost, viewAt } from './tape.js';

const chunk = {
  from: 100,
  until: 200,
  view: { scene: 'fountain', 'post:a': 1 },
  frames: [
    { at: 110, changes: [['put', 'post:b', 2]] },
    { at: 120, changes: [['put', 'scene', 'blank']] },
    { at: 130, changes: [['drop', 'post:a'], ['put', 'post:b', 3]] },
  ],
};

test('a part has its first moment and not its last', () => {
  assert.deepEqual([99, 100, 199, 200].map((at) => holds(chunk, at)), [false, true, true, false]);
  assert.equal(holds({ ...chunk, until: null }, 10_000), true);
});

test('the view of a moment has what changed until then, that moment included', () => {
  assert.deepEqual(viewAt(chunk, 100), { scene: 'fountain', 'post:a': 1 });
  assert.deepEqual(viewAt(chunk, 120), { scene: 'blank', 'post:a': 1, 'post:b': 2 });
  assert.deepEqual(viewAt(chunk, 150), { scene: 'blank', 'post:b': 3 });
});

test('what changed between two moments is told once', () => {
  assert.deepEqual(between(chunk, 110, 120), [['put', 'scene', 'blank']]);
  assert.deepEqual([...between(chunk, 100, 115), ...between(chunk, 115, 200)], chunk.frames.flatMap(({ changes }) => changes));
});

test('a step goes to the next moment with a post, or the one before', () => {
  assert.equal(nextPost(chunk, 100, 1), 110);
  assert.equal(nextPost(chunk, 110, 1), 130);
  assert.equal(nextPost(chunk, 130, 1), null);
  assert.equal(nextPost(chunk, 130, -1), 110);
  assert.equal(nextPost(chunk, 110, -1), null);
});
