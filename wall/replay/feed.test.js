import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplayClock, ReplayFeed } from './feed.js';

test('the clock goes as fast as it is told, and stands at 0', () => {
  const clock = new ReplayClock();
  clock.set(1_000, 60, 0);
  assert.equal(clock.now(500), 31_000);
  clock.set(5_000, 0, 0);
  assert.equal(clock.now(9_000), 5_000);
});

const snapshot = (to, view) => ({ type: 'frame', frame: { type: 'snapshot', epoch: 'r', to, view } });

test('a frame is applied as that of a connection, and one that does not fit is left', () => {
  const feed = new ReplayFeed();
  let views = 0;
  feed.addEventListener('view', () => (views += 1));
  feed.take({ type: 'clock', nowMs: 0, speed: 1 });
  feed.take(snapshot(1, { 'post:a': {} }));
  feed.take({ type: 'frame', frame: { type: 'changes', from: 1, to: 2, changes: [['put', 'post:b', {}]] } });
  feed.take({ type: 'frame', frame: { type: 'changes', from: 7, to: 8, changes: [['drop', 'post:b']] } });
  assert.deepEqual([...feed.view.entries.keys()], ['post:a', 'post:b']);
  assert.equal(views, 2);
});

test('while time stands the wall is paused, but not with so few posts that some would not come', () => {
  const feed = new ReplayFeed();
  feed.take(snapshot(1, { 'post:a': {}, 'post:b': {}, 'post:c': {} }));
  assert.deepEqual(feed.view.entries.get('pause'), { on: true });
  feed.take({ type: 'clock', nowMs: 0, speed: 2 });
  assert.equal(feed.view.entries.has('pause'), false);
  feed.take({ type: 'clock', nowMs: 0, speed: 0 });
  feed.take(snapshot(2, { 'post:a': {}, 'post:b': {} }));
  assert.equal(feed.view.entries.has('pause'), false);
});

test('a server that is not heard makes the wall safe until the next frame', () => {
  const feed = new ReplayFeed();
  feed.take(snapshot(1, {}));
  feed.take({ type: 'silent' });
  assert.equal(feed.silentMs, Infinity);
  feed.take(snapshot(2, {}));
  assert.equal(feed.silentMs, 0);
});
