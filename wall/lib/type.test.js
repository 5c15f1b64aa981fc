import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BODY_SHARE, CAP_MIN, reading, shortSide } from './type.js';

/** The lowest capitals of the fonts that a wall uses, as a share of the type size. */
const CAPITALS = 0.723;

test('the smallest type has capitals of 3 % of the picture', () => assert.ok(BODY_SHARE * CAPITALS >= CAP_MIN));

for (const [name, room, expected] of [
  ['an unknown room', {}, { scale: 1, reachM: null, tooFar: false }],
  ['a depth without a picture says nothing', { depthM: 18 }, { scale: 1, reachM: null, tooFar: false }],
  ['a picture without a depth: how far it carries', { pictureM: 2.25 }, { scale: 1, reachM: 13.5, tooFar: false }],
  ['18 m deep, 2.25 m high: capitals of 4 %', { depthM: 18, pictureM: 2.25 }, { scale: 4 / 3, reachM: 18, tooFar: false }],
  ['a small hall is never given smaller type', { depthM: 6, pictureM: 3 }, { scale: 1, reachM: 18, tooFar: false }],
  ['40 m with a picture of 1.5 m: it can not be done', { depthM: 40, pictureM: 1.5 }, { scale: 1.6, reachM: 14.4, tooFar: true }],
]) {
  test(name, () => {
    const { scale, reachM, tooFar } = reading(room);
    const round = (number) => (number === null ? null : Math.round(number * 1000) / 1000);
    assert.deepEqual({ scale: round(scale), reachM: round(reachM), tooFar }, { ...expected, scale: round(expected.scale) });
  });
}

test('type follows the height, the width of a picture that stands up, and less on a square one', () => {
  assert.deepEqual([shortSide({ width: 1920, height: 1080 }), shortSide({ width: 1080, height: 1920 }), shortSide({ width: 1000, height: 1000 })], [1080, 1080, 800]);
});
