import assert from 'node:assert/strict';
import { test } from 'node:test';

import { exclusively } from './lock.js';

/** Give this process the locks of a browser, or none. */
function withLocks(locks) {
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
}

/** Locks of which one is taken: whoever asks waits until its signal says that it waited enough. */
const TAKEN = {
  request: (_name, { signal }) => new Promise((_, reject) => {
    // The time-out of a signal alone keeps no process going.
    const going = setInterval(() => undefined, 1_000);
    signal.addEventListener('abort', () => {
      clearInterval(going);
      reject(signal.reason);
    });
  }),
};

/** Locks that are free. */
const FREE = { request: async (_name, _options, work) => work() };

test('without locks it is done', async () => {
  withLocks(undefined);

  assert.equal(await exclusively('x', 1, async () => 'done'), 'done');
});

test('with a free lock it is done once', async () => {
  withLocks(FREE);
  let times = 0;

  assert.equal(await exclusively('x', 1, async () => (times += 1)), 1);
});

test('a lock that never comes free is waited for, and then it is done all the same', { timeout: 5_000 }, async () => {
  withLocks(TAKEN);

  assert.equal(await exclusively('x', 10, async () => 'done'), 'done');
});

test('what goes wrong in the work is told, and the work is not done again', async () => {
  withLocks(FREE);
  let times = 0;
  const work = async () => {
    times += 1;
    throw new Error('mine');
  };

  await assert.rejects(exclusively('x', 10, work), /mine/);
  assert.equal(times, 1);
});
