/** @import {Column, Frame, Geometry, Rect} from './fountain.js' */
import { basics, spotlightOf, tallest } from './fountain.js';

/**
 * A newspaper: the newest is the lead story, twice as wide as a column, under the masthead; the others fill the columns around it
 * and under it. Nothing flies: a story is replaced. Who stands where is decided as in a fountain; only the columns are others.
 */

const COLUMN_IN_BODIES = 9.1;
const GUTTER_IN_BODIES = 1.05;
/** More would be a stock list, not a front page. */
const COLUMNS_MAX = 8;
/** So much of the height is for the lead, so that stories fit under it. */
const LEAD_SHARE = 0.62;

/**
 * @param {Frame} frame
 * @returns {Geometry}
 */
export function geometry(frame) {
  const at = basics(frame);
  const { body, content, join } = at;
  const gap = body * GUTTER_IN_BODIES;
  const count = Math.min(frame.columns ?? COLUMNS_MAX, columnCount(content.width, body * COLUMN_IN_BODIES, gap));
  const sideWidth = (content.width - (count - 1) * gap) / count;
  const wide = Math.min(2, count);
  const crestWidth = wide * sideWidth + (wide - 1) * gap;
  const first = count <= 2 ? 0 : Math.floor((count - wide + 1) / 2);
  const own = { ...join, width: Math.min(content.width, count <= 2 ? content.width : sideWidth) };
  const columns = columnsOf({ content, join: own, gap, sideWidth, count, first, wide });
  const crestX = content.x + first * (sideWidth + gap);
  const over = crestX < own.x + own.width + gap / 2;
  const crestMax = over ? own.y - gap - content.y : content.height;
  return {
    ...at, gap: body * 0.62, join: own, crestWidth, sideWidth, crestX, columns, crestMax, sideScale: 1, sideForm: 'side',
    lines: linesOf(content, own, gap, sideWidth, count, first, wide),
    spotlight: count <= 2 ? { ...content, height: own.y - gap - content.y } : spotlightOf(content, own, gap, body),
    normalMax: Math.min(crestMax, content.height * LEAD_SHARE), sideMax: tallest(columns) * 0.8,
  };
}

/**
 * @param {number} width
 * @param {number} column
 * @param {number} gutter
 */
function columnCount(width, column, gutter) {
  return Math.max(1, Math.min(COLUMNS_MAX, Math.floor((width + gutter) / (column + gutter))));
}

/**
 * @param {{content: Rect, join: Rect, gap: number, sideWidth: number, count: number, first: number, wide: number}} page
 * @returns {Column[]} Those beside the lead in front, from the top; then those under it.
 */
function columnsOf({ content, join, gap, sideWidth, count, first, wide }) {
  const all = Array.from({ length: count }, (_, index) => {
    const x = content.x + index * (sideWidth + gap);
    const bottom = x < join.x + join.width + gap / 2 ? join.y - gap : content.y + content.height;
    return { index, column: { x, top: content.y, bottom, from: /** @type {'top'} */ ('top') } };
  });
  const under = all.filter(({ index }) => index >= first && index < first + wide);
  return [...all.filter((one) => !under.includes(one)), ...under].map(({ column }) => column);
}

/**
 * Rules between the columns, as high as the page; none through the lead.
 *
 * @param {Rect} content
 * @param {Rect} join
 * @param {number} gap
 * @param {number} sideWidth
 * @param {number} count
 * @param {number} first
 * @param {number} wide
 * @returns {Rect[]}
 */
function linesOf(content, join, gap, sideWidth, count, first, wide) {
  if (count <= 2) return [];
  return Array.from({ length: count - 1 }, (_, index) => index + 1)
    .filter((index) => index <= first || index >= first + wide)
    .map((index) => {
      const x = content.x + index * (sideWidth + gap) - gap / 2;
      const bottom = x < join.x + join.width ? join.y - gap / 2 : content.y + content.height;
      return { x, y: content.y, width: 0, height: bottom - content.y };
    });
}
