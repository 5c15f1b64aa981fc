import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloud } from './cloud.js';

const ROOM = { width: 1_180, height: 620 };
const TYPE = { least: 45, most: 180, gap: 0.5 };

/** Chance with a seed: the same words in each run. */
function* chance(seed) {
  for (let now = seed; ; ) yield (now = (now * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function faults(words, room, placed) {
  const boxes = placed.map(({ at, x, y, size }) => ({ at, left: x, top: y, right: x + words[at].width * size, bottom: y + words[at].height * size }));
  const outside = boxes.filter(({ left, top, right, bottom }) => left < -0.01 || top < -0.01 || right > room.width + 0.01 || bottom > room.height + 0.01);
  const over = boxes.flatMap((a, n) => boxes.slice(n + 1).filter((b) => a.left < b.right - 0.01 && b.left < a.right - 0.01 && a.top < b.bottom - 0.01 && b.top < a.bottom - 0.01));
  return [...outside, ...over];
}

test('random words in random rooms: none over another, none outside, in type that can be read, the most said largest', () => {
  const dice = chance(11);
  const next = () => dice.next().value;
  for (let turn = 0; turn < 400; turn += 1) {
    const room = { width: 500 + next() * 3_000, height: 300 + next() * 1_500 };
    const words = Array.from({ length: 1 + Math.floor(next() * 60) }, () => ({ width: 0.5 + next() * (next() < 0.1 ? 30 : 8), height: next() < 0.2 ? 3.6 : 1.2, n: Math.ceil(next() ** 3 * 200) })).sort((a, b) => b.n - a.n);
    const placed = cloud(words, room, TYPE);

    assert.deepEqual(faults(words, room, placed), [], `turn ${turn}`);
    assert.ok(placed.length > 0);
    assert.deepEqual(placed.map(({ at }) => at).sort((a, b) => a - b), placed.map((_, at) => at), 'the most said are there, each once');
    if (placed.length > 1) assert.ok(placed.every(({ size }) => size >= TYPE.least && size <= TYPE.most));
    const bySaid = placed.toSorted((a, b) => a.at - b.at).map(({ size }) => size);
    assert.deepEqual(bySaid, bySaid.toSorted((a, b) => b - a));
  }
});

test('words that touch are found', () => {
  const words = [{ width: 4, height: 1, n: 2 }, { width: 4, height: 1, n: 1 }];
  const placed = cloud(words, ROOM, TYPE);
  assert.deepEqual(faults(words, ROOM, placed), []);

  const [first, second] = placed;
  assert.equal(faults(words, ROOM, [first, { ...second, x: first.x + 1, y: first.y + 1 }]).length, 1);
  assert.equal(faults(words, ROOM, [first, { ...second, x: -5, y: 0 }]).length, 1);
});

test('what was said most stands in the middle and large; four times as often is about twice as high', () => {
  const words = [16, 4, 1, 1, 1, 1].map((n) => ({ width: 3, height: 1.1, n }));
  const placed = cloud(words, ROOM, TYPE);
  const [first, second, third] = [0, 1, 2].map((at) => placed.find((each) => each.at === at));
  const middle = first.y + (1.1 * first.size) / 2;

  assert.ok(Math.abs(middle - ROOM.height / 2) < ROOM.height * 0.2, String(middle));
  assert.ok(first.size > second.size && second.size > third.size);
  assert.ok(Math.abs((first.size - third.size) / (second.size - third.size) - 3) < 0.01);
});

test('one word as wide as a sentence is made smaller, and stays', () => {
  const placed = cloud([{ width: 200, height: 1.1, n: 9 }], ROOM, TYPE);

  assert.equal(placed.length, 1);
  assert.ok(placed[0].size * 200 <= ROOM.width + 0.01);
});

test('the same words give the same picture', () => {
  const words = Array.from({ length: 30 }, (_, n) => ({ width: 2 + (n % 5), height: 1.1, n: 30 - n }));
  assert.deepEqual(cloud(words, ROOM, TYPE), cloud(words, ROOM, TYPE));
});

test('no words, no cloud', () => assert.deepEqual(cloud([], ROOM, TYPE), []));
