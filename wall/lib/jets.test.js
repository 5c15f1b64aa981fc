import assert from 'node:assert/strict';
import { test } from 'node:test';
import { along, flight, water } from './jets.js';

for (const [width, height] of [[1920, 1080], [1080, 1920], [3440, 1440], [1024, 768]]) {
  test(`${width}×${height}: no jet comes above its highest point, or leaves the picture`, () => {
    const { jets, nozzle } = water({ width, height }, height * 0.1, height * 0.93);

    assert.equal(jets.length, 18);
    for (const jet of jets) {
      for (const { x, y } of flight(jet)) assert.ok(x >= 0 && x <= width && y >= height * 0.1 - 1 && y <= height, `${x}, ${y}`);
      assert.deepEqual(along(jet, 0), nozzle);
    }
  });
}

test('the fountain is the same at both sides', () => {
  const { jets, nozzle } = water({ width: 1920, height: 1080 }, 100, 1000);
  const ends = jets.map(({ to }) => Math.round(to.x - nozzle.x));

  assert.equal(ends.reduce((sum, x) => sum + x, 0), 0);
});

test('a drop is slow at the top', () => {
  const points = flight(water({ width: 1920, height: 1080 }, 100, 1000).jets[0]);
  const step = (index) => Math.abs(points[index + 1].y - points[index].y);

  assert.ok(step(0) > 5 * step(Math.floor(points.length / 2)));
});
