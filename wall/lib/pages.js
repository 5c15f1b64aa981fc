/**
 * A list that is longer than a screen, page by page: which page is on follows from the clock, so that all screens turn together.
 */

/** How long a page stands: time to read seven lines. */
export const PAGE_MS = 14_000;

/**
 * How many rows go on each page: as many as fit, in their order.
 *
 * @param {readonly number[]} heights Of the rows, in px.
 * @param {number} room In px.
 * @param {number} [gap] Between rows, in px.
 * @returns {number[]} How many rows each page has, at least one: one that is too high has a page for itself.
 */
export function pagesOf(heights, room, gap = 0) {
  /** @type {number[]} */
  const pages = [];
  let left = -1;
  for (const height of heights) {
    if (left < height + gap || pages.length === 0) {
      pages.push(0);
      left = room + gap;
    }
    pages[pages.length - 1] = (pages.at(-1) ?? 0) + 1;
    left -= height + gap;
  }
  return pages;
}

/**
 * As many pages, as even as can be: three and three rather than five and one.
 *
 * @param {number} count Of things.
 * @param {number} most On a page.
 * @returns {number[]}
 */
export function evenPages(count, most) {
  const pages = Math.ceil(count / Math.max(1, most));
  return Array.from({ length: pages }, (_, page) => Math.floor(((page + 1) * count) / pages) - Math.floor((page * count) / pages));
}

/**
 * The same number of pages as `pagesOf`, as even as can be.
 *
 * @param {readonly number[]} heights Of the rows, in px.
 * @param {number} room In px.
 * @returns {number[]}
 */
export function evenPagesOf(heights, room) {
  const pages = pagesOf(heights, room);
  const even = Array.from({ length: pages.length }, (_, page) => Math.floor(((page + 1) * heights.length) / pages.length) - Math.floor((page * heights.length) / pages.length));
  let from = 0;
  const fits = even.every((count) => heights.slice(from, (from += count)).reduce((sum, height) => sum + height, 0) <= room);
  return fits ? even : pages;
}

/**
 * @param {number} pages How many.
 * @param {number} nowMs
 * @returns {number} Which is on, from 0.
 */
export function pageAt(pages, nowMs) {
  return pages <= 1 ? 0 : Math.floor(nowMs / PAGE_MS) % pages;
}
