import assert from 'node:assert/strict';
import { test } from 'node:test';

import { STEPS, push, read } from './undo.js';

test('the last step comes first, and no more are kept than can be remembered', () => {
  let done = [];
  for (let seq = 1; seq <= STEPS + 5; seq++) done = push(done, { seq, what: 'in' });

  assert.equal(done.length, STEPS);
  assert.equal(done.at(-1).seq, STEPS + 5);
});

test('steps come back over a reload', () => {
  const done = [{ seq: 4, what: 'move', back: { section: 's', post: 'a', after: null } }];

  assert.deepEqual(read(JSON.stringify(done)), done);
});

for (const kept of [null, '', 'nonsense{', '7', '{"seq":1}', '[1, null, {"seq": "1", "what": "x"}]']) {
  test(`what is not ours is left alone: ${kept}`, () => assert.deepEqual(read(kept), []));
}
