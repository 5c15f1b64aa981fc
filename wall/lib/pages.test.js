import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_MS, evenPages, evenPagesOf, pageAt, pagesOf } from './pages.js';

for (const [name, heights, room, gap, pages] of [
  ['nothing', [], 100, 0, []],
  ['what fits', [50, 50], 100, 0, [2]],
  ['what does not', [50, 50, 1], 100, 0, [2, 1]],
  ['gaps count between rows only', [45, 45, 45], 100, 10, [2, 1]],
  ['one that is too high stands alone', [20, 300, 20], 100, 0, [1, 1, 1]],
]) {
  test(`rows on pages: ${name}`, () => assert.deepEqual(pagesOf(heights, room, gap), pages));
}

test('every row is on one page, and no page is too full', () => {
  for (let walk = 1; walk < 200; walk += 1) {
    const heights = Array.from({ length: walk % 23 }, (_, n) => 10 + ((walk * 31 + n * 17) % 90));
    const pages = pagesOf(heights, 200, 5);
    assert.equal(pages.reduce((a, b) => a + b, 0), heights.length);
    let first = 0;
    for (const count of pages) {
      const rows = heights.slice(first, first + count);
      assert.ok(rows.reduce((a, b) => a + b, 0) + 5 * (count - 1) <= 200);
      first += count;
    }
  }
});

test('as even as can be', () => {
  assert.deepEqual([evenPages(6, 6), evenPages(7, 6), evenPages(12, 5), evenPages(0, 6), evenPages(3, 0)], [[6], [3, 4], [4, 4, 4], [], [1, 1, 1]]);
});

test('the clock turns the pages', () => {
  assert.deepEqual([0, PAGE_MS - 1, PAGE_MS, 3 * PAGE_MS].map((ms) => pageAt(3, ms)), [0, 0, 1, 0]);
  assert.equal(pageAt(1, PAGE_MS), 0);
});

test('rows of different heights go on even pages where they fit so', () => {
  assert.deepEqual(evenPagesOf(Array(10).fill(10), 80), [5, 5]);
  assert.deepEqual(evenPagesOf([10, 10, 10, 10, 70], 80), [4, 1], 'two and three would be too high');
  assert.deepEqual(evenPagesOf([10], 80), [1]);
  assert.deepEqual(evenPagesOf([], 80), []);
});
