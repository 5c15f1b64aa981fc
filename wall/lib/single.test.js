import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overlaps } from './fountain.js';
import { STEPS, barGeometry, firstStep, geometry, placeIn, stepOf } from './single.js';

const SCREENS = [[1920, 1080], [3840, 2160], [1080, 1920], [1024, 768], [3440, 1440], [2560, 1080]].map(([width, height]) => ({ width, height }));

for (const screen of SCREENS) {
  test(`${screen.width}×${screen.height}: the post never stands on the join code, nor outside the margins`, () => {
    const at = geometry({ screen }, false);

    assert.ok(!overlaps(at.place, at.join));
    assert.ok(at.place.x >= at.margin && at.place.x + at.place.width <= screen.width - at.margin + 0.5);
    assert.ok(at.join.y + at.join.height <= screen.height - at.margin + 0.5);
  });

  test(`${screen.width}×${screen.height}: a bar is low in the picture, and holds its code`, () => {
    const at = barGeometry({ screen });

    assert.ok(at.place.y > screen.height * 0.6 && at.place.y + at.place.height < screen.height);
    assert.ok(at.code < at.place.height && at.code < at.join.width);
    assert.ok(!overlaps(at.place, at.join));
  });
}

test('a bar without its code is as wide as can be', () => {
  const [screen] = SCREENS;
  assert.equal(Math.round(barGeometry({ screen, bare: true }).place.width), Math.round(screen.width * 0.9));
});

test('the largest type in which all of it fits', () => {
  const place = { x: 0, y: 0, width: 100, height: 50 };
  const sizes = (...heights) => heights.map((height) => ({ width: 100, height }));

  assert.equal(stepOf(place, sizes(40, 30, 20)), 0);
  assert.equal(stepOf(place, sizes(90, 50, 20)), 1);
  assert.equal(stepOf(place, [{ width: 120, height: 40 }, { width: 100, height: 40 }]), 1, 'a word that is too wide');
  assert.equal(stepOf(place, sizes(90, 80, 70)), 2, 'none: the smallest');
});

test('what is too much even in the smallest type is made smaller as a whole, and stays in its place', () => {
  const place = { x: 10, y: 20, width: 100, height: 50 };

  assert.deepEqual(placeIn(place, 'a', { width: 100, height: 30 }).rect, place);
  const tight = placeIn(place, 'a', { width: 100, height: 100 });
  assert.deepEqual([tight.scale, tight.rect], [0.5, { x: 35, y: 20, width: 50, height: 50 }]);
});

test('type is not so large that each line is one word, and larger where lines are longer', () => {
  assert.equal(STEPS[firstStep(8 * 45 * 3.1, 45)], 3.1);
  assert.equal(STEPS[firstStep(8 * 45 * 3.1 - 1, 45)], 2.8);
  assert.equal(firstStep(9_999, 45), 0);
  assert.equal(firstStep(1, 45), 0, 'a picture in which nothing has room');
});

test('type steps go down, to the smallest that the last row reads', () => {
  assert.equal(STEPS.at(-1), 1);
  assert.deepEqual([...STEPS].sort((a, b) => b - a), STEPS);
});
