import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opinionMap } from './opinion-map.js';

const ROOM = { width: 900, height: 560 };
const LABEL = { width: 180, height: 90 };

function* chance(seed) {
  for (let now = seed; ; ) yield (now = (now * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const overlapping = (labels) => labels.flatMap((a, at) => labels.slice(at + 1).filter((b) => Math.abs(a.x - b.x) < LABEL.width - 0.01 && Math.abs(a.y - b.y) < LABEL.height - 0.01));

test('random groups stand in the picture, and no label covers another', () => {
  const dice = chance(5);
  const next = () => dice.next().value;
  for (let turn = 0; turn < 2_000; turn += 1) {
    const groups = Array.from({ length: 2 + Math.floor(next() * 4) }, () => ({ x: next() * 2 - 1, y: next() < 0.2 ? 0 : next() * 2 - 1, wide: 0.01 + next(), high: 0.01 + next() * 0.5, turn: next() * 7 - 3.5 }));
    const { ellipses, labels } = opinionMap(groups, ROOM, LABEL);

    assert.deepEqual(overlapping(labels), [], `turn ${turn}`);
    for (const { x, y } of labels) assert.ok(x >= 0 && y >= 0 && x + LABEL.width <= ROOM.width && y + LABEL.height <= ROOM.height, `turn ${turn}`);
    for (const { x, y } of ellipses) assert.ok(x >= 0 && y >= 0 && x <= ROOM.width && y <= ROOM.height);
  }
});

test('groups in one place have labels apart; labels that touch are found', () => {
  const same = { x: 0, y: 0, wide: 0.1, high: 0.1, turn: 0 };
  assert.deepEqual(overlapping(opinionMap([same, same, same, same, same], ROOM, LABEL).labels), []);
  assert.equal(overlapping([{ x: 0, y: 0 }, { x: 10, y: 10 }]).length, 1);
});

test('up on the map is up in the picture, and it turns the other way round', () => {
  const [upper, lower] = opinionMap([{ x: -0.5, y: 0.5, wide: 0.2, high: 0.1, turn: 0.3 }, { x: 0.5, y: -0.5, wide: 0.2, high: 0.1, turn: 0 }], ROOM, LABEL).ellipses;

  assert.ok(upper.y < lower.y && upper.x < lower.x);
  assert.equal(upper.turn, -0.3);
});

test('labels of groups beside each other stand side by side, at the height of their groups', () => {
  const beside = [-0.5, -0.1, 0.3].map((x) => ({ x, y: 0, wide: 0.05, high: 0.05, turn: 0 }));
  const far = { x: 1, y: 1, wide: 0.05, high: 0.05, turn: 0 };
  const { ellipses, labels } = opinionMap([...beside, far], ROOM, LABEL);

  assert.deepEqual(overlapping(labels), []);
  for (const at of [0, 1, 2]) assert.ok(Math.abs(labels[at].y + LABEL.height / 2 - ellipses[at].y) < 1, JSON.stringify({ ellipses, labels }));
});

test('a ring goes round its label, and stays in the picture', () => {
  const groups = [{ x: -1, y: -1, wide: 0.01, high: 0.01, turn: 0 }, { x: 1, y: 1, wide: 0.01, high: 0.01, turn: 0 }];
  for (const { x, y, wide, high } of opinionMap(groups, ROOM, LABEL).ellipses) {
    assert.ok((LABEL.width / 2 / wide) ** 2 + (LABEL.height / 2 / high) ** 2 < 1);
    assert.ok(x - wide >= -1 && y - high >= -1 && x + wide <= ROOM.width + 1 && y + high <= ROOM.height + 1);
  }
});

test('five groups near to each other, in rooms of any shape: most labels stand on their group', () => {
  const dice = chance(11);
  const next = () => dice.next().value;
  let all = 0;
  let off = 0;
  for (let turn = 0; turn < 2_000; turn += 1) {
    const room = { width: 500 + next() * 1_200, height: 480 + next() * 600 };
    const groups = Array.from({ length: 5 }, () => ({ x: next() - 0.5, y: (next() - 0.5) / 2, wide: 0.01 + next() * 0.5, high: 0.01 + next() * 0.5, turn: next() * 7 - 3.5 }));
    const { ellipses, labels } = opinionMap(groups, room, LABEL);

    assert.deepEqual(overlapping(labels), [], `turn ${turn}`);
    for (const [at, { x, y }] of labels.entries()) {
      assert.ok(x >= 0 && y >= 0 && x + LABEL.width <= room.width && y + LABEL.height <= room.height, `turn ${turn}`);
      all += 1;
      off += Math.hypot(x + LABEL.width / 2 - ellipses[at].x, y + LABEL.height / 2 - ellipses[at].y) > LABEL.height ? 1 : 0;
    }
  }
  assert.ok(off / all < 0.075, `${off} of ${all}`);
});
