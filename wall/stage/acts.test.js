import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lastAct } from './acts.js';

const entries = (...acts) => new Map(acts.map((act) => [`last:${act.seq}`, act]));

test('the newest act counts, wherever it stands', () => {
  const acts = entries({ seq: 9, what: 'scene' }, { seq: 12, what: 'pause' }, { seq: 10, what: 'theme' });

  assert.equal(lastAct(acts)?.seq, 12);
});

test('decisions on posts and the emergency stop are no acts of this strip', () => {
  const acts = entries({ seq: 3, what: 'announcement' }, { seq: 4, what: 'decided' }, { seq: 5, what: 'stop' }, { seq: 6, what: 'banned' });

  assert.equal(lastAct(acts)?.seq, 3);
});

test('nothing was done yet', () => {
  assert.equal(lastAct(new Map([['scene', { scene: 'join', seq: 5, what: 'scene' }]])), null);
});
