import assert from 'node:assert/strict';
import { test } from 'node:test';

/**
 * An IndexedDB of one store that is as slow as a phone's: transactions run one after another, in the order in which they were made.
 *
 * @param {Map<string, any>} kept
 */
function slowDatabase(kept) {
  let turn = Promise.resolve();
  const database = {
    transaction() {
      /** @type {any} */
      const transaction = {};
      /** @type {any} */
      const request = {};
      let work = () => {};
      transaction.objectStore = () => ({
        getAll: () => ((work = () => { request.result = [...kept.values()]; }), request),
        put: (/** @type {any} */ value) => ((work = () => { kept.set(value.key, value); }), request),
        delete: (/** @type {string} */ key) => ((work = () => { kept.delete(key); }), request),
      });
      turn = turn.then(() => new Promise((done) => {
        setTimeout(() => {
          work();
          transaction.oncomplete?.();
          done();
        }, 1);
      }));
      return transaction;
    },
  };
  return {
    open() {
      /** @type {any} */
      const request = {};
      setTimeout(() => {
        request.result = database;
        request.onsuccess();
      }, 1);
      return request;
    },
  };
}

test('what is put while the disk is read is not forgotten', async () => {
  const kept = new Map();
  Object.assign(globalThis, { indexedDB: slowDatabase(kept) });
  Object.defineProperty(globalThis, 'BroadcastChannel', { value: undefined, configurable: true });
  const { Outbox } = await import('./outbox.js');
  const outbox = new Outbox('proef', 'votes');
  await outbox.ready;

  const reading = outbox.reload();
  const putting = outbox.put({ key: 'vote', at: 1 });
  await reading;
  const during = outbox.has('vote');
  await putting;

  assert.equal(during, true);
  assert.deepEqual([...kept.keys()], ['vote']);
  await outbox.reload();
  assert.equal(outbox.has('vote'), true);
  kept.clear(); // another tab sent it
  await outbox.reload();
  assert.equal(outbox.has('vote'), false);
});
