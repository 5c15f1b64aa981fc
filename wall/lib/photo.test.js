import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from './photo.js';

for (const [width, height, expected] of [[4000, 3000, [2048, 1536]], [3000, 4000, [1536, 2048]], [800, 600, [800, 600]], [20_000, 1, [2048, 1]], [0, 0, [1, 1]]]) {
  test(`${width}×${height} becomes ${expected.join('×')}`, () => {
    const size = within(width, height, 2048);

    assert.deepEqual([size.width, size.height], expected);
  });
}
